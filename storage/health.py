"""Whether everything runs: the database, the clock, what waits to be said."""

from sqlalchemy import func, insert, select, update

from bot.desk.store import Health
from storage.engine import Door, serialise
from storage.migrate import current, newest
from storage.tables import outbox, ticks

_TICKS = 5_110_007


class Vitals(Door):
    """The part of the Store that knows how it all goes."""

    def ticked(self) -> None:
        """Note that the clock has ticked."""
        with self.writing() as c:
            serialise(c, _TICKS)
            values = {"at": self.now()}
            if not c.execute(update(ticks).where(ticks.c.part == "clock").values(values)).rowcount:
                c.execute(insert(ticks).values(part="clock", **values))

    def health(self) -> Health:
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
