"""What an editor types into a search."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import WrongUse
from bot.japanese.folding import folded_words


@dataclass(frozen=True)
class Query:
    """What an editor asked for. All phrases must occur, each word of a phrase next to the one before.

    `phrases` hold folded words. `tags`, `authors`, `sources` and `states` are as typed (NFKC); `period` is first and
    last day, both included, or None. `words` is what was typed without the filters, to show and to suggest from.
    """

    phrases: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    period: tuple[date, date] | None = None
    words: str = ""


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
    return Query(
        phrases=tuple(dict.fromkeys(phrases)),
        period=_period(filters.pop("period")),
        words=" ".join(words),
        **{name: tuple(dict.fromkeys(values)) for name, values in filters.items()},
    )


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
