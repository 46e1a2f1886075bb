"""Where things stand in a post's file."""

from bisect import bisect_right
from collections.abc import Iterator

from bot.japanese.page import visible_lines
from bot.japanese.sentences import spans
from bot.posts import Draft
from bot.readings import Reading

QUOTE_LENGTH = 120


def body_lines(draft: Draft) -> Iterator[tuple[int, str]]:
    """The body's lines with their raw numbers; code and comments are blank."""
    return visible_lines(draft.body, draft.body_line)


def paragraph_at(reading: Reading, line: int) -> int | None:
    """The number of the paragraph that a raw line lies in or follows, None above the first."""
    at = bisect_right(reading.paragraphs, line, key=lambda paragraph: paragraph.line)
    return reading.paragraphs[at - 1].number if at else None


def quote(text: str, start: int, end: int) -> str:
    """The sentence of `text` around [start, end), verbatim, cut to 120 characters around the place."""
    for first, last in spans(text):
        if first <= start < last:
            if last - first <= QUOTE_LENGTH:
                return text[first:last]
            begin = max(first, min(start - QUOTE_LENGTH // 2, last - QUOTE_LENGTH))
            return text[begin : max(begin + QUOTE_LENGTH, min(end, last))]
    return text[start:end]
