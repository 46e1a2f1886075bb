"""The folding tokeniser that index and query share."""

import re
import unicodedata
from functools import lru_cache

from bot.japanese.tokens import Token, tokens

WORD_LENGTH = 64
_WORDS = re.compile(r"[a-z]+|\d+|(?:(?![a-z\d_])\w)+")
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
    for token in words:
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


@lru_cache(maxsize=50_000)
def _parts(surface: str) -> tuple[str, ...]:
    parts: list[str] = []
    for word in _WORDS.findall(unicodedata.normalize("NFKC", surface).lower()):
        if len(word) > 3 and word[-1] == "ー":
            word = word.rstrip("ー") or word  # noqa: PLW2901
        parts += [word[i : i + WORD_LENGTH] for i in range(0, len(word), WORD_LENGTH)]
    return tuple(parts)
