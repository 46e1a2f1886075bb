"""Where things stand in a post's file."""

from bisect import bisect_right
from functools import lru_cache

from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.markdown import visible_lines
from bot.japanese.sentences import spans

QUOTE_LENGTH = 120
WINDOW = 2_000
"""Characters around a place that are looked at in an endless line."""


@lru_cache(maxsize=2)  # one post after the other, and every rule asks
def body_lines(draft: Draft) -> tuple[tuple[int, str], ...]:
    """The body's lines with their raw numbers; code and comments are blank."""
    return tuple(visible_lines(draft.body, draft.body_line))


def paragraph_at(reading: Reading, line: int) -> int | None:
    """The number of the paragraph that a raw line lies in or follows, None above the first."""
    at = bisect_right(reading.paragraphs, line, key=lambda paragraph: paragraph.line)
    return reading.paragraphs[at - 1].number if at else None


def paragraph_lines(reading: Reading) -> dict[int, int]:
    """The paragraph's number by each raw line that a paragraph holds."""
    return {p.line + at: p.number for p in reading.paragraphs for at in range(p.text.count("\n") + 1)}


def quote(text: str, start: int, end: int, beside: int = QUOTE_LENGTH) -> str:
    """The sentence of `text` around [start, end), verbatim: at most `beside` characters before and after the place.

    What is longer than 120 characters is cut to 120 around the place.
    """
    if len(text) > 2 * WINDOW:
        left = max(0, start - WINDOW)
        text, start, end = text[left : end + WINDOW], start - left, end - left
    for first, last in spans(text):
        if first <= start < last:
            begin, stop = max(first, start - beside), min(last, max(end, first) + beside)
            if stop - begin > QUOTE_LENGTH:
                begin = max(begin, min(start - QUOTE_LENGTH // 2, stop - QUOTE_LENGTH))
                stop = begin + QUOTE_LENGTH
            return text[begin:stop].strip()
    return text[start:end]
