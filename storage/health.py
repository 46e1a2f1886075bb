"""Whether everything runs: the database, the clock, what waits to be said."""

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.exc import OperationalError

from bot.domain.health import Health
from bot.errors import StoreBusy
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.migrate import current, newest
from storage.tables import (
    outbox,
    posts,
    reviews,
    sources,
    stories,
    ticks,
)


class HealthStore(StorePart):
    """The part of the Store that knows how it all goes."""

    def record_tick(self) -> None:
        """Note that the clock has ticked."""
        with self.writing() as c:
            serialise(c, Lock.TICKS)
            values = {"at": self.now()}
            if not c.execute(update(ticks).where(ticks.c.part == "clock").values(values)).rowcount:
                c.execute(insert(ticks).values(part="clock", **values))

    def check(self) -> Health:
        """How it all goes. Raises StoreBusy where the database does not answer."""
        revision = current(self.engine)
        if revision != newest():
            return Health(self.engine.dialect.name, revision, newest())
        waiting = outbox.c.state.in_(("pending", "sending")) & (outbox.c.not_before <= self.now())
        oldest = select(outbox.c.created_at, outbox.c.channel, outbox.c.error).where(waiting).order_by(outbox.c.id)
        with self.reading() as c:
            first = c.execute(oldest.limit(1)).first()
            return Health(
                self.engine.dialect.name,
                revision,
                newest(),
                ticked_at=c.scalar(select(ticks.c.at).where(ticks.c.part == "clock")),
                waiting=c.scalar(select(func.count()).where(outbox.c.state.in_(("pending", "sending")))) or 0,
                waits_since=first.created_at if first else None,
                waits_for=f"{first.channel} {first.error or ''}".strip() if first else "",
            )

    def counts(self) -> dict[str, int]:
        """What the store holds: posts, sources, stories, open reviews, messages waiting and given up."""
        with self.reading() as c:
            return {
                "posts": _count(c, posts.c.withdrawn_at.is_(None)),
                "sources": _count(c, sources.c.id > 0),
                "stories": _count(c, stories.c.id > 0),
                "reviews_open": _count(c, reviews.c.closed_at.is_(None)),
                "outbox_waiting": _count(c, outbox.c.state.in_(("pending", "sending"))),
                "outbox_failed": _count(c, outbox.c.state == "failed"),
            }

    def answers(self) -> bool:
        """Whether the database answers at all."""
        try:
            with self.reading() as c:
                return c.scalar(select(1)) == 1
        except (OperationalError, StoreBusy):
            return False


def _count(c: Connection, condition: ColumnElement[bool]) -> int:
    return c.scalar(select(func.count()).where(condition)) or 0
