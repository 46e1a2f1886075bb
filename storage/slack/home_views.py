"""Which App Homes are looked at, and which of them show what is no longer true."""

import zlib
from datetime import timedelta

from sqlalchemy import case, delete, func, insert, select, update

from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.tables import homes, posts, review_events, schedules, sources

LOOKED_AT = timedelta(hours=1)
"""How long after a person last did something there their Home is kept up to date."""


class HomeViewStore(StorePart):
    """The part of the Store that knows whose Home shows what."""

    def version(self) -> str:
        """Another one as soon as something happened to a review, a post was taken in, a schedule changed, or a source
        began, rested or failed. What a poll finds in between is left for the next look."""
        failing = case((sources.c.failures > 0, 1), else_=0)
        with self.reading() as c:
            event = c.scalar(select(func.max(review_events.c.id))) or 0
            post = c.scalar(select(func.max(posts.c.id))) or 0
            plans = c.execute(select(schedules).order_by(schedules.c.id)).all()
            health = c.execute(select(sources.c.state, failing, func.count()).group_by(sources.c.state, failing)).all()
            return f"{event}.{post}.{zlib.crc32(repr((plans, sorted(map(repr, health)))).encode())}"

    def record(self, user: str, tab: str, at: int, version: str, *, seen: bool) -> None:
        """Note what a person's Home shows; `seen` where they did something there just now."""
        values = {"tab": tab, "at": at, "stamp": version} | ({"seen_at": self.now()} if seen else {})
        with self.writing() as c:
            serialise(c, Lock.HOME_VIEWS)
            if not c.execute(update(homes).where(homes.c.user == user).values(values)).rowcount and seen:
                c.execute(insert(homes).values(user=user, **values))

    def outdated(self, user: str | None = None, limit: int = 20) -> tuple[tuple[str, str, int], ...]:
        """User, tab and row of the Homes (or one person's) that are looked at and show what is no longer true."""
        behind = [homes.c.seen_at > self.now() - LOOKED_AT, homes.c.stamp != self.version()]
        query = select(homes.c.user, homes.c.tab, homes.c.at).where(*behind, *([homes.c.user == user] if user else []))
        with self.reading() as c:
            return tuple(
                (row[0], row[1], row[2]) for row in c.execute(query.order_by(homes.c.seen_at.desc()).limit(limit))
            )

    def forget(self, user: str) -> None:
        """A person's Home is kept up to date no more, until they open it again."""
        with self.writing() as c:
            c.execute(delete(homes).where(homes.c.user == user))
