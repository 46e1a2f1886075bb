"""What of Slack was dealt with, and which posts its messages show."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.reviews import ReviewState
from storage.tables import events, reviews, showings


def once(c: Connection, event_id: str, now: datetime) -> bool:
    """Note an event as dealt with, in the transaction of its effect; False where it was already."""
    if not event_id:
        return True
    if c.scalar(select(events.c.event_id).where(events.c.event_id == event_id)):
        return False
    c.execute(insert(events).values(event_id=event_id, at=now))
    return True


def messages_of(c: Connection, post_id: int) -> list[tuple[str, str]]:
    """The messages that show this post and no other, each by its channel and ts."""
    other = showings.alias()
    alone = ~exists().where(
        other.c.channel == showings.c.channel, other.c.ts == showings.c.ts, other.c.post_id != post_id
    )
    rows = c.execute(select(showings.c.channel, showings.c.ts).where(showings.c.post_id == post_id, alone))
    return sorted((row.channel, row.ts) for row in rows)


def state_shown(c: Connection, channel: str, ts: str) -> ReviewState | None:
    """The state of the review that the one post of a message is under; None where it shows several, or it is under
    none."""
    here = select(showings.c.post_id).where(showings.c.channel == channel, showings.c.ts == ts)
    posts = c.scalars(here.limit(2)).all()
    if len(posts) != 1:
        return None
    return c.scalar(select(reviews.c.state).where(reviews.c.post_id == posts[0], reviews.c.closed_at.is_(None)))


def show(c: Connection, channel: str, ts: str, thread_ts: str | None, ids: Sequence[int]) -> None:
    """Note that a message shows these posts."""
    insert_new = postgresql.insert if c.dialect.name == "postgresql" else sqlite.insert
    for post_id in dict.fromkeys(ids):  # two may note the same message at once
        row = {"channel": channel, "ts": ts, "post_id": post_id, "thread_ts": thread_ts}
        c.execute(insert_new(showings).values(**row).on_conflict_do_nothing())
