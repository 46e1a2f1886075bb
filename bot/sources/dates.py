"""Dates as newsrooms, feeds and pages write them.

A date is taken apart by what its pieces look like, not matched against whole layouts: first the time of day with its
zone, then the day, and only blanks, weekdays and a few small words may be left over. What could be two different days
is no date.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from bot.sources.zones import ZONE, in_utc, zone_of

YEARS = range(1900, 2200)
"""A date outside is a slip of the pen, and near the calendar's ends no zone can be reckoned with."""
_ZEROS = (date(1900, 1, 1), date(1969, 12, 31), date(1970, 1, 1))
"""What programs write for a date that they do not have."""
_LIMIT = 100
_DASHES = str.maketrans("‐‑‒–—−", "------")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier janv enero ene janeiro gennaio januari",
            "february feb februar février févr fevrier febrero fevereiro febbraio februari",
            "march mar märz maerz mars marzo março maart",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio mei",
            "june jun juni juin junio junho giugno",
            "july jul juli juillet juil julio julho luglio",
            "august aug août aout agosto ago augustus",
            "september sept sep septembre septiembre setembro settembre",
            "october oct oktober okt octobre octubre outubro ottobre",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre",
        ),
        1,
    )
    for name in names.split()
}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "R": 2018, "H": 1988, "S": 1925}
_HALVES = {"午前": 0, "午後": 12, "오전": 0, "오후": 12, "上午": 0, "下午": 12}
_NUMERALS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?![^\W\d_])"

_CLOCK = re.compile(
    rf"(?<![\d.+-])(?:({'|'.join(_HALVES)}|[AP]\.?M\.?)\s?)?"
    r"(\d{1,2})(?::(\d{1,2})(?::(\d{2})(?:[.,:]\d{1,9})?)?(?!\d)|\s?[時시点]\s?(?:(\d{1,2})\s?[分분]?)?(?:\s?(\d{1,2})\s?[秒초])?"
    r"|h(\d{2})(?!\d)|(?=\s?[AP]\.?M\b))"
    rf"\s?([AP]\.?\s?M\b\.?|{'|'.join(_HALVES)})?",
    re.I,
)
_BEHIND = re.compile(rf"\s?({ZONE})")
_AT_END = re.compile(rf"(?:^|(?<=[\s\d]))({ZONE})$")
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:[T\s-]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?)?(?!\d)(?:\s?(" + ZONE + "))?"
)
_Y_M_D = re.compile(r"(?<![\d.+-])(\d{4})\s?([-/.]|[年년])\s?(\d{1,2})\s?([-/.月월])\s?(\d{1,2})\s?[日일]?(?![\d])")
_Y_MON_D = re.compile(rf"(?<![\d.+-])(\d{{4}})[\s/.,-]+{_MONTH}[\s/.,-]+(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)", re.I)
_D_MON_Y = re.compile(
    rf"(?<![\d.+-])(\d{{1,2}})(?:st|nd|rd|th|er|º|o)?[\s/.,-]*(?:(?:of|de)\s)?{_MONTH}[\s/.,-]*(?:(?:de|del)\s)?"
    r"(?:'?(\d{4})|'?(\d{2}))(?!\d)",
    re.I,
)
_MON_D_Y = re.compile(rf"(?<![^\W\d_]){_MONTH}\.?[\s/.,-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s/.,-]+(\d{{4}})(?!\d)", re.I)
_D_GATSU_Y = re.compile(r"(?<![\d.+-])(\d{1,2})[\s,./-]+(\d{1,2})[月월][\s,./-]*(\d{4})(?!\d)")
_GATSU_D_Y = re.compile(r"(?<!\d)(\d{1,2})[月월]\s?(\d{1,2})[日일]?[\s,./-]+(\d{4})(?!\d)")
_ERA = re.compile(
    r"(?:(令和|平成|昭和)\s?(\d{1,2}|元)\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日|\b([RHS])(\d{1,2})[./-](\d{1,2})[./-](\d{1,2})(?!\d))"
)
_THREE = re.compile(r"(?<![\d.+-])(\d{1,2})([\s./-])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_WEEKDAY = re.compile(
    r"(?<![^\W\d_])(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?(?![^\W\d_])|([月火水木金土日])(?:曜日?)?", re.I
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LEADING = re.compile(r"([^\W\d_]{1,14})(?:\s(?:on|at))?(?:[.,]?\s|[.,]?\s?:\s?)")
_SMALL = re.compile(
    r"(?:at|on|um|uhr|a las|à|às|alle|kl|om|the|の|에|에서|更新|公開|掲載|投稿|発表|配信|付|年|日|T)(?![^\W\d_])"
    r"|[,.|/@·・:-]",
    re.I,
)
_NUMBER = re.compile(r"\d{9,10}|\d{13}|\d{16}|\d{19}")
_DOT_NET = re.compile(r"\\?/Date\((-?\d+)(?:[+-]\d{4})?\)\\?/")
_Day = tuple[int, int, int]


def parse_date(text: str, zone: tzinfo) -> datetime | None:
    """The aware UTC time of a date: ISO 8601, RFC 822, 「2026年1月15日 8時30分」, what programs write under Japanese
    settings, and what lies near them.

    `zone` is used if it names none. None if it is no date, could be two, has a zone that nobody knows, or is what a
    program writes for no date.
    """
    text = unicodedata.normalize("NFKC", text[:_LIMIT]).translate(_DASHES)
    text = re.sub(r"(?<=\d)z$", "Z", " ".join(text.split()))
    if found := _DOT_NET.fullmatch(text):
        return _since_epoch(found[1])
    if _NUMBER.fullmatch(text):
        return _since_epoch(text)
    text, places = _without_brackets(_in_digits(_from_its_beginning(text)))
    day: _Day | None
    clock: list[int] | None
    if found := _COMPACT.fullmatch(text):
        pieces = [int(g or 0) for g in found.groups()[:6]]
        day, clock = (pieces[0], pieces[1], pieces[2]), pieces[3:]
        written, rest = found[7], ""
    else:
        clock, written, rest = _clock(text)
        day, rest = _day(rest)
        if not written and (end := _AT_END.search(rest)) and zone_of(end[1]):
            written, rest = end[1], rest[: end.start()]
    if day is None or clock is None or not _is_small(rest):
        return None
    named = zone_of(written) if written else next((z for p in places if (z := zone_of(p))), zone)
    return _time(day, clock, named) if named else None


# ---- the pieces
def _from_its_beginning(text: str) -> str:
    """A date without the word before it: a weekday of any language, "Updated", 「公開日:」."""
    found = _LEADING.match(text)
    if found is None or found[1].lower() in _MONTHS or found[1] in _HALVES or _WEEKDAY.fullmatch(found[1]):
        return text
    return text[found.end() :]


def _without_brackets(text: str) -> tuple[str, list[str]]:
    """A date without its remarks in brackets (weekdays, holidays, names of zones), and those remarks."""
    remarks = [m.strip("[]()<>") for m in re.findall(r"\[[^\[\]]*\]|\([^()]*\)", text)]
    return " ".join(re.sub(r"\[[^\[\]]*\]|\([^()]*(?:\)|$)", " ", text).split()), remarks


def _in_digits(text: str) -> str:
    """A date in kanji numerals in digits: 二〇二六年一月十七日."""
    if not re.search(r"[〇一二三四五六七八九十][年月日]", text):
        return text
    return re.sub(r"[〇一二三四五六七八九十]+(?=[年月日時分秒])", lambda m: _number(m[0]), text)


def _number(kanji: str) -> str:
    tens, ten, ones = kanji.rpartition("十")
    if not ten:
        return "".join(str(_NUMERALS[c]) for c in ones)
    return str((_NUMERALS.get(tens, 1)) * 10 + _NUMERALS.get(ones, 0))


def _clock(text: str) -> tuple[list[int] | None, str, str]:
    """The time of day, the zone behind it, and the date without both. No time of day is midnight."""
    found = next(_CLOCK.finditer(text), None)
    if found is None:
        return [0, 0, 0], "", text
    half, hour, minute, second, minutes, seconds, french, later = found.groups()
    clock = [int(hour), int(minute or minutes or french or 0), int(second or seconds or 0)]
    said = (later or half or "").lower()
    if said and clock[0] > 12 and _HALVES.get(said, 12 if said.startswith("p") else 0) == 0:
        return None, "", text  # 20:07 AM
    if said:
        afternoon = _HALVES.get(said, 12 if said.startswith("p") else 0)
        clock[0] = clock[0] % 12 + afternoon if clock[0] <= 12 else clock[0]
    behind = _BEHIND.match(text, found.end())
    if behind and (zone_of(behind[1]) or not re.match(r"[A-Za-z]+$", behind[1]) or behind[1].lower() not in _MONTHS):
        written, end = behind[1], behind.end()
        # an offset and a name: "+0000 GMT", "UTC+09:00 JST"
        while (more := _BEHIND.match(text, end)) and zone_of(more[1]):
            end = more.end()
        return clock, written, f"{text[: found.start()]} {text[end:]}"
    return clock, "", f"{text[: found.start()]} {text[found.end() :]}"


def _day(text: str) -> tuple[_Day | None, str]:
    """The day that stands in a text, and the text without it."""
    text = " ".join(text.split())
    for found, day in _candidates(text):
        return day, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _candidates(text: str) -> Iterator[tuple[re.Match[str], _Day]]:
    if m := _ERA.search(text):
        era, year, month, day = (m[1], m[2], m[3], m[4]) if m[1] else (m[5], m[6], m[7], m[8])
        yield m, (_ERAS[era] + (1 if year == "元" else int(year)), int(month), int(day))
    if m := _Y_M_D.search(text):
        yield m, (int(m[1]), int(m[3]), int(m[5]))
    if m := _Y_MON_D.search(text):
        yield m, (int(m[1]), _MONTHS[m[2].lower()], int(m[3]))
    if m := _D_MON_Y.search(text):
        yield m, (int(m[3] or 0) or _century(int(m[4])), _MONTHS[m[2].lower()], int(m[1]))
    if m := _MON_D_Y.search(text):
        yield m, (int(m[3]), _MONTHS[m[1].lower()], int(m[2]))
    if m := _D_GATSU_Y.search(text):
        yield m, (int(m[3]), int(m[2]), int(m[1]))
    if m := _GATSU_D_Y.search(text):
        yield m, (int(m[3]), int(m[1]), int(m[2]))
    if (m := _THREE.search(text)) and (day := _of_three(m, text)):
        yield m, day


def _of_three(found: re.Match[str], text: str) -> _Day | None:
    """The day of 17/1/2026, 1/17/2026 or 10.1.2026: what can be one day only, by the figures, by the weekday beside
    them, or because nobody writes months first between full stops."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    days = {(year, m, d) for m, d in ((second, first), (first, second)) if _is_day(year, m, d)}
    if found[2] == ".":
        days &= {(year, second, first)}
    if len(days) > 1 and (weekday := _weekday(f"{text[: found.start()]} {text[found.end() :]}")) is not None:
        days = {day for day in days if date(*day).weekday() == weekday}
    return days.pop() if len(days) == 1 else None


def _weekday(text: str) -> int | None:
    found = _WEEKDAY.search(text)
    if found is None:
        return None
    return _DAYS.index(found[1].lower()) if found[1] else "月火水木金土日".index(found[2])


def _is_small(rest: str) -> bool:
    """Whether nothing is left over that could make it another date."""
    rest = re.sub(r"[月火水木金土日周월화수목금토일](?:曜日?|요일)?", "", _WEEKDAY.sub("", " ".join(rest.split())))
    return not _SMALL.sub("", rest).strip()


def _century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


# ---- the time
def _since_epoch(written: str) -> datetime | None:
    """Seconds since 1970, or thousandths, millionths or milliardths of them, by their number of digits."""
    number = int(written)
    for _ in range(3):
        if abs(number) < 10**11:
            break
        number //= 1000
    try:
        return _kept(datetime.fromtimestamp(number, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _time(day: _Day, clock: list[int], zone: tzinfo) -> datetime | None:
    if not _is_day(*day) or date(*day) in _ZEROS:
        return None
    hour, minute, second = clock
    # 24:00 is the next day's midnight, and a leap second the second before it
    later = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta()
    try:
        local = datetime(*day, 0 if later else hour, minute, 59 if second == 60 else second)  # noqa: DTZ001
    except ValueError:
        return None
    at = in_utc(local, zone) if day[0] in YEARS else None
    return at + later if at else None


def _kept(at: datetime) -> datetime | None:
    return at if at.year in YEARS and at.date() not in _ZEROS else None
