"""The inbox: what Slack told that is to be dealt with, kept before Slack is told that we know."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from bot.domain.intake import InboxEvent
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.tables import inbox

LEASE = timedelta(minutes=3)
"""How long one event may take; after that another takes it over."""
KEPT = timedelta(days=3)
"""How long an event is remembered after it was dealt with: Slack tells things again, in whatever order."""


class InboxStore(StorePart):
    """The part of the Store that keeps what Slack told."""

    def receive(self, event_id: str, channel: str, ts: str, event: dict[str, Any]) -> bool:
        """Keep an event about the message at `ts`; False where it came before."""
        with self.writing() as c:
            serialise(c, Lock.INBOX)
            if c.scalar(select(inbox.c.id).where(inbox.c.event_id == event_id)) is not None:
                return False
            now = self.now()
            place = {"event_id": event_id, "channel": channel, "ts": ts, "event": event}
            c.execute(insert(inbox).values(**place, state="waiting", attempts=0, at=now, not_before=now))
            return True

    def claim_next(self) -> InboxEvent | None:
        """Claim the next event, or None. Those about one message come one after the other, as they were received."""
        with self.writing() as c:
            serialise(c, Lock.INBOX)
            now = self.now()
            before = inbox.alias()
            earlier = (before.c.channel == inbox.c.channel, before.c.ts == inbox.c.ts, before.c.id < inbox.c.id)
            waiting = (inbox.c.state == "waiting", inbox.c.not_before <= now)
            first = select(inbox).where(*waiting, ~exists().where(before.c.state == "waiting", *earlier))
            row = c.execute(first.order_by(inbox.c.id).limit(1)).first()
            if row is None:
                return None
            claimed = {"attempts": row.attempts + 1, "not_before": now + LEASE}
            c.execute(update(inbox).where(inbox.c.id == row.id).values(claimed))
            return InboxEvent(
                id=row.id,
                event_id=row.event_id,
                channel=row.channel,
                ts=row.ts,
                event=row.event,
                attempts=row.attempts + 1,
                outdated=_outdated(c, row),
            )

    def mark_done(self, received: InboxEvent) -> None:
        """The event is done; old ones that are done are forgotten."""
        with self.writing() as c:
            c.execute(update(inbox).where(inbox.c.id == received.id).values(state="done"))
            c.execute(delete(inbox).where(inbox.c.state == "done", inbox.c.at < self.now() - KEPT))

    def defer(self, received: InboxEvent, seconds: float, told: list[str]) -> None:
        """Deal with the event again after `seconds`; `told` is what people need not be told a second time."""
        later = {"not_before": self.now() + timedelta(seconds=seconds), "event": {**received.event, "told": told}}
        with self.writing() as c:
            c.execute(update(inbox).where(inbox.c.id == received.id).values(later))


def _outdated(c: Connection, row: Any) -> bool:
    """Whether the message was deleted, or edited once more, by an event that came before this one."""
    others = select(inbox.c.event).where(inbox.c.channel == row.channel, inbox.c.ts == row.ts, inbox.c.id != row.id)
    mine = row.event.get("subtype")
    return any(
        other.get("subtype") == "message_deleted" != mine
        or (mine == other.get("subtype") == "message_changed" and other.get("event_ts", "") > row.event["event_ts"])
        for other in c.scalars(others)
    )
