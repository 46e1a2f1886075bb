"""What an editor types into a search."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise, product

from bot.errors import WrongUse
from bot.japanese.normalisation import folded_words
from bot.japanese.vocabulary import vocabulary


@dataclass(frozen=True)
class Query:
    """What an editor asked for. All phrases must occur, each word of a phrase next to the one before.

    `phrases` hold folded words. `tags`, `authors`, `sources` and `states` are as typed (NFKC); `period` is first and
    last day, both included, or None. `words` is what was typed without the filters, to show and to suggest from.
    `begun` means that a word need only begin as asked (レジ finds レジスタ).
    """

    phrases: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    period: tuple[date, date] | None = None
    words: str = ""
    begun: bool = False


_FILTERS = {
    "タグ": "tags", "tag": "tags", "著者": "authors", "author": "authors", "媒体": "sources", "source": "sources",
    "状態": "states", "state": "states", "期間": "period", "period": "period",
}  # fmt: skip
_QUOTED = r"\"[^\"]*\"|“[^”]*”|「[^」]*」|『[^』]*』"
_PART = re.compile(rf"(?:(?P<key>{'|'.join(_FILTERS)}):)?(?P<value>{_QUOTED}|[^\s\"「『“]+|\S)", re.I)
_KEY_ALONE = re.compile(rf"(?<!\S)({'|'.join(_FILTERS)}):(?=\s|$)", re.I)


def parse_query(typed: str) -> Query:
    """Read a search as typed: words are all wanted, quotes make a phrase, `タグ:` and the like narrow it.

    Raises WrongUse for a period that is no date and for a filter with nothing after it.
    """
    text = unicodedata.normalize("NFKC", typed)
    if alone := _KEY_ALONE.search(text):
        raise WrongUse(f"「{alone[1]}:」のすぐ後ろに値を続けてください。例: タグ:LLM 期間:2025-12")
    phrases: list[tuple[str, ...]] = []
    words: list[str] = []
    filters: dict[str, list[str]] = {name: [] for name in _FILTERS.values()}
    for part in _PART.finditer(text):
        value = part["value"]
        if part["key"]:
            filters[_FILTERS[part["key"].lower()]].append(value.strip('"“”「」『』 '))
            continue
        words.append(value)
        if phrase := tuple(folded_words(value)):
            phrases.append(phrase)
    tags, authors, sources, states = (
        tuple(dict.fromkeys(filters[name])) for name in ("tags", "authors", "sources", "states")
    )
    once = tuple(dict.fromkeys(phrases))
    return Query(once, tags, authors, sources, states, _period(filters["period"]), " ".join(words))


_JOINS = 3  # two to this power spellings at most


def spellings(phrase: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return every way to write a phrase: each name of what it names (アンソロピック finds Anthropic), and each way the
    tokeniser may have cut it, with Japanese words that touch joined (業 界 別 and 業界 別).

    What has more than three such joints is taken as it is cut.
    """
    return tuple(dict.fromkeys((*_cuts(phrase), *names_of(phrase))))


def names_of(phrase: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the phrase, and the other names that the vocabulary has for what it names; a version stays (ラマ4)."""
    known = vocabulary()
    if entry := known.by_phrase.get(phrase) or known.entry("".join(phrase)):
        return tuple(dict.fromkeys((phrase, *entry.phrases)))
    name, version = phrase[:-1], phrase[-1:]
    if name and version[0].isdigit() and (entry := known.by_phrase.get(name) or known.entry("".join(name))):
        return tuple(dict.fromkeys((phrase, *((*each, *version) for each in entry.phrases))))
    return (phrase,)


def _cuts(phrase: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    joints = [a[0] > "\x7f" < b[0] for a, b in pairwise(phrase)]
    if not 0 < sum(joints) <= _JOINS:
        return (phrase,)
    found = []
    for joined in product(*((False, True) if joint else (False,) for joint in joints)):
        words = list(phrase[:1])
        for word, join in zip(phrase[1:], joined, strict=True):
            words[-1:] = [words[-1] + word] if join else [words[-1], word]
        found.append(tuple(words))
    return tuple(found)


def nearer(query: Query) -> Iterator[tuple[Query, bool]]:
    """What to try, in this order, where nothing answers to `query`: each with whether all of it is wanted.

    First all its words wherever they stand, then any of them, then any that begins as one of them.
    """
    words = tuple(dict.fromkeys(word for phrase in query.phrases for word in _loose(phrase)))
    if words != query.phrases:
        yield replace(query, phrases=words), True
    yield replace(query, phrases=tuple(dict.fromkeys((*query.phrases, *words)))), False
    if long := tuple(word for word in words if len("".join(word)) > 1):
        yield replace(query, phrases=long, begun=True), False


_KATAKANA = re.compile(r"[ァ-ヺー]+")
_HIRAGANA = re.compile(r"[ぁ-ゖー]+")


def _loose(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    # the pieces of GPT-4o and of a katakana word MeCab does not know are no words; particles say nothing alone
    found: list[tuple[str, ...]] = []
    for word in phrase:
        if found and _is_one(found[-1][-1], word):
            found[-1] += (word,)
        else:
            found.append((word,))
    return [word for word in found if not _HIRAGANA.fullmatch(word[0])] or [phrase]


def _is_one(word: str, following: str) -> bool:
    if following.isascii() and word.isascii():
        return word.isdigit() != following.isdigit()
    return all(_KATAKANA.fullmatch(each) for each in (word, following))


_DAY = re.compile(r"(\d{4})(?:[-/年](\d{1,2}))?(?:[-/月](\d{1,2}))?[年月日]?$")


def _period(values: list[str]) -> tuple[date, date] | None:
    if not values:
        return None
    first, separator, last = re.sub(r"[~〜]", "..", values[-1]).partition("..")
    try:
        start = _days(first)[0] if first or not separator else date.min
        end = _days(last or first)[1] if last or not separator else date.max
    except ValueError:
        start, end = date.max, date.min
    if start > end:
        raise WrongUse(
            f"期間「{values[-1]}」を読み取れませんでした。2025、2025-12、2025-12-01、"
            "2025-12-01..2025-12-31 のいずれかの形で書いてください。"
        )
    return start, end


def _days(written: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day. Raises ValueError for anything else."""
    found = _DAY.match(written)
    if not found:
        raise ValueError(written)
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        following = date(year + month // 12, month % 12 + 1, 1) if year < date.max.year or month < 12 else date.max
        return date(year, month, 1), following - timedelta(days=following != date.max)
    return date(year, month, day), date(year, month, day)
