"""A revision: the changes that an edit made to a post, in readable form."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.posts import with_newlines

LINES = 2_000
"""Number of changed lines from which a file counts as rewritten; comparing more of them takes too long."""
CHANGES = 50
CHARACTERS = 2_000
_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[」』）)]*|\n|$)")


@dataclass(frozen=True)
class Change:
    """One changed place: the lines before and after, either of which may be empty, at `line` of the new text."""

    line: int
    before: str
    after: str


@dataclass(frozen=True)
class Revision:
    """The revision `number` of a post: when the newsroom saw it, and its changes, at most CHANGES.

    No changes means that the text is the same and something else is new, such as the post's URL or path.
    """

    post_id: int
    number: int
    at: datetime
    changes: tuple[Change, ...]


def changes(before: str, after: str) -> tuple[Change, ...]:
    """Return the differences between two texts, line by line, ignoring blank lines and line endings."""
    old, new = _lines(before), _lines(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    gone, come = ([line for _, line in lines[start : len(lines) - end]] for lines in (old, new))
    return tuple(
        Change(new[min(start + at, len(new) - 1)][0] if new else 1, _cut(gone[i:j]), _cut(come[at:to]))
        for i, j, at, to in _places(gone, come)
    )[:CHANGES]


def sentences(change: Change) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a change in order as ("-", removed), ("+", added) or ("=", unchanged)."""
    old, new = _split(change.before), _split(change.after)
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "=", "".join(old[i:j])
            continue
        if i < j:
            yield "-", "".join(old[i:j])
        if k < m:
            yield "+", "".join(new[k:m])


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line.rstrip()) for number, line in enumerate(with_newlines(text).split("\n"), 1) if line.strip()]


def _alike(old: list[tuple[int, str]], new: list[tuple[int, str]]) -> int:
    """The number of equal lines at the start."""
    same = 0
    for (_, a), (_, b) in zip(old, new, strict=False):
        if a != b:
            break
        same += 1
    return same


def _places(gone: list[str], come: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield which removed lines were replaced by which added lines."""
    if len(gone) + len(come) > LINES:
        yield 0, len(gone), 0, len(come)
        return
    for tag, *place in difflib.SequenceMatcher(None, gone, come, autojunk=False).get_opcodes():
        if tag != "equal":
            yield place[0], place[1], place[2], place[3]


def _cut(lines: list[str]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + "…"


def _split(text: str) -> list[str]:
    return [s for s in _SENTENCE.findall(text) if s]
