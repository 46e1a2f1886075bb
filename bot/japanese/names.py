"""Names, products, joined nouns and figures as they stand in a text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.japanese.tokens import Token

_NOUNS = {"名詞", "接尾辞", "接頭辞"}
_JOINTS = {"-", "‐", "–", ".", "・", "&", "/"}
_UNIT = "年|月|日|時|分|歳|世紀|番|章|つ|点|人|社|個|回|度|位|本"
_DATE = re.compile(rf"[\d,.]+(?:{_UNIT})?(?:間|度|後|前|代|以上|末|目)*$")


def compounds(words: Iterable[tuple[str, str, str, int]]) -> Counter[str]:
    """Count runs of nouns: `量子コンピュータ`, `GPT-5`, `Llama 4`, `5000億ドル`; dates and bare numbers are left out.

    Words join where they touch; a single space joins only Latin words and the number after them. `words` are Tokens, or
    their rows.
    """
    return Counter([name for name in _runs(words) if len(name) > 1 and not (name[0].isdigit() and _DATE.match(name))])


def _runs(words: Iterable[tuple[str, str, str, int]]) -> Iterator[str]:
    run: list[str] = []
    end = -1
    joint = ""
    for surface, pos, kind, start in words:
        if (pos in _NOUNS and kind != "助動詞語幹") or (surface.isascii() and surface.isalnum()):
            if run and (start == end or (start == end + 1 and not joint and _latin(surface) and _latin(run[-1]))):
                run += (joint or (" " if start > end else ""), surface)
            else:
                if run:
                    yield "".join(run)
                run = [surface]
            joint = ""
            end = start + len(surface)
        elif run and not joint and start == end and surface in _JOINTS and _latin(run[-1]):
            joint = surface
            end = start + 1
        elif run:
            yield "".join(run)
            run, joint, end = [], "", -1
    if run:
        yield "".join(run)


def _latin(word: str) -> bool:
    return word.isascii() and word.isalnum()


def joined(words: Iterable[Token], most: int = 5) -> Iterator[tuple[str, int]]:
    """Every join of up to `most` nouns in a row, with how many nouns it is of; 「・」 joins too.

    A single word counts only in katakana of six letters or more. Prefixes end no join, suffixes
    begin none, what follows a number is its unit, and no join is half a word of katakana or lacks its 化.
    """
    run: list[Token] = []
    words = list(words)
    for at, word in enumerate(words):
        if run and (word.start > run[-1].end or not _joins(word)):
            run = []
        if not _joins(word):
            continue
        run.append(word)
        if word.surface == "・" or word.pos == "接頭辞" or word.surface == "業":
            continue
        if at + 1 < len(words) and _is_one(word, words[at + 1]):
            continue
        for count in range(1, min(most, len(run)) + 1):
            first = run[-count]
            unit = any(each.surface.isdecimal() for each in run[-count - 1 :])
            if unit or first.surface == "・" or first.pos == "接尾辞":
                continue
            if at >= count and _is_one(words[at - count], first):
                continue
            if count > 1 or _LONG_KATAKANA.match(word.surface):
                yield "".join(each.surface for each in run[-count:]), count


def _is_one(word: Token, following: Token) -> bool:
    """Whether two words that touch are one to a reader: オープン|ソース, 最適|化."""
    if word.end != following.start:
        return False
    return following.surface in _GOES_ON or bool(_KATAKANA.match(word.surface) and _KATAKANA.match(following.surface))


def _joins(word: Token) -> bool:
    noun = word.pos in _NOUNS and word.kind != "助動詞語幹" and word.surface.isalnum()
    return noun or word.surface == "・" or _latin(word.surface)


_GOES_ON = {"化", "性", "的", "可能"}
_KATAKANA = re.compile(r"[ァ-ヴー]+$")
_LONG_KATAKANA = re.compile(r"[ァ-ヴー]{6,}$")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.+#&/ -]*$")
_FIGURE = re.compile(r"[\d,.]+[^\d\s]")


def is_latin_name(name: str) -> bool:
    """Whether it is written in Latin letters and looks like a name: a capital, or a digit after letters."""
    return bool(_LATIN_NAME.match(name)) and name != name.lower()


def is_figure(name: str) -> bool:
    """Whether it is a number with its unit: `5000億ドル`, `40%`."""
    return bool(_FIGURE.match(name))
