"""Names, products, joined nouns and figures as they stand in a text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.japanese.tokens import Token

_NOUNS = {"名詞", "接尾辞", "接頭辞"}
_JOINTS = {"-", "‐", "–", ".", "・", "&", "/"}
_UNIT = "年|月|日|時|分|歳|世紀|番|章|つ|点|人|社|個|回|度|位|本"
_DATE = re.compile(rf"[\d,.]+(?:{_UNIT})?(?:間|度|後|前|代|以上|末|目)*$")


def compounds(words: Iterable[Token]) -> Counter[str]:
    """Count runs of nouns: `量子コンピュータ`, `GPT-5`, `Llama 4`, `5000億ドル`; dates and bare numbers are left out.

    Words join where they touch; a single space joins only Latin words and the number after them.
    """
    found: Counter[str] = Counter()
    run: list[str] = []
    end = -1
    joint = ""
    for surface, pos, kind, start in words:
        latin = surface.isascii() and surface.isalnum()
        if (pos in _NOUNS and kind != "助動詞語幹") or latin:
            if run and (start == end or (start == end + 1 and latin and _latin(run[-1]) and not joint)):
                run.append(joint or (" " if start > end else ""))
                run.append(surface)
            else:
                _keep(run, found)
                run = [surface]
            joint = ""
            end = start + len(surface)
        elif run and not joint and surface in _JOINTS and start == end and _latin(run[-1]):
            joint = surface
            end = start + 1
        elif run:
            _keep(run, found)
            run, joint, end = [], "", -1
    _keep(run, found)
    return found


def _latin(word: str) -> bool:
    return word.isascii() and word.isalnum()


def _keep(run: list[str], found: Counter[str]) -> None:
    if run:
        name = "".join(run)
        if len(name) > 1 and not (name[0].isdigit() and _DATE.match(name)):
            found[name] += 1


def joined(words: Iterable[Token], most: int = 5) -> Iterator[tuple[str, int]]:
    """Every join of up to `most` nouns in a row, with how many nouns it is of; 「・」 joins too.

    A single word counts only in katakana of six letters or more. Prefixes end no join, suffixes
    begin none, and what follows a number is its unit.
    """
    run: list[Token] = []
    for word in words:
        if run and (word.start > run[-1].end or not _joins(word)):
            run = []
        if not _joins(word):
            continue
        run.append(word)
        if word.surface == "・" or word.pos == "接頭辞" or word.surface == "業":
            continue
        for count in range(1, min(most, len(run)) + 1):
            first = run[-count]
            unit = any(each.surface.isdecimal() for each in run[-count - 1 :])
            if unit or first.surface == "・" or first.pos == "接尾辞":
                continue
            if count > 1 or _LONG_KATAKANA.match(word.surface):
                yield "".join(each.surface for each in run[-count:]), count


def _joins(word: Token) -> bool:
    noun = word.pos in _NOUNS and word.kind != "助動詞語幹" and word.surface.isalnum()
    return noun or word.surface == "・" or _latin(word.surface)


_LONG_KATAKANA = re.compile(r"[ァ-ヴー]{6,}$")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.+#&/ -]*$")
_FIGURE = re.compile(r"[\d,.]+[^\d\s]")


def is_latin_name(name: str) -> bool:
    """Whether it is written in Latin letters and looks like a name: a capital, or a digit after letters."""
    return bool(_LATIN_NAME.match(name)) and name != name.lower()


def is_figure(name: str) -> bool:
    """Whether it is a number with its unit: `5000億ドル`, `40%`."""
    return bool(_FIGURE.match(name))
