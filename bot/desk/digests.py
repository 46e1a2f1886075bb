"""Digests: what would go out, sending one now, and what is due by the clock."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.desk.lookup import Choice, folded
from bot.desk.store import Store
from bot.digest import Digest, Schedule, Step, Why, last_slot, slots, slots_between
from bot.errors import NotReady
from bot.japanese import Reason
from bot.settings import Settings

log = logging.getLogger(__name__)
REHEARSED = timedelta(days=14)
"""How far back slots are taken as sent for the preview of another time: a story's posts lie no further apart."""


class DigestDesk:
    """The part of the desk that decides digests."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    missed: set[tuple[int | None, datetime]]
    schedule_of: Callable[[int], Schedule]
    find: Callable[[str], int | Choice]
    ai_reasons: Callable[[int], tuple[Reason, ...]]

    def keep_schedule(self) -> Schedule | None:
        """Bring the schedule of the settings into the store; None where they name no channel."""
        wanted = self._configured(self.settings.kawaraban_digest_channel)
        return self.store.put_schedule(wanted) if wanted.channel else None

    def schedule(self, channel: str = "", number: int | None = None) -> Schedule:
        """The channel's first schedule, or the newsroom's where it has none; with `number` that one. Raises NotReady
        where there is none, NotFound for a number that is none."""
        if number is not None:
            return self.schedule_of(number)
        every = [schedule for schedule in self.standing() if not schedule.is_personal or schedule.channel == channel]
        if not every:
            raise NotReady(
                "配信先のチャンネルが決まっていません。管理者が「KAWARABAN_DIGEST_CHANNEL」を設定してください。"
            )
        return next((s for s in every if s.channel == channel), every[0])

    def preview_digest(
        self,
        channel: str = "",
        at: datetime | None = None,
        *,
        number: int | None = None,
        unscheduled: bool = False,
    ) -> Digest:
        """The digest of the next slot, or as it would be at `at`; marks nothing.

        For any other time than the next slot the slots before it count as sent, so that days can be replayed: those
        from now on, or for a time that has passed those of the weeks before it. With `unscheduled` a channel without a
        schedule gets the settings'; without, NotReady is raised where there is none.
        """
        schedule = self._wanted(channel, number, unscheduled)
        slot, assumed = self._slot(schedule, at)
        return self.store.preview_digest(schedule, slot, assumed=assumed, weights=self.weights)

    def why(
        self,
        ref: str,
        channel: str = "",
        at: datetime | None = None,
        *,
        number: int | None = None,
        unscheduled: bool = False,
    ) -> Why | Choice:
        """Why the post that `ref` names is in the channel's digest, or is not: in the one that has it, in the one that
        passed it over, or in the next; with `at` in that one. The candidates where `ref` names no single post."""
        found = self.find(folded(ref))
        if isinstance(found, Choice):
            return found
        schedule = self._wanted(channel, number, unscheduled)
        slot, assumed = self._slot(schedule, at)
        why = self.store.why(schedule, found, slot, assumed=assumed, weights=self.weights, chosen=at is not None)
        reasons = tuple({"place": r.place, "terms": r.terms, "score": r.score} for r in self.ai_reasons(found))
        return replace(why, steps=tuple(_with(step, reasons) if step.rule == "ai" else step for step in why.steps))

    def _wanted(self, channel: str, number: int | None, unscheduled: bool) -> Schedule:
        if number is None and unscheduled and not any(s.channel == channel or not channel for s in self.standing()):
            return self._configured(channel)
        return self.schedule(channel, number)

    def _slot(self, schedule: Schedule, at: datetime | None) -> tuple[datetime, tuple[datetime, ...]]:
        """The slot that is meant, the next where `at` is None, and those before it that are taken as sent."""
        now = self.now()
        upcoming = next(iter(slots(schedule, now, 1)), now)  # a schedule may have no day left to be sent on
        if at is None or at == upcoming:
            return upcoming, ()
        return at, slots_between(schedule, now if at > now else at - REHEARSED, at)

    @property
    def weights(self) -> Mapping[str, float]:
        """What the settings say of each source's weight, by its name."""
        return dict(self.settings.kawaraban_digest_weights)

    def standing(self) -> list[Schedule]:
        """Every schedule that is to be followed, paused ones too."""
        # one that the settings made but no longer name keeps its row, for the digests it sent, and sends no more
        channel = self.settings.kawaraban_digest_channel
        return [s for s in self.store.schedules() if not s.by_settings or s.channel == channel]

    def _configured(self, channel: str) -> Schedule:
        s = self.settings
        return Schedule(
            channel=channel,
            times=(s.kawaraban_digest_at,),
            zone=s.kawaraban_timezone,
            limit=s.kawaraban_digest_limit,
            ai_only=s.kawaraban_digest_ai_only,
        )

    def send_digest(self, channel: str = "", *, number: int | None = None, by: str = "") -> Digest | None:
        """Send now what came since the last digest, without a draft; None where nothing did. `by` is a Slack user."""
        schedule = self.schedule(channel, number)
        return self.store.claim_digest(schedule, self.now(), even_empty=False, weights=self.weights, by=by)

    def digest_due(self) -> list[Digest]:
        """Claim every digest whose time has come, and send the approved ones. One missed for longer than the settings
        allow is let go and reported; its posts come with the next."""
        now = self.now()
        claimed = [digest for schedule in self.standing() if (digest := self._claim_due(schedule, now))]
        claimed += self.store.release_digests()
        self.store.remind_drafts()
        return claimed

    def _claim_due(self, schedule: Schedule, now: datetime) -> Digest | None:
        slot = last_slot(schedule, now + timedelta(minutes=schedule.draft_minutes))
        if slot is None or not schedule.counts(slot) or schedule.is_paused(now):
            return None
        if now - slot > timedelta(hours=self.settings.kawaraban_digest_catch_up_hours):
            if (schedule.id, slot) not in self.missed and not self.store.is_sent(schedule, slot):
                self.missed.add((schedule.id, slot))  # looked at once, not at every tick
                self._report_missed(schedule, slot)
            return None
        drafts = (self.settings.kawaraban_review_channel or schedule.channel) if schedule.draft_minutes else ""
        return self.store.claim_digest(schedule, slot, draft_channel=drafts, weights=self.weights)

    def _report_missed(self, schedule: Schedule, slot: datetime) -> None:
        """Let the administrators know, once whoever finds out; a person's own digest is nobody else's business."""
        log.warning("the digest of %s for %s was missed; its posts come with the next", slot, schedule.channel)
        if (tell := self.settings.kawaraban_admin_channel) and not schedule.is_personal:
            ids = {"channel": schedule.channel, "slot": slot.isoformat(), "zone": schedule.zone}
            self.store.say(f"missed:{schedule.id}:{slot:%Y-%m-%dT%H:%M}", tell, "digest-missed", ids)


def _with(step: Step, reasons: tuple[dict[str, Any], ...]) -> Step:
    return replace(step, seen={**step.seen, "reasons": reasons})
