"""The same words twice in one text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.checks.quoting import QUOTE_LENGTH, body_lines
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.markdown import cleaned

LONG = 60
"""Characters from which on a repeat is no figure of speech."""
_ENDS = re.compile(r"[。！？\n]")
_ITEM = re.compile(r"\s*(?:>\s*)*(?:・|(?:[-*+•]|\d{1,3}[.)])\s+)?")
_NO_PROSE = re.compile(r"\s*(?:[|#<]|\{[:%{])")
_URL = re.compile(r"https?://[^\s<>「」、。]{1,2000}")
_LINK = re.compile(r"\[[^\[\]]{0,300}\]\([^()]{0,2000}\)")


class _Passage(NamedTuple):
    text: str
    paragraph: int | None
    line: int


def repeated_passages(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """A paragraph, list item or sentence of over 60 characters that stood before; a run of repeats is one hit.

    What stands below the footer counts too: there a second draft is left over. Not code, tables and lists of links.
    """
    seen: set[str] = set()
    running = False
    for passage in _passages(draft, reading):
        start = _repeat(passage.text, seen)
        if start is not None and not running:
            line = passage.line + passage.text.count("\n", 0, start)
            yield RuleHit(passage.text[start : start + QUOTE_LENGTH], passage.paragraph, line)
        # a short line that stood before goes on with the run, it never begins one
        running = start is not None or (running and len(passage.text) <= LONG and passage.text in seen)
        seen.add(passage.text)


def _passages(draft: Draft, reading: Reading) -> list[_Passage]:
    """The article's paragraphs and what other prose the file holds, in its order."""
    lines = dict(body_lines(draft))
    texts = [p for p in reading.paragraphs if not _is_links(lines.get(p.line, ""))]
    found = [_Passage(p.text.lstrip("・ "), p.number, p.line) for p in texts]
    known = {p.line + at for p in reading.paragraphs for at in range(p.text.count("\n") + 1)}
    for number, line in lines.items():
        if number not in known and len(line) > LONG and not _NO_PROSE.match(line) and not _is_links(line):
            found.append(_Passage(cleaned(line[_ITEM.match(line).end() :]), None, number))  # type: ignore[union-attr]
    return sorted(found, key=lambda passage: passage.line)


def _is_links(line: str) -> bool:
    return ("](" in line or "://" in line) and len(_URL.sub("", _LINK.sub("", line))) <= LONG


def _repeat(text: str, seen: set[str]) -> int | None:
    """Where in the passage the first repeat begins, None without one; remembers the passage's long sentences."""
    found = 0 if len(text) > LONG and text in seen else None
    start = 0
    for end in [*(each.end() for each in _ENDS.finditer(text)), len(text)]:
        sentence = text[start:end].strip()
        if len(sentence) > LONG and sentence != text:
            if found is None and sentence in seen:
                found = start + text[start:end].index(sentence)
            seen.add(sentence)
        start = end
    return found
