"""A post: an article, first as a source delivered it (Draft), then as the newsroom stores it (Post)."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

TAG_LIMIT = 100
"""Characters; databases do not index a tag of unlimited length."""
Dated = Literal["front matter", "file name", "page", "feed", "arrival"]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A post as a source delivered it: its text and where it came from; it has no number yet.

    `raw` is the file or page as it came, never altered; `body` starts at its line `body_line` (counted from 1).
    `text`, `body`, `front` and `lines` are in one normal form: every line ends in a line feed and keeps the number that
    it has in the file. `published_at` is aware; `dated_by` says where it was found. `path` is relative to the source's
    folder and NFC; None for a post that is no file. `url` is normalised, None if the source gives no address.
    """

    title: str
    raw: str
    published_at: datetime
    dated_by: Dated = "front matter"
    body_line: int = 1
    path: str | None = None
    file: str | None = None
    url: str | None = None
    addresses: frozenset[str] = frozenset()
    author: str | None = None
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    excerpt: str = ""
    description: str = ""
    reading_minutes: int | None = None

    @cached_property
    def text(self) -> str:
        """The raw text in the normal form."""
        return with_newlines(self.raw)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of the raw text without their ends; line 1 is the first."""
        return tuple(self.text.split("\n"))

    @cached_property
    def body(self) -> str:
        """The Markdown after the front matter, verbatim but for its line ends."""
        return "\n".join(self.lines[self.body_line - 1 :])

    @cached_property
    def front(self) -> str:
        """The text before the body: the front matter with its fences, empty if there is none."""
        return "".join(f"{line}\n" for line in self.lines[: self.body_line - 1])

    @cached_property
    def content_hash(self) -> str:
        """The hash of the text; line endings and Unicode composition make no difference."""
        text = unicodedata.normalize("NFC", self.raw.replace("\r\n", "\n"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def front_line(self, key: str) -> int:
        """The raw line of front matter key `key`, from 1; 1 if there is no such key."""
        for number, line in enumerate(self.front.split("\n"), 1):
            if re.match(rf"{re.escape(key)}\s*:", line):
                return number
        return 1


@dataclass(frozen=True, kw_only=True)
class Post:
    """A stored post. Its number never changes and is never reused.

    Times are aware UTC. `news_at` is the time that digests use. `source` is the name of the source that brought it
    first; `file` is the path as named at import, None for a post without one. `withdrawn_at` is set once the source no
    longer has the post; a withdrawn post appears in no list. `shared_by` is the person who shared it in Slack, if
    anybody did.
    """

    id: int
    title: str
    source: str
    published_at: datetime
    dated_by: Dated
    first_seen_at: datetime
    news_at: datetime
    revision: int = 1
    url: str | None = None
    path: str | None = None
    file: str | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    excerpt: str = ""
    story_id: int | None = None
    withdrawn_at: datetime | None = None
    shared_by: str | None = None


def with_newlines(text: str) -> str:
    """The text in the one form that is read: each line ends in a line feed alone, and keeps its number.

    No other character ends a line: neither U+2028 nor a form feed does in editors.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_openable(url: str) -> bool:
    """Whether it is a web URL: http or https, a host, and a valid port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def absolute(base: str, link: str) -> str | None:
    """The web URL of a link on the page `base`; None if it is not a web URL."""
    try:
        url = urljoin(base, link.strip())
    except ValueError:
        return None
    return url if link.strip() and is_openable(url) else None


_REDIRECTORS = (
    (r"(?:www\.)?google\.[a-z.]{2,6}/url", ("url", "q")),
    (r"(?:www\.)?bing\.com/news/apiclick\.aspx", ("url",)),
    (r"(?:l|lm|www)\.facebook\.com/l\.php", ("u",)),
    (r"(?:www\.)?youtube\.com/redirect", ("q",)),
    (r"(?:www\.)?duckduckgo\.com/l/?", ("uddg",)),
    (r"slack-redir\.net/link", ("url",)),
    (r"[a-z0-9]+\.safelinks\.protection\.outlook\.com/?", ("url",)),
)
"""Addresses (host and path) that only lead on, and the parameters that say where to."""


def unwrapped(url: str) -> str:
    """The address that a search's, an alert's or a mail's address leads on to; the same address if it leads to none."""
    for _ in range(3):
        try:
            parts = urlsplit(url)
            place = f"{parts.hostname or ''}{parts.path}"
            names = next((names for pattern, names in _REDIRECTORS if re.fullmatch(pattern, place)), ())
            told = parse_qs(parts.query, max_num_fields=100) if names else {}
        except ValueError:
            return url
        onward = next((told[name][0] for name in names if name in told and is_openable(told[name][0])), None)
        if onward is None:
            return url
        url = onward
    return url


_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|yclid|mc_[ce]id|ref_src)$", re.I)


def address(url: str) -> str:
    """Normalise a URL, so that two spellings of it are equal.

    Scheme, host case, default port, `utm_*` and the like, fragment, trailing slash, percent-encoding, decomposed kana
    and a redirector around it (`unwrapped`) make no difference; the order of the query's other parameters does.
    What is no address stays as it was written.
    """
    try:
        parts = urlsplit(unwrapped(url.strip()))
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:
        return url.strip().replace("\0", "\ufffd")
    host = (parts.hostname or "").rstrip(".")
    path = unicodedata.normalize("NFC", unquote(parts.path)).rstrip("/")
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.match(p.partition("=")[0]))
    whole = f"{host}{port}{path}" + (f"?{unquote(query)}" if query else "")
    return whole.replace("\0", "\ufffd")  # %00; databases do not store NUL


OLD = timedelta(days=7)
"""A post that came out longer ago than this when it is first seen is no news."""


def news_at(
    published_at: datetime, first_seen_at: datetime, *, first_contact: bool, dated_by: Dated = "front matter"
) -> datetime:
    """When a post counts as news: the time digests go by.

    On first contact with a source its publication time, and OLD for a post that nobody dated: a backlog stays one.
    Afterwards the time it was first seen, or the publication time if that lies more than OLD earlier.
    """
    if first_contact and dated_by == "arrival":
        return first_seen_at - OLD
    if first_contact or first_seen_at - published_at > OLD:
        return published_at
    return first_seen_at
