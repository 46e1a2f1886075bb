"""What of Slack was dealt with, and which posts its messages show."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import events, showings


def once(c: Connection, event_id: str, now: datetime) -> bool:
    """Note an event as dealt with, in the transaction of its effect; False where it was already."""
    if not event_id:
        return True
    if c.scalar(select(events.c.event_id).where(events.c.event_id == event_id)):
        return False
    c.execute(insert(events).values(event_id=event_id, at=now))
    return True


def show(c: Connection, channel: str, ts: str, thread_ts: str | None, ids: Sequence[int]) -> None:
    """Note that a message shows these posts."""
    insert_new = postgresql.insert if c.dialect.name == "postgresql" else sqlite.insert
    for post_id in dict.fromkeys(ids):  # two may note the same message at once
        row = {"channel": channel, "ts": ts, "post_id": post_id, "thread_ts": thread_ts}
        c.execute(insert_new(showings).values(**row).on_conflict_do_nothing())
