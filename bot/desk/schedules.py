"""Schedules: made, changed, stopped and taken away by an admin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.store import Store
from bot.digest import FOREVER, Plan, Schedule, plan_of, read_plan, slots
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


class ScheduleDesk:
    """The part of the desk that plans digests."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    standing: Callable[[], list[Schedule]]

    def schedules(self) -> tuple[Planned, ...]:
        """Every channel's schedules, in the order of their numbers; no person's own."""
        return tuple(self._planned(schedule) for schedule in self.standing() if not schedule.is_personal)

    def schedule_of(self, number: int) -> Schedule:
        """A schedule by its number. Raises NotFound."""
        found = next((p.schedule for p in self.schedules() if p.schedule.id == number), None)
        if found is None:
            raise NotFound(f"予定 {number} はありません。「/digest 一覧」で番号を確認できます。")
        return found

    def new_plan(self, channel: str) -> Plan:
        """What a new schedule begins with: the settings' words."""
        s = self.settings
        return plan_of(Schedule(channel, zone=s.kawaraban_timezone, limit=s.kawaraban_digest_limit))

    def read_plan(self, plan: Plan, number: int | None = None) -> Planned:
        """The schedule that a plan means, with its next times; nothing is stored. Raises Unplanned."""
        read = read_plan(plan, self.store.source_names())
        if not isinstance(read, Schedule):
            raise Unplanned(read)
        if read.draft_minutes and not self.settings.kawaraban_review_channel:
            sentence = "下書きの送り先がありません。管理者が「KAWARABAN_REVIEW_CHANNEL」を設定してください。"
            raise Unplanned({"draft_minutes": sentence})
        if number is None:
            return self._planned(read)
        old = self.schedule_of(number)
        kept = {"channel": old.channel, "paused_until": old.paused_until, "by_settings": old.by_settings}
        return self._planned(replace(read, id=number, since=old.since, **kept))  # type: ignore[arg-type]

    def put_plan(self, plan: Plan, by: str, number: int | None = None) -> Planned:
        """Make a schedule, or change the one of a number. Raises Unplanned and NotFound."""
        schedule = self.read_plan(plan, number).schedule
        made = self.store.add_schedule(schedule, by) if number is None else self.store.change_schedule(schedule)
        if made is None:
            raise NotFound(f"予定 {number} はありません。「/digest 一覧」で番号を確認できます。")
        return self._planned(made)

    def pause_schedule(self, number: int) -> tuple[Planned, bool]:
        """Stop a schedule until somebody lets it go on; the second value says whether it ran until now. Raises
        NotFound."""
        return self._pause(number, FOREVER)

    def resume_schedule(self, number: int) -> tuple[Planned, bool]:
        """Let a stopped schedule go on; the second value says whether it was stopped. Raises NotFound."""
        return self._pause(number, None)

    def remove_schedule(self, number: int) -> Schedule:
        """Take a schedule away. Raises NotFound."""
        self.schedule_of(number)
        removed = self.store.remove_schedule(number)
        if removed is None:
            raise NotFound(f"予定 {number} はすでにありません。")
        return removed

    def _pause(self, number: int, until: datetime | None) -> tuple[Planned, bool]:
        was = self.schedule_of(number).is_paused(self.now())
        changed = self.store.pause_schedule(number, until)
        if changed is None:
            raise NotFound(f"予定 {number} はすでにありません。")
        return self._planned(changed), was != (until is not None)

    def _planned(self, schedule: Schedule) -> Planned:
        now = self.now()
        paused = schedule.is_paused(now)
        return Planned(schedule, () if paused else slots(schedule, now), paused)
