"""Digests: what would go out, sending one now, and what is due by the clock."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.desk.intake import Intake
from bot.desk.lookup import Choice, Lookup, folded
from bot.desk.schedules import Schedules
from bot.domain.digests import (
    Digest,
    DigestTrace,
    Schedule,
    Step,
    last_slot,
    slots,
    slots_between,
)
from bot.domain.digests.digest import Move
from bot.domain.outbox import OutboxMessage
from bot.domain.outbox_messages import DigestDraft, DigestMissed, NewMessage
from bot.errors import NotReady, StoreBusy
from bot.settings import Settings

log = logging.getLogger(__name__)
REHEARSED = timedelta(days=14)
"""How far back slots are taken as sent for the preview of another time: a story's posts lie no further apart."""


class StoredDigests(Protocol):
    """What is needed of the stored digests."""

    def preview(
        self,
        schedule: Schedule,
        slot: datetime,
        *,
        assumed: Sequence[datetime] = ...,
        weights: Mapping[str, float] | None = None,
    ) -> Digest: ...
    def claim(
        self,
        schedule: Schedule,
        slot: datetime,
        *,
        even_empty: bool = True,
        draft_channel: str = "",
        weights: Mapping[str, float] | None = None,
        by: str = "",
    ) -> Digest | None: ...
    def explain(
        self,
        schedule: Schedule,
        post_id: int,
        upcoming: datetime,
        *,
        assumed: Sequence[datetime] = ...,
        weights: Mapping[str, float] | None = None,
        chosen: bool = False,
    ) -> DigestTrace: ...
    def is_sent(self, schedule: Schedule, slot: datetime) -> bool: ...
    def get(self, digest_id: int) -> Digest: ...


class StoredDrafts(Protocol):
    """What is needed of the stored drafts."""

    def approve(self, digest_id: int, by: str) -> tuple[Digest, bool]: ...
    def edit(self, digest_id: int, post_id: int, move: Move, *, edits: int, by: str) -> tuple[Digest, bool]: ...
    def release(self) -> list[Digest]: ...
    def remind(self) -> int: ...


class StoredOutbox(Protocol):
    """What is needed of the stored outbox."""

    def add(self, message: NewMessage) -> bool: ...
    def message_at(self, channel: str, ts: str) -> OutboxMessage | None: ...


class Digests:
    """The part of the desk that decides digests."""

    def __init__(
        self,
        digests: StoredDigests,
        drafts: StoredDrafts,
        outbox: StoredOutbox,
        lookup: Lookup,
        intake: Intake,
        schedules: Schedules,
        *,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._stored_digests = digests
        self._drafts = drafts
        self._outbox = outbox
        self._lookup = lookup
        self._intake = intake
        self._schedules = schedules
        self.settings = settings
        self.now = now
        self.zone = settings.zone
        self._missed: set[tuple[int | None, datetime]] = set()

    def schedule_for(self, channel: str = "", number: int | None = None) -> Schedule:
        """The channel's first schedule, or the newsroom's where it has none; with `number` that one. Raises NotReady
        where there is none, NotFound for a number that is none."""
        if number is not None:
            return self._schedules.get(number)
        every = [
            schedule
            for schedule in self._schedules.standing()
            if not schedule.is_personal or schedule.channel == channel
        ]
        if not every:
            raise NotReady(
                "配信先のチャンネルが決まっていません。管理者が「KAWARABAN_DIGEST_CHANNEL」を設定してください。"
            )
        return next((s for s in every if s.channel == channel), every[0])

    def preview(
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
        return self._stored_digests.preview(schedule, slot, assumed=assumed, weights=self.weights)

    def why(
        self,
        ref: str,
        channel: str = "",
        at: datetime | None = None,
        *,
        number: int | None = None,
        unscheduled: bool = False,
    ) -> DigestTrace | Choice:
        """Why the post that `ref` names is in the channel's digest, or is not: in the one that has it, in the one that
        passed it over, or in the next; with `at` in that one. The candidates where `ref` names no single post."""
        found = self._lookup.find(folded(ref))
        if isinstance(found, Choice):
            return found
        schedule = self._wanted(channel, number, unscheduled)
        slot, assumed = self._slot(schedule, at)
        why = self._stored_digests.explain(
            schedule, found, slot, assumed=assumed, weights=self.weights, chosen=at is not None
        )
        reasons = tuple({"place": r.place, "terms": r.terms, "score": r.score} for r in self._intake.ai_reasons(found))
        return replace(why, steps=tuple(_with(step, reasons) if step.rule == "ai" else step for step in why.steps))

    def _wanted(self, channel: str, number: int | None, unscheduled: bool) -> Schedule:
        if (
            number is None
            and unscheduled
            and not any(s.channel == channel or not channel for s in self._schedules.standing())
        ):
            return self._schedules.configured(channel)
        return self.schedule_for(channel, number)

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
        return dict(self.settings.digest_weights)

    def get(self, digest_id: int) -> Digest:
        """Return a digest that was claimed, with its posts as they are now."""
        return self._stored_digests.get(digest_id)

    def draft_at(self, channel: str, ts: str) -> int | None:
        """Return the number of the digest whose draft stands there as a message; None for any other message."""
        message = self._outbox.message_at(channel, ts)
        return message.payload.digest_id if message and isinstance(message.payload, DigestDraft) else None

    def approve(self, digest_id: int, by: str) -> tuple[Digest, bool]:
        """Approve a draft; the second value is False if it was decided before."""
        return self._drafts.approve(digest_id, by)

    def edit(self, digest_id: int, post_id: int, move: Move, *, edits: int, by: str) -> tuple[Digest, bool]:
        """Move, leave out or put back a story of a draft that was edited `edits` times; the second value is False if
        it was decided or edited meanwhile."""
        return self._drafts.edit(digest_id, post_id, move, edits=edits, by=by)

    def send(self, channel: str = "", *, number: int | None = None, by: str = "") -> Digest | None:
        """Send now what came since the last digest, without a draft; None where nothing did. `by` is a Slack user."""
        schedule = self.schedule_for(channel, number)
        return self._stored_digests.claim(schedule, self.now(), even_empty=False, weights=self.weights, by=by)

    def due(self) -> list[Digest]:
        """Claim every digest whose time has come, and send the approved ones.

        One missed for longer than the settings allow is skipped and reported; its posts come with the next. A schedule
        that cannot be decided is logged and stops no other.
        """
        now = self.now()
        claimed = [digest for schedule in self._schedules.standing() if (digest := self._try_claim(schedule, now))]
        claimed += self._drafts.release()
        self._drafts.remind()
        return claimed

    def _try_claim(self, schedule: Schedule, now: datetime) -> Digest | None:
        try:
            return self._claim_due(schedule, now)
        except StoreBusy:
            raise
        except Exception:
            log.exception("schedule %s of %s cannot be decided", schedule.id, schedule.channel)
            return None

    def _claim_due(self, schedule: Schedule, now: datetime) -> Digest | None:
        slot = last_slot(schedule, now + timedelta(minutes=schedule.draft_minutes))
        if slot is None or not schedule.counts(slot) or schedule.is_paused(now):
            return None
        if now - slot > timedelta(hours=self.settings.digest_catch_up_hours):
            if (schedule.id, slot) not in self._missed and not self._stored_digests.is_sent(schedule, slot):
                self._missed.add((schedule.id, slot))  # looked at once, not at every tick
                self._report_missed(schedule, slot)
            return None
        drafts = (self.settings.review_channel or schedule.channel) if schedule.draft_minutes else ""
        return self._stored_digests.claim(schedule, slot, draft_channel=drafts, weights=self.weights)

    def _report_missed(self, schedule: Schedule, slot: datetime) -> None:
        """Let the administrators know, once whoever finds out; a person's own digest is nobody else's business."""
        log.warning("the digest of %s for %s was missed; its posts come with the next", slot, schedule.channel)
        if (tell := self.settings.admin_channel) and not schedule.is_personal:
            self._outbox.add(DigestMissed(schedule.channel, slot, schedule.zone).to(tell, schedule.id))


def _with(step: Step, reasons: tuple[dict[str, Any], ...]) -> Step:
    return replace(step, seen={**step.seen, "reasons": reasons})
