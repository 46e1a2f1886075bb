"""Schedules as they are kept: made, changed, paused, taken away."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from bot.domain.digests import Schedule
from storage.engine import StorePart, add
from storage.locks import Lock, serialise
from storage.tables import schedules


class ScheduleStore(StorePart):
    """The part of the Store that knows when each channel is sent what."""

    def put(self, schedule: Schedule) -> Schedule:
        """Bring in what the settings say of their channel's schedule: it is made, or changed where they say something
        new. What was changed or taken away by hand since stays so until they do."""
        told = {
            "channel": schedule.channel, "at": stored_times(schedule), "zone": schedule.zone, "limit": schedule.limit,
            "ai_only": schedule.ai_only,
        }  # fmt: skip
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            made = (row for row in c.execute(_settings_own()) if row.settings["channel"] == schedule.channel)
            row = next(made, None)
            if row is None:
                number = add(c, schedules, **values_of(schedule), settings=told, since=self.now())
                return _one(c, number)
            if row.settings != told:
                values = {
                    "times": told["at"], "zone": schedule.zone, "limit": schedule.limit, "ai_only": schedule.ai_only,
                    "settings": told, "removed_at": None,
                }  # fmt: skip
                if (row.times, row.zone) != (told["at"], schedule.zone) or row.removed_at is not None:
                    values["since"] = self.now()
                c.execute(update(schedules).where(schedules.c.id == row.id).values(values))
            return _one(c, row.id)

    def all(self) -> tuple[Schedule, ...]:
        """Every schedule, paused ones too, in the order they were made."""
        with self.reading() as c:
            return tuple(map(to_schedule, c.execute(_standing().order_by(schedules.c.id))))

    def add(self, schedule: Schedule, by: str) -> Schedule:
        """Make a schedule; its slots count from now on. `by` is a Slack user, "" the command line."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            return _one(c, add(c, schedules, **values_of(schedule), added_by=by, since=self.now()))

    def change(self, schedule: Schedule) -> Schedule | None:
        """Change the schedule of this number; None where there is none. When its times move, only slots from now on
        count. Its channel stays: what it was sent is remembered with it."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            row = c.execute(_standing().where(schedules.c.id == schedule.id)).first()
            if row is None:
                return None
            values = {name: value for name, value in values_of(schedule).items() if name != "channel"}
            if any(row._mapping[name] != values[name] for name in ("times", "weekdays", "zone", "on_holidays")):
                values["since"] = self.now()
            c.execute(update(schedules).where(schedules.c.id == row.id).values(values))
            return _one(c, row.id)

    def pause(self, number: int, until: datetime | None) -> Schedule | None:
        """Stop a schedule up to a moment (FOREVER: until somebody lets it go on), or with None let it go on now: slots
        that passed meanwhile are not made up for. None where there is none."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            row = c.execute(_standing().where(schedules.c.id == number)).first()
            if row is None:
                return None
            values: dict[str, Any] = {"paused_until": until}
            if until is None and row.paused_until is not None:
                values["since"] = max(row.since, min(row.paused_until, self.now()))
            c.execute(update(schedules).where(schedules.c.id == number).values(values))
            return _one(c, number)

    def remove(self, number: int) -> Schedule | None:
        """Take a schedule away; None where there is none. What it sent stays known."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            row = c.execute(_standing().where(schedules.c.id == number)).first()
            if row is None:
                return None
            c.execute(update(schedules).where(schedules.c.id == number).values(removed_at=self.now()))
            return to_schedule(row)


def to_schedule(row: Row[Any]) -> Schedule:
    """A row of `schedules` as a Schedule. The row may hold more, but no other `id`."""
    values = row._mapping
    return Schedule(
        channel=row.channel,
        times=tuple(time.fromisoformat(at) for at in row.times),
        zone=row.zone,
        limit=values["limit"],
        ai_only=row.ai_only,
        weekdays=tuple(row.weekdays),
        on_holidays=row.on_holidays,
        tags=tuple(row.tags),
        sources=tuple(row.sources),
        categories=tuple(row.categories),
        quiet=row.quiet,
        draft_minutes=row.draft_minutes,
        name=row.name,
        paused_until=row.paused_until,
        id=row.id,
        since=row.since,
        by_settings=row.settings is not None,
    )


def _standing() -> Select[Any]:
    return select(schedules).where(schedules.c.removed_at.is_(None))


def _settings_own() -> Select[Any]:
    return select(schedules).where(schedules.c.settings.is_not(None)).order_by(schedules.c.id)


def _one(c: Connection, number: int) -> Schedule:
    return to_schedule(c.execute(select(schedules).where(schedules.c.id == number)).one())


def stored_times(schedule: Schedule) -> list[str]:
    """A schedule's times as they are kept."""
    return [f"{at:%H:%M}" for at in sorted(set(schedule.times))]


def values_of(schedule: Schedule) -> dict[str, Any]:
    """The columns of a schedule that its making decides."""
    return {
        "channel": schedule.channel,
        "name": schedule.name,
        "times": stored_times(schedule),
        "weekdays": sorted(set(schedule.weekdays)),
        "on_holidays": schedule.on_holidays,
        "zone": schedule.zone,
        "limit": schedule.limit,
        "ai_only": schedule.ai_only,
        "tags": list(schedule.tags),
        "sources": list(schedule.sources),
        "categories": list(schedule.categories),
        "quiet": schedule.quiet,
        "draft_minutes": schedule.draft_minutes,
    }
