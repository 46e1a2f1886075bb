"""A schedule: what a channel is sent, and when. Slots are a pure function of the wall clock in its time zone."""

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
"""Days searched for a slot: even the least frequent schedule has one every few weeks."""


@dataclass(frozen=True)
class Schedule:
    """When and what a channel is sent. A channel may have several; each remembers what it sent.

    `times` are times of day in `zone`; `weekdays` count from 0, Monday. If `on_holidays` is off, nothing is sent on
    public holidays of Japan. A post passes the filter if it has one of `tags` (names), comes from one of `sources`
    (numbers) and is in one of `categories`; an empty filter passes everything. `limit` is the maximum number of
    entries. `quiet` says what to send on a day without news. A draft goes to the review channel `draft_minutes` before
    the slot; 0 means no draft. Slots up to `paused_until` do not count; FOREVER means until somebody resumes it. Only
    slots after `since` count; `since` and `id` are None until it is stored. `by_settings` if the settings created it.
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
        """Whether it is a personal schedule, sent to one person alone."""
        return self.channel.startswith(("U", "W"))

    def is_paused(self, now: datetime) -> bool:
        """Whether it is paused at `now`."""
        return self.paused_until is not None and now <= self.paused_until

    def counts(self, slot: datetime) -> bool:
        """Whether a slot is to be sent: after the schedule was created, moved or resumed."""
        return (self.since is None or slot > self.since) and not self.is_paused(slot)


def slots(schedule: Schedule, after: datetime, count: int = 3) -> tuple[datetime, ...]:
    """Return the next `count` slots after `after`, in UTC; fewer if there are not as many within two years.

    A local time that daylight saving skips moves by the length of the gap; a time that occurs twice counts the first
    time. Times that coincide because of this are one slot.
    """
    return tuple(islice(_later(schedule, after), count))


def slots_between(schedule: Schedule, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """Return the slots after `start` and before `end`, in UTC."""
    return tuple(takewhile(lambda slot: slot < end, _later(schedule, start)))


def last_slot(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the latest slot not after `now`, in UTC; None if there was none in two years."""
    for day in _days(now.astimezone(schedule.tz).date() + _DAY, -_DAY):
        if passed := [slot for slot in _slots_of(schedule, day) if slot <= now]:
            return passed[-1]
    return None


def decision_time(schedule: Schedule, slot: datetime) -> datetime:
    """The time at which the digest of a slot is decided: earlier by `draft_minutes` if it has a draft."""
    return slot - timedelta(minutes=schedule.draft_minutes)


def window(until: datetime, previous: datetime | None) -> tuple[datetime, datetime]:
    """The window of a digest, `start < news_at <= until`: since the end of the last one, or the last 24 hours."""
    return (previous if previous is not None else until - timedelta(hours=24)), until


def _later(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    for day in _days(after.astimezone(schedule.tz).date() - _DAY, _DAY):
        for slot in _slots_of(schedule, day):
            if slot > after:
                yield (after := slot)


def _days(first: date, step: timedelta) -> Iterator[date]:
    return (first + step * number for number in range(_HORIZON))


def _slots_of(schedule: Schedule, day: date) -> list[datetime]:
    """The slots of one day of the channel's calendar, in order."""
    if day.weekday() not in schedule.weekdays or (not schedule.on_holidays and is_holiday(day)):
        return []
    return sorted({datetime.combine(day, at, schedule.tz).astimezone(UTC) for at in schedule.times})
