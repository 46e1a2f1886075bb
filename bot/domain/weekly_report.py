"""The week looked back on: which tags came up how often, and what the desk did. Pure; the store has the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.review_stats import Week, monday

WEEKS = 8
SHOWN = 6
"""Tags whose trend is shown."""


@dataclass(frozen=True)
class Trend:
    """How many posts bore a tag in each of the weeks, the oldest first."""

    tag: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Lookback:
    """What is told of the last whole week, Monday to Sunday, and of the weeks before it.

    `weeks` are the Mondays of at most WEEKS weeks, the oldest first, at least two and none before the first post;
    `posts` and each trend have a count for each of them.
    `desk` is what the last of them came to for the reviews.
    """

    weeks: tuple[date, ...]
    posts: tuple[int, ...]
    trends: tuple[Trend, ...]
    desk: Week


def announced_at(now: datetime, at: tuple[int, time] | None, zone: ZoneInfo) -> datetime | None:
    """The newest moment not later than `now` at which a week is looked back on: `at` is the day, from 0, Monday, and
    the wall clock's time; None for never."""
    if at is None:
        return None
    day = monday(now, zone) + timedelta(days=at[0])
    this = datetime.combine(day, at[1], zone)
    return this if this <= now else datetime.combine(day - timedelta(weeks=1), at[1], zone)


def whole_weeks(at: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The Mondays of the last WEEKS weeks that were over at that moment, the oldest first."""
    this = monday(at, zone)
    return tuple(this - timedelta(weeks=back) for back in range(WEEKS, 0, -1))


def bounds(weeks: Sequence[date], zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments at which the weeks begin, and the one at which the last is over."""
    return tuple(datetime.combine(day, time(), zone) for day in (*weeks, weeks[-1] + timedelta(weeks=1)))


def trends(counts: Mapping[str, Sequence[int]]) -> tuple[Trend, ...]:
    """The tags to show: the busiest of the last week first, then of all weeks, then by name."""
    ranked = sorted(counts.items(), key=lambda each: (-each[1][-1], -sum(each[1]), each[0]))
    return tuple(Trend(tag, tuple(of_weeks)) for tag, of_weeks in ranked[:SHOWN] if sum(of_weeks))
