"""Markdown that was opened and never closed."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.checks.quoting import body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit
from bot.domain.posts import Draft
from bot.domain.readings import Reading

BESIDE = 30
_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)$")
_STARTS = re.compile(r"\s*(?:[-*+•]\s|\d{1,3}[.)]\s|#{1,6}(?:\s|$)|\||>)")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$")
# code, escapes, 2**10 and **kwargs are no emphasis; they are blanked so that places stay
_NO_MARK = re.compile(r"<code>[^<\n]{0,300}</code>|`[^`\n]{1,500}`|\\.|(?<=\d)\*\*(?=\d)|\*\*(?=kw|opt)")
_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)")
_TICKS = re.compile(r"(?<![\\`])`+")
_LINK = re.compile(r"\[[^\[\]\n]{1,300}\]\((?:https?:|/|#|\.|\{)")

_Block = list[tuple[int, str]]


def unbalanced_markdown(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """A code block, bold type, inline code or a link that is opened and not closed, or closed and not opened."""
    for block in _blocks(draft):
        for number, line, at in _odd(block):
            yield RuleHit(quote(line, at, at + 1, BESIDE), paragraph_at(reading, number), number)


def _blocks(draft: Draft) -> Iterator[_Block]:
    """The body cut where emphasis cannot go on: at blank lines, list items, headings, rows; an open fence by itself."""
    block: _Block = []
    fence: tuple[int, str] | None = None
    for number, line in body_lines(draft):
        found = _FENCE.match(line.lstrip("> "))
        if fence:
            if found and found[1].startswith(_FENCE.match(fence[1].lstrip("> "))[1]) and not found[2].strip():  # type: ignore[index]
                fence = None
            continue
        if block and (found or not line.strip() or _STARTS.match(line)):
            yield block
            block = []
        if found:
            fence = number, line
        elif line.strip() and not _RULE.match(line):
            block.append((number, line))
    if block:
        yield block
    if fence:
        yield [fence]


def _odd(block: _Block) -> Iterator[tuple[int, str, int]]:
    """The unpaired marks of one block: line number, line, place in it."""
    if _FENCE.match(block[0][1].lstrip("> ")):
        number, line = block[0]
        yield number, line, len(line) - len(line.lstrip())
        return
    marks: list[tuple[int, str, int]] = []
    for number, line in block:
        if "**" in line:
            bare = _NO_MARK.sub(lambda code: " " * len(code[0]), line)
            marks += [(number, line, mark.start()) for mark in _BOLD.finditer(bare)]
        last = line.rfind(")")
        yield from islice(((number, line, link.start()) for link in _LINK.finditer(line) if link.end() > last), 1)
    if len(marks) % 2:
        yield marks[0] if _closes(*marks[0]) else marks[-1]
    yield from _ticks(block)


def _closes(number: int, line: str, at: int) -> bool:
    """Whether a mark stands where only a closing one can: after a word and before a space or the end of the line."""
    return bool(line[:at].strip()) and not line[at - 1].isspace() and not line[at + 2 : at + 3].strip()


def _ticks(block: _Block) -> Iterator[tuple[int, str, int]]:
    ticks = [(number, line, tick.start()) for number, line in block for tick in _TICKS.finditer(line)]
    if len(ticks) % 2:
        yield ticks[-1]
