"""The same words twice: in the text, and between title and excerpt."""

from collections.abc import Iterator

from bot.checks.places import QUOTE_LENGTH
from bot.checks.rule import Hit
from bot.japanese.sentences import spans
from bot.japanese.spelling import spelling
from bot.posts import Draft
from bot.readings import Paragraph, Reading

LONG = 60
"""Characters from which on a repeat is no figure of speech."""


def repeated_passages(draft: Draft, reading: Reading) -> Iterator[Hit]:
    """A paragraph or a sentence of over 60 characters that stood before; a run of repeats is one hit."""
    seen: set[str] = set()
    running = False
    for paragraph in reading.paragraphs:
        start = _repeat(paragraph, seen)
        if start is not None and not running:
            line = paragraph.line + paragraph.text.count("\n", 0, start)
            yield Hit(paragraph.text[start : start + QUOTE_LENGTH], paragraph.number, line)
        running = start is not None


def _repeat(paragraph: Paragraph, seen: set[str]) -> int | None:
    """Where in the paragraph the first repeat begins, None without one; remembers the paragraph's sentences."""
    text = paragraph.text
    found = 0 if len(text) > LONG and text in seen else None
    seen.add(text)
    for start, end in spans(text):
        if end - start > LONG and (start, end) != (0, len(text)):
            if found is None and text[start:end] in seen:
                found = start
            seen.add(text[start:end])
    return found


def excerpt_is_title(draft: Draft, reading: Reading) -> Iterator[Hit]:
    """An excerpt or description that only repeats the title."""
    title = _bare(draft.title)
    for key, text in (("excerpt", draft.excerpt), ("description", draft.description)):
        if title and _bare(text) == title:
            yield Hit(text, None, draft.front_line(key))


def _bare(text: str) -> str:
    return spelling(text).rstrip("。.…")
