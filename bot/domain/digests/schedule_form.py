"""A schedule as a person types it: parsed leniently, and formatted the same way."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.digests.schedule import EVERY_DAY, MOST_ENTRIES, Quiet, Schedule

DAYS = "月火水木金土日"
MOST_TIMES = 12
LONGEST_DRAFT = 24 * 60
"""Maximum number of minutes between a draft and its slot."""
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED = {
    "毎日": EVERY_DAY, "daily": EVERY_DAY, "平日": (0, 1, 2, 3, 4), "weekdays": (0, 1, 2, 3, 4), "週末": (5, 6),
    "weekends": (5, 6),
}  # fmt: skip
_TIME = re.compile(r"(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分|(半))?)?")
_BETWEEN = re.compile(r"[\s,、，・/]+")


@dataclass(frozen=True)
class ScheduleForm:
    """The fields of a schedule as typed. Lists are separated by commas or spaces, tags and categories by commas
    only."""

    channel: str
    times: str = "8:00"
    weekdays: str = "毎日"
    zone: str = "Asia/Tokyo"
    limit: str = "10"
    ai_only: bool = True
    on_holidays: bool = True
    tags: str = ""
    sources: Sequence[int] = ()
    categories: str = ""
    quiet: str = "line"
    draft_minutes: str = "0"
    name: str = ""


def form_of(schedule: Schedule) -> ScheduleForm:
    """Format a schedule as a form."""
    return ScheduleForm(
        channel=schedule.channel,
        times=" ".join(format_time(at) for at in schedule.times),
        weekdays=format_weekdays(schedule.weekdays),
        zone=schedule.zone,
        limit=str(schedule.limit),
        ai_only=schedule.ai_only,
        on_holidays=schedule.on_holidays,
        tags="、".join(schedule.tags),
        sources=schedule.sources,
        categories="、".join(schedule.categories),
        quiet=schedule.quiet,
        draft_minutes=str(schedule.draft_minutes),
        name=schedule.name,
    )


def parse_form(plan: ScheduleForm, known_sources: Iterable[int] = ()) -> Schedule | dict[str, str]:
    """Parse a form into a schedule; return the errors instead, one sentence by field name, if it is invalid."""
    times, days = _times(plan.times), parse_weekdays(plan.weekdays)
    faults = {
        "channel": "" if plan.channel else "送信先のチャンネルを選んでください。",
        "times": times if isinstance(times, str) else "",
        "weekdays": days if isinstance(days, str) else "",
        "zone": _zone_fault(plan.zone),
        "limit": _number_fault(plan.limit, 1, MOST_ENTRIES, "件数"),
        "draft_minutes": _number_fault(plan.draft_minutes, 0, LONGEST_DRAFT, "下書きを出す時間（分）"),
        "quiet": "" if plan.quiet in get_args(Quiet) else "新着のない日は「line」か「nothing」を選んでください。",
        "sources": "" if set(plan.sources) <= set(known_sources) else _no_source(plan.sources, known_sources),
        "name": "" if len(plan.name) <= 60 else "名前は60文字までです。",
    }
    if wrong := {field: sentence for field, sentence in faults.items() if sentence}:
        return wrong
    assert isinstance(times, tuple)
    assert isinstance(days, tuple)
    return Schedule(
        channel=plan.channel,
        times=times,
        weekdays=days,
        zone=plan.zone.strip(),
        limit=int(_folded(plan.limit)),
        ai_only=plan.ai_only,
        on_holidays=plan.on_holidays,
        tags=_listed(plan.tags),
        sources=tuple(plan.sources),
        categories=_listed(plan.categories),
        quiet="nothing" if plan.quiet == "nothing" else "line",
        draft_minutes=int(_folded(plan.draft_minutes)),
        name=plan.name.strip(),
    )


def format_time(at: time) -> str:
    """Format a time of day as the newsroom writes it: 8:00."""
    return f"{at.hour}:{at.minute:02}"


def format_weekdays(weekdays: Sequence[int]) -> str:
    """Format weekdays as the newsroom writes them: 毎日, 平日, 月・水・金."""
    names = {days: name for name, days in reversed(_NAMED.items()) if not name.isascii()}
    return names.get(tuple(weekdays)) or "・".join(DAYS[day] for day in weekdays)


def _times(written: str) -> tuple[time, ...] | str:
    words = [word for word in _BETWEEN.split(_folded(written)) if word]
    found = [_time(word) for word in words]
    if not found or None in found:
        wrong = next((word for word, at in zip(words, found, strict=True) if at is None), "")
        said = f"「{wrong}」を時刻として読み取れません。" if wrong else "時刻がありません。"
        return f"{said}「8:00」や「8:00 17:30」の形で書いてください。"
    if len(set(found)) > MOST_TIMES:
        return f"時刻は1日{MOST_TIMES}回までです。"
    return tuple(sorted({at for at in found if at is not None}))


def _time(word: str) -> time | None:
    match = _TIME.fullmatch(word)
    if match is None:
        return None
    hour, minute = int(match[1]), 30 if match[4] else int(match[2] or match[3] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def parse_weekdays(written: str) -> tuple[int, ...] | str:
    """Parse weekdays; return a sentence with the reason if they cannot be parsed."""
    found: set[int] = set()
    for word in _BETWEEN.split(_folded(written)):
        days = _days_of(word) if word else ()
        if days is None:
            return f"「{word}」を曜日として読み取れません。「平日」「月・水・金」「月-金」の形で書いてください。"
        found.update(days)
    return tuple(sorted(found)) or "曜日を1つ以上選んでください。"


def _days_of(word: str) -> Sequence[int] | None:
    if word in _NAMED:
        return _NAMED[word]
    ends = [_day(part) for part in re.split(r"[-~〜–]", word)]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        return [day % 7 for day in range(ends[0], ends[1] + (1 if ends[0] <= ends[1] else 8))]
    if len(ends) == 1 and ends[0] is not None:
        return [ends[0]]
    return [DAYS.index(sign) for sign in word] if set(word) <= set(DAYS) else None


def _day(word: str) -> int | None:
    short = word.removesuffix("曜日").removesuffix("曜")
    if len(short) == 1 and short in DAYS:
        return DAYS.index(short)
    return next((n for n, name in enumerate(_ENGLISH) if word.startswith(name)), None)


def _zone_fault(name: str) -> str:
    try:
        ZoneInfo(name.strip())
    except (KeyError, ValueError, OSError):
        near = sorted(z for z in available_timezones() if z.split("/")[-1].lower() == name.strip().lower())
        meant = f"「{near[0]}」でしょうか。" if near else "「Asia/Tokyo」の形で書いてください。"
        return f"「{name}」というタイムゾーンはありません。{meant}"
    return ""


def _number_fault(written: str, least: int, most: int, what: str) -> str:
    folded = _folded(written)
    if folded.isdecimal() and least <= int(folded) <= most:
        return ""
    return f"{what}は{least}から{most}までの数で書いてください。"


def _no_source(wanted: Iterable[int], known: Iterable[int]) -> str:
    missing = "、".join(str(number) for number in wanted if number not in set(known))
    return f"番号{missing}のソースはありません。"


def _listed(written: str) -> tuple[str, ...]:
    parts = re.split(r"[,、，\n]+", unicodedata.normalize("NFKC", written))
    return tuple(dict.fromkeys(part.strip().lstrip("#") for part in parts if part.strip(" #")))


def _folded(written: str) -> str:
    return unicodedata.normalize("NFKC", written).strip().lower()
