"""Facts that a text contradicts by itself: its title, a conversion of money, a day of the week."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property

from bot.checks.quoting import QUOTE_LENGTH, body_lines, paragraph_at, quote
from bot.checks.rule import RuleHit, fewest
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.japanese.spelling import spelling

MOST = 3
LOWEST, HIGHEST = 25.0, 500.0
"""Yen for a dollar, a euro or a pound beyond which a conversion is off by a power of ten, whatever the day's rate."""
_PROMISE = re.compile(
    r"(?<![\d.A-Za-z])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>年(?!間|目|連続|ぶり|後|前|代|以|越|来|半|生|齢|度|度版)|倍|%"
    r"|(?:[兆億万]\d*[億万]?)?(?:円|ドル|人|社))"
)
_MONEY = re.compile(
    r"(?P<a>\d[\d,]*(?:\.\d+)?(?:[兆億万]\d[\d,]*(?:\.\d+)?)*[兆億万]?)\s?(?:米?ドル|ユーロ|ポンド)"
    r"[（(、]\s?(?:日本円(?:に(?:して|換算で))?で?)?(?:約|およそ)?(?P<b>\d[\d,]*(?:\.\d+)?(?:[兆億万]\d[\d,]*(?:\.\d+)?)*[兆億万]?)円"
)
_PART = re.compile(r"(\d[\d,]*(?:\.\d+)?)([兆億万]?)")
_SCALES = {"兆": 1e12, "億": 1e8, "万": 1e4, "": 1.0}
_DAY = re.compile(
    r"(?:(?P<year>20\d\d)\s?[年/.-]\s?|(?<![\d/.-]))(?P<month>\d{1,2})\s?[月/-]\s?(?P<day>\d{1,2})日?\s?[（(](?P<weekday>[月火水木金土日])(?:曜日?)?(?:[・、]?祝)?[）)]"
)
_FIGURES = re.compile(r"[\d〇一二三四五六七八九十]|倍")
_WEEKDAYS = "月火水木金土日"


def title_mismatch(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """A year, a percentage, a multiple or an amount in title or excerpt that the text does not have.

    A year is let stand where the post is of it. What a line says that repeats the title is not the text's.
    """
    fronts = [
        (key, text) for key, text in (("title", draft.title), ("excerpt", draft.excerpt)) if re.search(r"\d", text)
    ]
    if not fronts or sum(len(paragraph.text) for paragraph in reading.paragraphs) < 2 * QUOTE_LENGTH:
        return
    promised = [(key, text, promise) for key, text in fronts for promise in _PROMISE.finditer(_even(text))]
    said = _Text(draft, [text for _, text in fronts])
    hits = []
    broken: set[str] = set()
    for key, text, promise in promised:
        if key not in broken and not _kept(promise["number"], promise["unit"], said, draft):
            broken.add(key)
            why = f"{'題名' if key == 'title' else '抜粋'}の「{promise[0]}」が本文に見当たりません。"
            hits.append([RuleHit(text[:QUOTE_LENGTH], None, draft.front_line(key), message=why)])
    yield from fewest(hits, MOST)


class _Text:
    """What the body says of figures: its lines without those that repeat title or excerpt and those of links."""

    def __init__(self, draft: Draft, titles: list[str]) -> None:
        self.draft = draft
        self.titles = titles

    def has(self, figure: re.Pattern[str]) -> bool:
        """Whether a line says it."""
        return any(figure.search(line) and not self._repeats(line) for line in self.lines)

    @cached_property
    def lines(self) -> list[str]:
        """Those that hold digits, evenly written."""
        lines = (line for _, line in body_lines(self.draft) if "](" not in line)
        return [_even(line) for line in lines if _FIGURES.search(line)]

    def _repeats(self, line: str) -> bool:
        key = spelling(line.strip(" #*"))
        return len(key) > 8 and any(key in title or title in key for title in map(spelling, self.titles))


def _kept(number: str, unit: str, said: _Text, draft: Draft) -> bool:
    figure = number.replace(",", "")
    if unit == "年" and (len(figure) != 4 or not figure.startswith("20") or figure == str(draft.published_at.year)):
        return True
    words = {"2": "倍増|二倍|倍に", "3": "三倍", "10": "十倍|一桁"}.get(figure, "") if unit == "倍" else ""
    return said.has(re.compile(rf"(?<![\d.]){re.escape(figure)}(?!\d|\.\d)" + (f"|{words}" if words else "")))


def _even(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text))


def wrong_conversions(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """Dollars, euros or pounds with yen in brackets that cannot be the same sum: off by ten or near it. At most 3."""
    hits = []
    for paragraph in reading.paragraphs:
        if "円" not in paragraph.text:
            continue
        for sums in _MONEY.finditer(paragraph.text):
            ours, theirs = _amount(sums["b"]), _amount(sums["a"])
            if theirs and not LOWEST <= ours / theirs <= HIGHEST:
                why = f"「{sums[0]}」は、1単位あたり{ours / theirs:,.4g}円の換算になり、桁が違う可能性があります。"
                line = paragraph.line + paragraph.text.count("\n", 0, sums.start())
                hits.append([RuleHit(quote(paragraph.text, *sums.span()), paragraph.number, line, message=why)])
    yield from fewest(hits, MOST)


def _amount(written: str) -> float:
    parts = _PART.findall(written)
    return sum(float(number.replace(",", "")) * _SCALES[scale] for number, scale in parts)


def wrong_weekdays(draft: Draft, reading: Reading) -> Iterator[RuleHit]:
    """A date whose day of the week is another one. Without a year it is the day nearest to the post's. At most 3."""
    hits = []
    for number, line in body_lines(draft):
        if "日" not in line and "/" not in line:
            continue
        for said in _DAY.finditer(line):
            day = _date(said, draft.published_at.date())
            if day and _WEEKDAYS[day.weekday()] != said["weekday"]:
                why = f"{day.year}年{day.month}月{day.day}日は{_WEEKDAYS[day.weekday()]}曜日です。"
                hits.append([RuleHit(quote(line, *said.span()), paragraph_at(reading, number), number, message=why)])
    yield from fewest(hits, MOST)


def _date(said: re.Match[str], near: date) -> date | None:
    """The day that is meant; None if there is no such day, or if two years are about as near."""
    years = [int(said["year"])] if said["year"] else [near.year - 1, near.year, near.year + 1]
    days = []
    for year in years:
        try:
            days.append(date(year, int(said["month"]), int(said["day"])))
        except ValueError:
            continue
    day = min(days, key=lambda each: abs(each - near), default=None)
    return day if day and (said["year"] or abs(day - near) < timedelta(days=120)) else None
