"""Schedules: made, changed, stopped and taken away by an admin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.domain.digests import (
    FOREVER,
    Schedule,
    ScheduleForm,
    form_of,
    parse_form,
    slots,
)
from bot.errors import KawarabanError, NotFound
from bot.settings import Settings


class Unplanned(KawarabanError):
    """A schedule that cannot be made as it was written; `faults` has a sentence for each field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True)
class Planned:
    """A schedule with its next slots, none where it is stopped."""

    schedule: Schedule
    next: tuple[datetime, ...]
    paused: bool = False


class StoredSchedules(Protocol):
    """What is needed of the stored schedules."""

    def put(self, schedule: Schedule) -> Schedule: ...
    def all(self) -> tuple[Schedule, ...]: ...
    def add(self, schedule: Schedule, by: str) -> Schedule: ...
    def change(self, schedule: Schedule) -> Schedule | None: ...
    def pause(self, number: int, until: datetime | None) -> Schedule | None: ...
    def remove(self, number: int) -> Schedule | None: ...


class StoredSources(Protocol):
    """What is needed of the stored sources."""

    def names(self) -> dict[int, str]: ...


class Schedules:
    """The part of the desk that plans digests."""

    def __init__(
        self,
        schedules: StoredSchedules,
        sources: StoredSources,
        *,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._stored_schedules = schedules
        self._sources = sources
        self.settings = settings
        self.now = now
        self.zone = settings.zone

    def sync_configured(self) -> Schedule | None:
        """Bring the schedule of the settings into the store; None where they name no channel."""
        wanted = self.configured(self.settings.digest_channel)
        return self._stored_schedules.put(wanted) if wanted.channel else None

    def standing(self) -> list[Schedule]:
        """Every schedule that is to be followed, paused ones too."""
        # one that the settings made but no longer name keeps its row, for the digests it sent, and sends no more
        channel = self.settings.digest_channel
        return [s for s in self._stored_schedules.all() if not s.by_settings or s.channel == channel]

    def configured(self, channel: str) -> Schedule:
        """The schedule that the settings describe, for a channel."""
        s = self.settings
        return Schedule(
            channel=channel,
            times=(s.digest_at,),
            zone=s.timezone,
            limit=s.digest_limit,
            ai_only=s.digest_ai_only,
        )

    def source_names(self) -> dict[int, str]:
        """Return the names of the sources, by their numbers."""
        return self._sources.names()

    def all(self) -> tuple[Planned, ...]:
        """Every channel's schedules, in the order of their numbers; no person's own."""
        return tuple(self._planned(schedule) for schedule in self.standing() if not schedule.is_personal)

    def get(self, number: int) -> Schedule:
        """A schedule by its number. Raises NotFound."""
        found = next((p.schedule for p in self.all() if p.schedule.id == number), None)
        if found is None:
            raise NotFound(f"予定 {number} はありません。「/digest 一覧」で番号を確認できます。")
        return found

    def new_form(self, channel: str) -> ScheduleForm:
        """What a new schedule begins with: the settings' words."""
        s = self.settings
        return form_of(Schedule(channel, zone=s.timezone, limit=s.digest_limit))

    def parse(self, plan: ScheduleForm, number: int | None = None) -> Planned:
        """The schedule that a plan means, with its next times; nothing is stored. Raises Unplanned."""
        read = parse_form(plan, self._sources.names())
        if not isinstance(read, Schedule):
            raise Unplanned(read)
        if read.draft_minutes and not self.settings.review_channel:
            sentence = "下書きの送り先がありません。管理者が「KAWARABAN_REVIEW_CHANNEL」を設定してください。"
            raise Unplanned({"draft_minutes": sentence})
        if number is None:
            return self._planned(read)
        old = self.get(number)
        kept = {"channel": old.channel, "paused_until": old.paused_until, "by_settings": old.by_settings}
        return self._planned(replace(read, id=number, since=old.since, **kept))  # type: ignore[arg-type]

    def save(self, plan: ScheduleForm, by: str, number: int | None = None) -> Planned:
        """Make a schedule, or change the one of a number. Raises Unplanned and NotFound."""
        schedule = self.parse(plan, number).schedule
        made = self._stored_schedules.add(schedule, by) if number is None else self._stored_schedules.change(schedule)
        if made is None:
            raise NotFound(f"予定 {number} はありません。「/digest 一覧」で番号を確認できます。")
        return self._planned(made)

    def pause(self, number: int) -> tuple[Planned, bool]:
        """Stop a schedule until somebody lets it go on; the second value says whether it ran until now. Raises
        NotFound."""
        return self._pause(number, FOREVER)

    def resume(self, number: int) -> tuple[Planned, bool]:
        """Let a stopped schedule go on; the second value says whether it was stopped. Raises NotFound."""
        return self._pause(number, None)

    def remove(self, number: int) -> Schedule:
        """Take a schedule away. Raises NotFound."""
        self.get(number)
        removed = self._stored_schedules.remove(number)
        if removed is None:
            raise NotFound(f"予定 {number} はすでにありません。")
        return removed

    def _pause(self, number: int, until: datetime | None) -> tuple[Planned, bool]:
        was = self.get(number).is_paused(self.now())
        changed = self._stored_schedules.pause(number, until)
        if changed is None:
            raise NotFound(f"予定 {number} はすでにありません。")
        return self._planned(changed), was != (until is not None)

    def _planned(self, schedule: Schedule) -> Planned:
        now = self.now()
        paused = schedule.is_paused(now)
        return Planned(schedule, () if paused else slots(schedule, now), paused)
