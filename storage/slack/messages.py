"""Slack messages: which posts they show, and which events about them were processed."""

from sqlalchemy import select

from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.slack import outbox
from storage.slack.events import once
from storage.tables import showings


class MessageStore(StorePart):
    """The part of the Store that knows which posts a Slack message shows."""

    def first(self, event_id: str) -> bool:
        """Note that an event is dealt with; False where it was already."""
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            return once(c, event_id, self.now())

    def shown(self, channel: str, ts: str) -> tuple[tuple[int, ...], str | None]:
        """The posts that a message shows, as far as known, and the thread it stands in."""
        with self.reading() as c:
            rows = c.execute(select(showings).where(showings.c.channel == channel, showings.c.ts == ts)).all()
            return tuple(sorted(r.post_id for r in rows)), next((r.thread_ts for r in rows), None)

    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None:
        """Note that a message shows these posts."""
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            outbox.shown(c, self.now(), self.notifications, channel, ts, thread_ts, post_ids)
