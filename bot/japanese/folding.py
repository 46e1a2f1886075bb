"""The folding tokeniser that index and query share."""

import re
import unicodedata
from functools import lru_cache

from bot.japanese.tokens import Token, tokens

WORD_LENGTH = 64
_WORDS = re.compile(r"[a-z]+|\d+|(?:(?![a-z\d_])\w)+")
_KATAKANA = re.compile(r"[ァ-ヺー]+")
_UNFOLDED = re.compile(r"[\u3099\u309aｦ-ﾟＡ-Ｚａ-ｚ０-９]")
_SIGNS = {"+", "++", "#"}


def folded_words(text: str) -> list[str]:
    """The words of any text as the index holds them: no whitespace, quotes or punctuation, at most 64 characters.

    `gpt4o`, `GPT-4o` and `ＧＰＴ 4o` all give gpt, 4, o; C++ and C# stay whole; サーバー = サーバ.
    """
    text = unicodedata.normalize("NFKC", text)
    return _fold(tokens(text))


def folded(text: str, words: list[Token]) -> list[str]:
    """The same from tokens that are already there. Only a text with wide or half-width letters is cut again."""
    return folded_words(text) if _UNFOLDED.search(text) else _fold(words)


def _fold(words: list[Token]) -> list[str]:
    found: list[str] = []
    end = -1
    for token in _katakana_alone(words):
        surface = token[0]
        if surface in _SIGNS:
            if token[3] == end and found and found[-1].rstrip("+").isalpha() and len(found[-1]) < WORD_LENGTH - 1:
                found[-1] += surface
                end += len(surface)
            continue
        if parts := _parts(surface):
            found += parts
            end = token[3] + len(surface) if parts[-1].isascii() else -1
    return found


def _katakana_alone(words: list[Token]) -> list[Token]:
    """The same words, each run of katakana cut as it is cut where it stands alone.

    MeCab cuts a katakana word it does not know now one way, now another, by what stands around it.
    """
    cut: list[Token] = []
    run: list[Token] = []
    for token in words:
        if _KATAKANA.fullmatch(token[0]):
            if run and run[-1].end != token[3]:
                cut += _recut(run)
                run = []
            run.append(token)
            continue
        if run:
            cut += _recut(run)
            run = []
        cut.append(token)
    return cut + _recut(run)


def _recut(run: list[Token]) -> list[Token]:
    pieces = _cut("".join(token[0] for token in run))
    return run if not run or len(pieces) == len(run) == 1 else [Token(p, "", "", run[0][3] + at) for p, at in pieces]


@lru_cache(maxsize=50_000)
def _cut(run: str) -> tuple[tuple[str, int], ...]:
    return tuple((token[0], token[3]) for token in tokens(run))


@lru_cache(maxsize=50_000)
def _parts(surface: str) -> tuple[str, ...]:
    parts: list[str] = []
    for word in _WORDS.findall(unicodedata.normalize("NFKC", surface).lower()):
        if len(word) > 3 and word[-1] == "ー":
            word = word.rstrip("ー") or word  # noqa: PLW2901
        parts += [word[i : i + WORD_LENGTH] for i in range(0, len(word), WORD_LENGTH)]
    return tuple(parts)
