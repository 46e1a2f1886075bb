"""A schedule: what a channel is sent, and when. Its times are a pure function of the wall clock at its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.holidays import is_holiday

Quiet = Literal["line", "nothing"]
EVERY_DAY = tuple(range(7))
MOST_ENTRIES = 20
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_HORIZON = 800
"""Days looked at for a slot: the least frequent schedule there can be has one every few weeks."""


@dataclass(frozen=True)
class Schedule:
    """When and what a channel is sent. A channel may have several, each with its own memory of what it sent.

    `times` are the wall clock's in `zone`, `weekdays` count from 0, Monday. `on_holidays` off: not on the public
    holidays of Japan. The filter takes posts that bear one of `tags` (names), come from one of `sources` (numbers) and
    stand in one of `categories`; what is empty lets all through. `limit` is the number of entries at the most. `quiet`
    says what a day with nothing brings. `draft_minutes` before the slot a draft goes to the review channel; 0 sends
    straight out. `paused_until`: no slot up to then counts, FOREVER until somebody lets it go on. `since`: only later
    slots count, None until it is stored, as `id` is. `by_settings`: the settings made it.
    """

    channel: str
    times: tuple[time, ...] = (time(8, 0),)
    zone: str = "Asia/Tokyo"
    limit: int = 10
    ai_only: bool = True
    weekdays: tuple[int, ...] = EVERY_DAY
    on_holidays: bool = True
    tags: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    quiet: Quiet = "line"
    draft_minutes: int = 0
    name: str = ""
    paused_until: datetime | None = None
    id: int | None = None
    since: datetime | None = None
    by_settings: bool = False

    @property
    def tz(self) -> ZoneInfo:
        """The channel's time zone."""
        return ZoneInfo(self.zone)

    @property
    def is_personal(self) -> bool:
        """Whether it is one person's own, sent to them alone."""
        return self.channel.startswith(("U", "W"))

    def is_paused(self, now: datetime) -> bool:
        """Whether nothing is sent now."""
        return self.paused_until is not None and now <= self.paused_until

    def counts(self, slot: datetime) -> bool:
        """Whether a slot is one that is to be sent: not from before it was made, moved or stopped."""
        return (self.since is None or slot > self.since) and not self.is_paused(slot)


def slots(schedule: Schedule, after: datetime, count: int = 3) -> tuple[datetime, ...]:
    """The next `count` slots later than `after`, in UTC; fewer where there are no more within two years.

    A wall-clock time that daylight saving skips is taken later by what is skipped; one that comes twice is taken the
    first time. Times that fall on one moment that way are one slot.
    """
    return tuple(islice(_later(schedule, after), count))


def slots_between(schedule: Schedule, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """The slots later than `start` and earlier than `end`, in UTC."""
    return tuple(takewhile(lambda slot: slot < end, _later(schedule, start)))


def last_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """The newest slot that is not later than `now`, in UTC; None where there was none in two years."""
    for day in _days(now.astimezone(schedule.tz).date() + _DAY, -_DAY):
        if passed := [slot for slot in _slots_of(schedule, day) if slot <= now]:
            return passed[-1]
    return None


def decision_time(schedule: Schedule, slot: datetime) -> datetime:
    """When the digest of a slot is decided: with a draft so long before it, otherwise at the slot."""
    return slot - timedelta(minutes=schedule.draft_minutes)


def window(until: datetime, previous: datetime | None) -> tuple[datetime, datetime]:
    """The posts a digest takes, `start < news_at <= until`: from where the last one ended, or the last 24 hours."""
    return (previous if previous is not None else until - timedelta(hours=24)), until


def _later(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    for day in _days(after.astimezone(schedule.tz).date() - _DAY, _DAY):
        for slot in _slots_of(schedule, day):
            if slot > after:
                yield (after := slot)


def _days(first: date, step: timedelta) -> Iterator[date]:
    return (first + step * number for number in range(_HORIZON))


def _slots_of(schedule: Schedule, day: date) -> list[datetime]:
    """The slots of one day of the channel's calendar, in their order."""
    if day.weekday() not in schedule.weekdays or (not schedule.on_holidays and is_holiday(day)):
        return []
    return sorted({datetime.combine(day, at, schedule.tz).astimezone(UTC) for at in schedule.times})
