"""Tags that people follow: a schedule of their own, sent to them alone. One row a person, for ever."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.domain.digests import Schedule
from bot.errors import WrongUse
from bot.japanese.tags import fold
from storage.digests.schedules import stored_times, to_schedule, values_of
from storage.engine import StorePart, add
from storage.locks import Lock, serialise
from storage.posts.tags import joined_tags
from storage.tables import digests, schedules

NAME = "フォロー中のタグ"
MOST = 30
"""Tags that one person may follow."""


class FollowedTagStore(StorePart):
    """The part of the Store that knows who follows what."""

    def get(self, user: str) -> Schedule | None:
        """The schedule of a person who follows tags; None for one who follows none."""
        with self.reading() as c:
            row = _row(c, user)
            return to_schedule(row) if row is not None and row.removed_at is None else None

    def follow(self, user: str, tag: str, zone: str) -> tuple[Schedule, bool]:
        """Let a person follow a tag too; whether they did not before. Whoever begins is written to at eight, in `zone`,
        from the next time on. Raises WrongUse for too many."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            row = _row(c, user)
            if row is None:
                first = Schedule(user, zone=zone, ai_only=False, tags=(tag,), quiet="nothing", name=NAME)
                add(c, schedules, **values_of(first), added_by=user, since=self.now())
                return _now(c, user), True
            tags = [] if row.removed_at is not None else list(row.tags)
            if _same(c, tag, tags):
                return to_schedule(row), False
            if len(tags) >= MOST:
                raise WrongUse(
                    f"フォローできるタグは{MOST}件までです。ほかのタグのフォローをやめてからお試しください。"
                )
            values: dict[str, Any] = {"tags": [*tags, tag]}
            if row.removed_at is not None:
                again = replace(to_schedule(row), zone=zone)
                values |= {"removed_at": None, "paused_until": None, "zone": zone, "since": _next(c, again, self.now())}
            c.execute(update(schedules).where(schedules.c.id == row.id).values(**values))
            return _now(c, user), True

    def unfollow(self, user: str, tag: str) -> Schedule | None:
        """Let a person follow a tag no more; None where no other is left. Nothing changes where they did not."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            row = _row(c, user)
            if row is None or row.removed_at is not None:
                return None
            gone = set(_same(c, tag, row.tags))
            left = [name for name in row.tags if name not in gone]
            # without a tag the filter would let everything through
            values = {"tags": left} if left else {"removed_at": self.now()}
            c.execute(update(schedules).where(schedules.c.id == row.id).values(**values))
            return _now(c, user) if left else None

    def set_time(self, user: str, at: time, zone: str) -> Schedule | None:
        """Let a person be written to at another hour, once a day all the same: on a day that had its message the new
        hour counts from the next day on. None for somebody who follows nothing."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            row = _row(c, user)
            if row is None or row.removed_at is not None:
                return None
            moved = replace(to_schedule(row), times=(at,), zone=zone)
            if (moved.times, moved.zone) != (to_schedule(row).times, row.zone):
                values = {"times": stored_times(moved), "zone": zone, "since": _next(c, moved, self.now())}
                c.execute(update(schedules).where(schedules.c.id == row.id).values(**values))
            return _now(c, user)


def _row(c: Connection, user: str) -> Row[Any] | None:
    return c.execute(select(schedules).where(schedules.c.channel == user).order_by(schedules.c.id)).first()


def _now(c: Connection, user: str) -> Schedule:
    row = _row(c, user)
    assert row is not None
    return to_schedule(row)


def _same(c: Connection, tag: str, names: list[str]) -> list[str]:
    """Those of the names that mean this tag."""
    joined = joined_tags(c)
    key = joined.get(fold(tag), fold(tag))
    return [name for name in names if joined.get(fold(name), fold(name)) == key]


def _next(c: Connection, schedule: Schedule, now: datetime) -> datetime:
    """From when on slots count: now, or on a day that had its message the end of it."""
    last = c.scalar(
        select(digests.c.slot)
        .where(digests.c.schedule_id == schedule.id, digests.c.state == "sent")
        .order_by(digests.c.slot.desc())
        .limit(1)
    )
    today = now.astimezone(schedule.tz).date()
    if last is None or last.astimezone(schedule.tz).date() < today:
        return now
    midnight = datetime.combine(today + timedelta(days=1), time(), schedule.tz)
    return max(now, midnight.astimezone(now.tzinfo) - timedelta(microseconds=1))
