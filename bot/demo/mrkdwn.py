"""Slack's mrkdwn in a terminal: styled text, with Japanese line breaking."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.style import Style
from rich.text import Text

_JOINER = "\u2060"  # next to a formatting character it keeps it effective
_INVISIBLE = re.compile(f"[{_JOINER}\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _sign(sign: str, name: str) -> str:
    # a formatting character counts only without a letter or joiner outside it and a space inside it
    inner = r"(?!\s)[^\n]+?(?<!\s)"
    return rf"(?<![\w{_JOINER}]){re.escape(sign)}(?P<{name}>{inner}){re.escape(sign)}(?![\w{_JOINER}])"


_PIECE = re.compile(
    rf"(?<!{_JOINER})`(?P<code>[^`\n]+)`(?!{_JOINER})|<(?P<angle>[^<>\n]+)>"
    rf"|{_sign('*', 'bold')}|{_sign('_', 'italic')}|{_sign('~', 'strike')}"
)
_STYLES = {"bold": Style(bold=True), "italic": Style(italic=True), "strike": Style(strike=True)}
CODE = Style(color="yellow")
MENTION = Style(color="cyan", bold=True)
_NOT_FIRST = frozenset(
    "、。，．・：；？！ー々）」』】〉》］｝,.:;?!)]}…％%ぁぃぅぇぉっゃゅょァィゥェォッャュョ\ufe0f\u200d"
)
_NOT_LAST = frozenset("「『（【〈《〔［｛([{#＃¶")


def plain(text: str) -> str:
    """Slack's text as plain characters: unescaped, without joiners and terminal control characters."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    kept = _INVISIBLE.sub("", text.replace("\t", " "))
    return "".join(c for c in kept if c == "\n" or unicodedata.category(c) != "Cc")


def link(url: str, label: str = "") -> Text:
    """A terminal hyperlink."""
    address = plain(url)
    return Text(plain(label) or address, Style(color="bright_blue", link=address.replace("\n", "")))


def mrkdwn(source: str, names: Mapping[str, str]) -> Text:
    """A text as Slack shows it. `names` maps ids of people and channels to names."""
    shown, at = Text(), 0
    for piece in _PIECE.finditer(source):
        shown.append(plain(source[at : piece.start()]))
        shown.append_text(_piece(piece, names))
        at = piece.end()
    return shown.append(plain(source[at:]))


def _piece(piece: re.Match[str], names: Mapping[str, str]) -> Text:
    if code := piece["code"]:
        return Text(plain(code), CODE)
    if angle := piece["angle"]:
        target, _, label = angle.partition("|")
        if target[0] in "@#!":
            return Text(plain(names.get(target[1:]) or label or target), MENTION)
        return link(target, label)
    kind = next(name for name in _STYLES if piece[name])
    inner = mrkdwn(piece[kind], names)
    inner.stylize_before(_STYLES[kind])
    return inner


@dataclass(frozen=True)
class Flow:
    """A text that fills the width line by line, with a hanging indent after a bullet or number."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.split("\n", allow_blank=True):
            yield from wrapped(line, options.max_width)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self.text.plain.split("\n")), default=1)
        return Measurement(min(8, options.max_width), min(max(widest, 8), options.max_width))


_HANGING = re.compile(r"^(?:[•\-] |\d+\. |　)")


def wrapped(line: Text, width: int) -> Iterator[Text]:
    """Split the line into pieces at most `width` cells wide, broken as Japanese is."""
    found = _HANGING.match(line.plain)
    indent = cell_len(found[0]) if found else 0
    first, *others = line.divide(_breaks(line.plain, width, indent))
    for piece in (first, *(Text(" " * indent) + o[len(o.plain) - len(o.plain.lstrip()) :] for o in others)):
        piece.no_wrap, piece.overflow = True, "ignore"
        piece.rstrip()
        yield piece


def _breaks(text: str, width: int, indent: int) -> list[int]:
    breaks: list[int] = []
    start, used = 0, 0
    for at, sign in enumerate(text):
        used += _cells(sign)
        if used <= width or sign.isspace():
            continue
        here = next((b for b in range(at, start, -1) if _may_break(text, b)), at)
        if here == start:  # narrower than one character
            continue
        breaks.append(here)
        start, used = here, indent + sum(_cells(c) for c in text[here : at + 1])
    return breaks


def _cells(sign: str) -> int:
    return 1 if sign == "\ufe0f" else cell_len(sign)  # ⚠ with its selector is two cells wide


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _NOT_FIRST or before in _NOT_LAST or after.isspace():
        return False
    return before.isspace() or not (before.isascii() and after.isascii())
