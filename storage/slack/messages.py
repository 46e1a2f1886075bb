"""Slack messages: which posts they show."""

from sqlalchemy import select

from bot.domain.posts import Post
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.mapping import post_query, to_post
from storage.slack import outbox
from storage.tables import posts, showings


class MessageStore(StorePart):
    """The part of the Store that knows which posts a Slack message shows."""

    def shown(self, channel: str, ts: str) -> tuple[tuple[int, ...], str | None]:
        """Return the posts that a message shows, as far as known, and the thread it is in."""
        with self.reading() as c:
            rows = c.execute(select(showings).where(showings.c.channel == channel, showings.c.ts == ts)).all()
            return tuple(sorted(r.post_id for r in rows)), next((r.thread_ts for r in rows), None)

    def posts(self, channel: str, ts: str) -> tuple[Post, ...]:
        """Return the posts that a message shows, as far as known."""
        here = select(showings.c.post_id).where(showings.c.channel == channel, showings.c.ts == ts)
        with self.reading() as c:
            return tuple(map(to_post, c.execute(post_query().where(posts.c.id.in_(here)).order_by(posts.c.id))))

    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None:
        """Record that a message shows these posts."""
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            outbox.shown(c, self.now(), self.notifications, channel, ts, thread_ts, post_ids)
