"""Digests: what would go out, sending one now, and what is due by the clock."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.desk.store import Store
from bot.digest import Digest, Schedule, last_slot, slots
from bot.errors import NotReady
from bot.settings import Settings

log = logging.getLogger(__name__)


class DigestDesk:
    """The part of the desk that decides digests."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    missed: set[datetime]

    def keep_schedule(self) -> Schedule | None:
        """Bring the schedule of the settings into the store; None where they name no channel."""
        wanted = self._configured(self.settings.kawaraban_digest_channel)
        return self.store.put_schedule(wanted) if wanted.channel else None

    def schedule(self, channel: str = "") -> Schedule:
        """The channel's schedule, or the newsroom's where it has none. Raises NotReady where there is none at all."""
        every = [schedule for schedule, _ in self._standing()]
        if not every:
            raise NotReady(
                "配信先のチャンネルが決まっていません。管理者が「KAWARABAN_DIGEST_CHANNEL」を設定してください。"
            )
        return next((s for s in every if s.channel == channel), every[0])

    def preview_digest(self, channel: str = "", at: datetime | None = None, *, unscheduled: bool = False) -> Digest:
        """The digest of the next slot, or as it would be at `at`; marks nothing.

        For any other time than the next slot the slot before it counts as sent, so that days can be replayed. With
        `unscheduled` a channel without a schedule gets the settings'; without, NotReady is raised where there is none.
        """
        scheduled = any(s.channel == channel or not channel for s, _ in self._standing())
        schedule = self._configured(channel) if unscheduled and not scheduled else self.schedule(channel)
        upcoming = slots(schedule, self.now(), 1)[0]
        if at is None or at == upcoming:
            return self.store.preview_digest(schedule, upcoming)
        before = last_slot(schedule, at - timedelta(seconds=1))
        return self.store.preview_digest(schedule, at, previous=before)

    def _standing(self) -> list[tuple[Schedule, datetime]]:
        # a channel that the settings no longer name keeps its row, for the digests it was sent, but gets no more
        channel = self.settings.kawaraban_digest_channel
        return [(schedule, since) for schedule, since in self.store.schedules() if schedule.channel == channel]

    def _configured(self, channel: str) -> Schedule:
        s = self.settings
        return Schedule(
            channel=channel,
            at=s.kawaraban_digest_at,
            zone=s.kawaraban_timezone,
            limit=s.kawaraban_digest_limit,
            ai_only=s.kawaraban_digest_ai_only,
        )

    def send_digest(self, channel: str = "") -> Digest | None:
        """Send now what came since the last digest; None where nothing did."""
        schedule = self.schedule(channel)
        return self.store.claim_digest(schedule, self.now(), even_empty=False)

    def digest_due(self) -> list[Digest]:
        """Claim every digest whose slot has come. One missed for longer than the settings allow is let go, and said so
        in the log; its posts come with the next."""
        now = self.now()
        claimed = []
        for schedule, since in self._standing():
            slot = last_slot(schedule, now)
            if slot <= since:
                continue
            if now - slot > timedelta(hours=self.settings.kawaraban_digest_catch_up_hours):
                if not self.store.is_sent(schedule, slot) and slot not in self.missed:
                    self.missed.add(slot)  # said once, not at every tick
                    log.warning("the digest of %s was missed; its posts come with the next", slot)
                continue
            if digest := self.store.claim_digest(schedule, slot):
                claimed.append(digest)
        return claimed
