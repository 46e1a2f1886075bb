"""The passage of a post that shows why it was found."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.domain.readings import Paragraph
from bot.japanese.queries import Query, names_of

WIDTH = 120
_BEFORE = 30
_PIECE = 48
_PIECES = 4
_HITS = 50  # as many places of a paragraph are looked at
_JOINT = " … "


@dataclass(frozen=True)
class Passage:
    """About 120 characters of a post. `matches` are (start, end) in `text`, in order, for showing in bold.

    Where no such window holds every phrase it is up to four shorter ones, in the post's order, from wherever the
    phrases stand. `paragraph` is the number of the first one's paragraph, None where the post has no text. An ellipsis
    marks each cut.
    """

    text: str
    matches: tuple[tuple[int, int], ...]
    paragraph: int | None


class TextPlace(NamedTuple):
    """Where a phrase of a query stands in a text; `phrase` is its place in the query."""

    start: int
    end: int
    phrase: int


class _Window(NamedTuple):
    paragraph: Paragraph
    at: int
    places: list[TextPlace]  # all of the paragraph's
    phrases: frozenset[int]
    hits: int


def passage(paragraphs: Iterable[Paragraph], query: Query) -> Passage:
    """The window that holds the most of the query's phrases, or the few that hold all of them together; the post's
    beginning where the text holds none."""
    texts = list(paragraphs)
    found = [(paragraph, places) for paragraph in texts if (places := standing(paragraph.text, query))]
    if not found:
        return _shown([_cut(texts[0], 0, WIDTH, [])]) if texts else Passage("", (), None)
    best = max(_windows(found, WIDTH - _BEFORE), key=lambda w: (len(w.phrases), w.hits))
    there = {place.phrase for _, places in found for place in places}
    if len(best.phrases) == len(there):
        return _shown([_cut(best.paragraph, best.at, WIDTH, best.places)])
    return _shown(_pieces(list(_windows(found, _PIECE - _PIECE // 4)), there))


def standing(text: str, query: Query) -> list[TextPlace]:
    """Where the query's phrases stand in a text, in order; of two that begin together the longer comes first."""
    even = _even(text)
    found = (
        TextPlace(*match.span(), phrase)
        for phrase, names in enumerate(query.phrases)
        for words in names_of(names)
        for match in _pattern(words, query.begun).finditer(even)
    )
    return sorted(found, key=lambda place: (place.start, -place.end))


def first_places(text: str, query: Query) -> list[tuple[int, int]]:
    """(start, end) of the first place of each phrase that stands in a text."""
    even = _even(text)
    found = (
        next(filter(None, (_pattern(words, query.begun).search(even) for words in names_of(phrase))), None)
        for phrase in query.phrases
    )
    return [match.span() for match in found if match]


def _apart(places: Iterable[TextPlace]) -> list[TextPlace]:
    """The same without those that begin within the one before."""
    kept: list[TextPlace] = []
    for place in places:
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


class _Folding(dict[int, str]):
    """str.translate's table of characters folded one for one, made as they come."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        wide = unicodedata.normalize("NFKC", character).lower()
        self[code] = wide if len(wide) == 1 else character
        return self[code]


_FOLDING = _Folding()


def _even(text: str) -> str:
    """`text` folded for comparing, character for character, so that offsets stay true."""
    return text.translate(_FOLDING)


@lru_cache(maxsize=1_000)
def _pattern(phrase: tuple[str, ...], begun: bool) -> re.Pattern[str]:
    words = []
    for word in phrase:
        body = re.escape(word)
        if word[0].isascii():
            kind = r"\d" if word[0].isdigit() else "a-z"
            body = f"(?<![{kind}]){body}" + ("" if begun else f"(?![{kind}])")
        words.append(body)
    return re.compile(r"ー?[\W_]{0,3}".join(words))


def _windows(found: Sequence[tuple[Paragraph, list[TextPlace]]], width: int) -> Iterator[_Window]:
    """The stretch from each place on, with what stands in it."""
    for paragraph, places in found:
        for first in range(min(len(places), _HITS)):
            at = places[first].start
            inside = [p.phrase for p in places[first : first + _HITS] if p.end <= at + width] or [places[first].phrase]
            yield _Window(paragraph, at, places, frozenset(inside), len(inside))


class _Piece(NamedTuple):
    paragraph: Paragraph
    start: int
    end: int
    places: list[TextPlace]


def _pieces(windows: list[_Window], wanted: set[int]) -> list[_Piece]:
    """As few short windows as hold what is wanted together, each time the one that brings the most, in order."""
    chosen: list[_Piece] = []
    missing = set(wanted)
    while missing and len(chosen) < _PIECES:
        best = max(windows, key=lambda w: (len(w.phrases & missing), w.hits))
        missing -= best.phrases
        chosen.append(_cut(best.paragraph, best.at, _PIECE, best.places))
    chosen.sort(key=lambda piece: (piece.paragraph.number, piece.start))
    joined = chosen[:1]
    for piece in chosen[1:]:
        last = joined[-1]
        if piece.paragraph is last.paragraph and piece.start <= last.end:
            joined[-1] = last._replace(end=max(last.end, piece.end))
        else:
            joined.append(piece)
    return joined


def _cut(paragraph: Paragraph, at: int, width: int, places: list[TextPlace]) -> _Piece:
    """`width` characters around `at`, from the beginning of its sentence where that is near."""
    text = paragraph.text
    start = max(0, at - width // 4)
    sentence = max(text.rfind(sign, start, at) for sign in "。！？\n") + 1
    start = sentence if sentence > start else start
    end = min(len(text), start + width)
    return _Piece(paragraph, 0 if end == len(text) and end <= width else start, end, places)


def _shown(pieces: list[_Piece]) -> Passage:
    text = ""
    matches: list[tuple[int, int]] = []
    for number, (paragraph, start, end, places) in enumerate(pieces):
        text += _JOINT if number else "…" * (start > 0)
        shift = len(text) - start
        inside = (place for place in places if start <= place.start and place.end <= end)
        matches += [(place.start + shift, place.end + shift) for place in _apart(inside)]
        text += paragraph.text[start:end].replace("\n", " ")
    last = pieces[-1]
    return Passage(text + "…" * (last.end < len(last.paragraph.text)), tuple(matches), pieces[0].paragraph.number)
