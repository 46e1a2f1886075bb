"""The folding tokeniser that index and query share."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from bot.japanese.tokens import Tokens, tokens

WORD_LENGTH = 64
_WORDS = re.compile(r"[a-z]+|\d+|(?:(?![a-z\d_])\w)+")
_KATAKANA = frozenset(chr(letter) for letter in (*range(ord("ァ"), ord("ヺ") + 1), ord("ー")))
_ALL_KATAKANA = re.compile(r"[ァ-ヺー]+")
_UNFOLDED = re.compile(r"[\u3099\u309aｦ-ﾟＡ-Ｚａ-ｚ０-９]")
_SIGNS = {"+", "++", "#"}


def folded_words(text: str) -> list[str]:
    """The words of any text as the index holds them: no whitespace, quotes or punctuation, at most 64 characters.

    `gpt4o`, `GPT-4o` and `ＧＰＴ 4o` all give gpt, 4, o; C++ and C# stay whole; サーバー = サーバ.
    """
    text = unicodedata.normalize("NFKC", text)
    return _fold(tokens(text))


def folded(text: str, words: Tokens) -> list[str]:
    """The same from tokens that are already there. Only a text with wide or half-width letters is cut again."""
    return folded_words(text) if _UNFOLDED.search(text) else _fold(words)


def _fold(words: Tokens) -> list[str]:
    surfaces, starts = _katakana_alone(words)
    if _SIGNS.isdisjoint(surfaces):
        return list(chain.from_iterable(map(_parts, surfaces)))
    found: list[str] = []
    end = -1
    for surface, start in zip(surfaces, starts, strict=True):
        if surface in _SIGNS:
            if start == end and found and found[-1].rstrip("+").isalpha() and len(found[-1]) < WORD_LENGTH - 1:
                found[-1] += surface
                end += len(surface)
            continue
        if parts := _parts(surface):
            found += parts
            end = start + len(surface) if parts[-1].isascii() else -1
    return found


def _katakana_alone(words: Tokens) -> tuple[list[str], list[int]]:
    """The same words and their starts, each run of katakana cut as it is cut where it stands alone.

    MeCab cuts a katakana word it does not know now one way, now another, by what stands around it.
    """
    surfaces: list[str] = []
    starts: list[int] = []
    past = 0
    for first, last in _katakana(words):
        surfaces += words.surfaces[past:first]
        starts += words.starts[past:first]
        for piece, at in _cut("".join(words.surfaces[first:last])):
            surfaces.append(piece)
            starts.append(words.starts[first] + at)
        past = last
    return surfaces + words.surfaces[past:], starts + words.starts[past:]


def _katakana(words: Tokens) -> Iterator[tuple[int, int]]:
    """The places (from, to) of words of katakana that touch."""
    first = last = -1
    for at, surface in enumerate(words.surfaces):
        if surface[0] in _KATAKANA and _ALL_KATAKANA.fullmatch(surface):
            if at != last or words[at - 1].end != words.starts[at]:
                if last > 0:
                    yield first, last
                first = at
            last = at + 1
    if last > 0:
        yield first, last


@lru_cache(maxsize=50_000)
def _cut(run: str) -> tuple[tuple[str, int], ...]:
    words = tokens(run)
    return tuple(zip(words.surfaces, words.starts, strict=True))


@lru_cache(maxsize=50_000)
def _parts(surface: str) -> tuple[str, ...]:
    parts: list[str] = []
    for word in _WORDS.findall(unicodedata.normalize("NFKC", surface).lower()):
        if len(word) > 3 and word[-1] == "ー":
            word = word.rstrip("ー") or word  # noqa: PLW2901
        parts += [word[i : i + WORD_LENGTH] for i in range(0, len(word), WORD_LENGTH)]
    return tuple(parts)
