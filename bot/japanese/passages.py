"""The passage of a post that shows why it was found."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.japanese.queries import Query
from bot.readings import Paragraph

WIDTH = 120
_BEFORE = 30


@dataclass(frozen=True)
class Passage:
    """About 120 characters of a paragraph. `matches` are (start, end) in `text`, in order, for showing in bold.

    `paragraph` is the paragraph's number, None where the post has no text. An ellipsis marks where it was cut.
    """

    text: str
    matches: tuple[tuple[int, int], ...]
    paragraph: int | None


def passage(paragraphs: Iterable[Paragraph], query: Query) -> Passage:
    """The window that holds the most of the query's phrases; the post's beginning where the text holds none."""
    patterns = [_pattern(phrase) for phrase in query.phrases]
    best: tuple[tuple[int, int], Paragraph, int, list[tuple[int, int]]] | None = None
    first = None
    for paragraph in paragraphs:
        first = first or paragraph
        hits = _hits(_even(paragraph.text), patterns)
        for at, _, _ in hits[:50]:
            inside = [hit for hit in hits if at <= hit[0] and hit[1] <= at + WIDTH - _BEFORE]
            worth = (len({phrase for _, _, phrase in inside}), len(inside))
            if best is None or worth > best[0]:
                best = worth, paragraph, at, [(start, end) for start, end, _ in hits]
    if best:
        return _window(best[1], best[2], best[3])
    return _window(first, 0, []) if first else Passage("", (), None)


def _even(text: str) -> str:
    """`text` folded for comparing, character for character, so that offsets stay true."""
    wide = (unicodedata.normalize("NFKC", c).lower() if c > "\x7f" else c.lower() for c in text)
    return "".join(c if len(c) == 1 else old for c, old in zip(wide, text, strict=True))


def _pattern(phrase: tuple[str, ...]) -> re.Pattern[str]:
    words = []
    for word in phrase:
        body = re.escape(word)
        if word[0].isascii():
            kind = r"\d" if word[0].isdigit() else "a-z"
            body = f"(?<![{kind}]){body}(?![{kind}])"
        words.append(body)
    return re.compile(r"ー?[\W_]{0,3}".join(words))


def _hits(text: str, patterns: list[re.Pattern[str]]) -> list[tuple[int, int, int]]:
    """Where the phrases stand: (start, end, phrase), in order, none within another."""
    found = sorted(
        ((*match.span(), phrase) for phrase, pattern in enumerate(patterns) for match in pattern.finditer(text)),
        key=lambda hit: (hit[0], -hit[1]),
    )
    apart: list[tuple[int, int, int]] = []
    for hit in found:
        if not apart or hit[0] >= apart[-1][1]:
            apart.append(hit)
    return apart


def _window(paragraph: Paragraph, at: int, hits: list[tuple[int, int]]) -> Passage:
    text = paragraph.text
    start = max(0, at - _BEFORE)
    sentence = max(text.rfind(sign, start, at) for sign in "。！？\n") + 1
    start = sentence if sentence > start else start
    end = min(len(text), start + WIDTH)
    start = 0 if end == len(text) and end <= WIDTH else start
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    shift = len(head) - start
    shown = tuple((first + shift, last + shift) for first, last in hits if start <= first and last <= end)
    return Passage(head + text[start:end].replace("\n", " ") + tail, shown, paragraph.number)
