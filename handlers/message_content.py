"""What a Slack message carries that may become posts: files, a pasted post, links. Pure functions of the message."""

import html
import re
from dataclasses import dataclass
from typing import Any

LINKS = 5
"""Links of one message that are followed."""
_LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
_SLACK = re.compile(r"https?://[^/]*\bslack\.com/")
_WRITTEN = re.compile(r"<(?:(https?|mailto):([^|>]+)(?:\|([^>]*))?|[@#!][^|>]*\|([^>]*)|([@#!][^>]*))>")
_FENCED = re.compile(r"```[a-z]*\n?(---[ \t]*\n.*?)\n?```", re.S)
_PASTED = re.compile(r"---[ \t]*\n(?:.*\n)*?title[ \t]*:.*\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|$)")


@dataclass(frozen=True)
class Carried:
    """`files` are Slack's file objects of Markdown files, `pasted` a whole post with its front matter or "", `links`
    the addresses to be followed, `left_out` how many more there are."""

    files: tuple[dict[str, Any], ...] = ()
    pasted: str = ""
    links: tuple[str, ...] = ()
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.files or self.pasted or self.links)


def carried(message: dict[str, Any], before: dict[str, Any] | None = None) -> Carried:
    """What a message carries; of an edited one what it did not carry `before`. Bots' messages carry nothing."""
    if message.get("bot_id") or message.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return Carried()
    files = [f for f in message.get("files") or [] if str(f.get("name", "")).lower().endswith((".md", ".markdown"))]
    text = message.get("text") or ""
    pasted = pasted_post(text)
    links = [] if pasted else followed(text)
    if before is not None:
        known = {f["id"] for f in before.get("files") or []}
        files = [f for f in files if f["id"] not in known]
        links = [url for url in links if url not in followed(before.get("text") or "")]
        pasted = "" if pasted == pasted_post(before.get("text") or "") else pasted
    return Carried(tuple(files), pasted, tuple(links[:LINKS]), len(links[LINKS:]))


def followed(text: str) -> list[str]:
    """The addresses in a message, but for those of Slack itself."""
    links = (html.unescape(url) for url in dict.fromkeys(_LINK.findall(text)))
    return [url for url in links if not _SLACK.match(url)]


def pasted_post(text: str) -> str:
    """The post that was pasted as a message, in a code block or bare, "" where it is none: what begins with a front
    matter that has a title."""
    plain = written(text).lstrip()
    if fenced := _FENCED.match(plain):
        plain = fenced[1]
    return plain if _PASTED.match(plain) else ""


def written(text: str) -> str:
    """The text as it was typed: without Slack's angle brackets and entities."""
    return html.unescape(_WRITTEN.sub(_typed, text))


def _typed(found: re.Match[str]) -> str:
    scheme, rest, label, name, bare = found.groups()
    if scheme:
        return label or (f"{scheme}:{rest}" if scheme != "mailto" else rest)
    return name or bare
