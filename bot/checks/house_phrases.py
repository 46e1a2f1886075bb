"""Where a post says what the house bans: words and patterns, and where they are fine."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from bot.checks.quoting import body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit
from bot.domain.findings import MASK
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.markdown import cleaned

MOST = 5
"""Different words shown of one post; the others are counted."""
_NEAR = 200
_CODE = re.compile(r"`[^`\n]{1,300}`")
_URL = re.compile(r"https?://[!-;=?-~]{1,2000}")
_ONLY_LINKS = re.compile(r"[\s*+•→:：・\d.-]{0,20}(?:!?\[[^\[\]\n]{0,300}\]\([^()\n]{0,2000}\)[\s|・、,*]{0,20})+$")
_SOURCE = re.compile(r"\[\^|※|[*＊]\d|[（(]注|調べ|調査|出典|出所|引用元|によると|によれば|\]\(https?:|白書|統計")
_NOTE = re.compile(r"\s{0,3}(?:[*-]\s)?[*（(]{0,2}(?:※|注|出典|出所|引用元|\[\^)")


@dataclass(frozen=True)
class Phrases:
    """What is looked for: plain `words`, without regard to case and width, and `patterns`.

    `excepted` names where it is fine: in a `quotation`, in `code` (and with it in comments, addresses and the front
    matter's other keys), beside a `source`. `unless` are words in the same sentence that make it fine. With `masked`
    the quotation of a hit does not give away what was found.
    """

    words: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    excepted: frozenset[str] = frozenset()
    unless: tuple[str, ...] = ()
    masked: bool = False


class _Line(NamedTuple):
    number: int
    text: str
    raw: str
    below: str
    in_text: bool


def hits(phrases: Phrases, draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """One hit for each word or pattern, its first place with the count of the rest; at most 5."""
    first: dict[str, RuleHit] = {}
    more: dict[str, int] = {}
    for line in _lines(phrases, draft):
        for what, start, end in _found(phrases, line.text):
            if _is_fine(phrases, line, start, end):
                continue
            if what in first:
                more[what] += 1
                continue
            number = paragraph_at(reading, line.number) if line.in_text else None
            said = quote(line.text, start, end)
            first[what], more[what] = (
                RuleHit(_masked(phrases, said) if phrases.masked else said, number, line.number),
                0,
            )
    shown = [replace(hit, more=more[what]) for what, hit in first.items()]
    left = sum(1 + hit.more for hit in shown[MOST:])
    yield from (replace(hit, more=hit.more + left) if n == MOST else hit for n, hit in enumerate(shown[:MOST], 1))


def _lines(phrases: Phrases, draft: Draft) -> Iterator[_Line]:
    """What the rule reads: title, excerpt, description and the text as a reader sees it; or every line of the file."""
    everything = "code" not in phrases.excepted
    for key in ("title", "excerpt", "description"):
        text = str(getattr(draft, key))
        if text and not (everything and text in draft.text):
            yield _Line(draft.front_line(key), text, text, "", False)
    if everything:
        for number, raw in enumerate(draft.lines, 1):
            yield _Line(number, raw, raw, "", number >= draft.body_line)
        return
    lines = [(number, raw) for number, raw in body_lines(draft) if raw.strip()]
    for at, (number, raw) in enumerate(lines):
        # a line of links alone holds the titles of other pages
        if "](" in raw and _ONLY_LINKS.match(raw):
            continue
        below = lines[at + 1][1] if at + 1 < len(lines) else ""
        yield _Line(number, cleaned(_URL.sub("", _CODE.sub("", raw))), raw, below, True)


def _found(phrases: Phrases, text: str) -> Iterator[tuple[str, int, int]]:
    if phrases.words:
        for match in _any(phrases.words).finditer(_even(text)):
            yield match[0], *match.span()
    for pattern in phrases.patterns:
        for match in pattern.finditer(text):
            yield pattern.pattern, *match.span()


def _is_fine(phrases: Phrases, line: _Line, start: int, end: int) -> bool:
    before = line.text[max(0, start - _NEAR) : start]
    if "quotation" in phrases.excepted and (
        line.raw.lstrip().startswith(">") or any(before.count(o) > before.count(c) for o, c in ("「」", "『』", "“”"))
    ):
        return True
    if "source" in phrases.excepted and line.in_text and (_SOURCE.search(line.raw) or _NOTE.match(line.below)):
        return True
    if not phrases.unless:
        return False
    after = line.text[end : end + _NEAR]
    sentence = before.rpartition("。")[2] + line.text[start:end] + after.partition("。")[0]
    return bool(_any(phrases.unless).search(_even(sentence)))


def _masked(phrases: Phrases, text: str) -> str:
    for _, start, end in list(_found(phrases, text)):
        text = text[:start] + MASK * (end - start) + text[end:]
    return text


class _Folding(dict[int, str]):
    """str.translate's table of characters without case and width, one for one, made as they come."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).lower()
        self[code] = folded if len(folded) == 1 else character
        return self[code]


_FOLDING = _Folding()


def _even(text: str) -> str:
    return text.translate(_FOLDING)


@lru_cache(maxsize=256)
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, the longest first; one in Latin letters or digits is no part of a longer one."""
    return re.compile("|".join(map(_whole, sorted(map(_even, words), key=len, reverse=True))))


def _whole(word: str) -> str:
    left = r"(?<![a-z])" if "a" <= word[0] <= "z" else r"(?<![\d.,])" if word[0].isdigit() else ""
    right = r"(?![a-z])" if "a" <= word[-1] <= "z" else r"(?!\d)" if word[-1].isdigit() else ""
    return left + re.escape(word) + right
