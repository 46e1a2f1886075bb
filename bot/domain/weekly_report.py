"""The weekly report: how often tags came up, and the review statistics. Pure; the store provides the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.review_stats import Week, monday

WEEKS = 8
SHOWN = 6
"""Number of tags whose trend is shown."""


@dataclass(frozen=True)
class Trend:
    """The number of posts with a tag in each week, oldest first."""

    tag: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Lookback:
    """Report on the last whole week, Monday to Sunday, and the weeks before it.

    `weeks` are the Mondays of at most WEEKS weeks, oldest first, at least two and none before the first post; `posts`
    and each trend have a count for each of them. `desk` has the review statistics of the last week.
    """

    weeks: tuple[date, ...]
    posts: tuple[int, ...]
    trends: tuple[Trend, ...]
    desk: Week


def announced_at(now: datetime, at: tuple[int, time] | None, zone: ZoneInfo) -> datetime | None:
    """The latest time not after `now` at which a report is due. `at` is the weekday (Monday is 0) and the time of day
    in `zone`; None if reports are off."""
    if at is None:
        return None
    day = monday(now, zone) + timedelta(days=at[0])
    this = datetime.combine(day, at[1], zone)
    return this if this <= now else datetime.combine(day - timedelta(weeks=1), at[1], zone)


def whole_weeks(at: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The Mondays of the last WEEKS weeks that had ended at that time, oldest first."""
    this = monday(at, zone)
    return tuple(this - timedelta(weeks=back) for back in range(WEEKS, 0, -1))


def bounds(weeks: Sequence[date], zone: ZoneInfo) -> tuple[datetime, ...]:
    """The start times of the weeks, and the end of the last one."""
    return tuple(datetime.combine(day, time(), zone) for day in (*weeks, weeks[-1] + timedelta(weeks=1)))


def trends(counts: Mapping[str, Sequence[int]]) -> tuple[Trend, ...]:
    """Return the tags to show: the busiest of the last week first, then of all weeks, then by name."""
    ranked = sorted(counts.items(), key=lambda each: (-each[1][-1], -sum(each[1]), each[0]))
    return tuple(Trend(tag, tuple(of_weeks)) for tag, of_weeks in ranked[:SHOWN] if sum(of_weeks))
