"""The outbox: everything the bot is about to say by itself, written in the transaction that decided it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, insert, select, update

from bot.desk.store import Letter
from storage.engine import Door, serialise
from storage.intake import show
from storage.tables import outbox

LEASE = timedelta(minutes=2)
"""How long a sender may be busy with one message; after that another takes it over, in doubt."""
_SENDERS = 5_110_003


class Outbox(Door):
    """The part of the Store that the sender works on."""

    def say(self, key: str, channel: str, kind: str, ids: Mapping[str, Any]) -> bool:
        """Decide to post a message; False where one with this key was decided before."""
        with self.writing() as c:
            serialise(c, _SENDERS)
            return write(c, self.now(), key=key, channel=channel, kind=kind, ids=ids)

    def next_letter(self) -> Letter | None:
        """Claim the next message that may go out now, or None.

        In a channel messages go out one after the other in the order they were decided, and a reply after its parent.
        """
        with self.writing() as c:
            serialise(c, _SENDERS)
            now = self.now()
            earlier = outbox.alias()
            first_of_its_channel = ~exists().where(
                earlier.c.channel == outbox.c.channel,
                earlier.c.id < outbox.c.id,
                earlier.c.state.in_(("pending", "sending")),
            )
            row = c.execute(
                select(outbox)
                .where(outbox.c.state.in_(("pending", "sending")), outbox.c.not_before <= now, first_of_its_channel)
                .order_by(outbox.c.id)
                .limit(1)
            ).first()
            if row is None:
                return None
            thread_ts = row.thread_ts
            if row.parent_key is not None:
                thread_ts = c.scalar(select(outbox.c.ts).where(outbox.c.key == row.parent_key))
            c.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(state="sending", attempts=row.attempts + 1, not_before=now + LEASE)
            )
            doubtful = row.state == "sending"
            return Letter(
                row.id, row.key, row.channel, thread_ts, row.kind, row.ids, row.attempts + 1, doubtful, row.created_at
            )

    def sent(self, letter: Letter, ts: str, shows: Sequence[int] = ()) -> None:
        """The message is in its channel at `ts` and shows these posts."""
        with self.writing() as c:
            c.execute(update(outbox).where(outbox.c.id == letter.id).values(state="sent", ts=ts, error=None))
            show(c, letter.channel, ts, letter.thread_ts, shows)

    def postpone(self, letter: Letter, seconds: float, error: str, *, doubtful: bool) -> None:
        """Try the message again after `seconds`; `doubtful` where this try may have reached Slack all the same."""
        with self.writing() as c:
            c.execute(
                update(outbox)
                .where(outbox.c.id == letter.id)
                .values(
                    state="sending" if doubtful or letter.doubtful else "pending",
                    not_before=self.now() + timedelta(seconds=seconds),
                    error=error,
                )
            )

    def give_up(self, letter: Letter, error: str) -> None:
        """Slack will never take this message; its replies are given up with it."""
        with self.writing() as c:
            values = {"state": "failed", "error": error}
            c.execute(update(outbox).where(outbox.c.id == letter.id).values(values))
            c.execute(update(outbox).where(outbox.c.parent_key == letter.key).values(values))

    def held_up(self, channel: str) -> str | None:
        """Why the channel's next message has not gone out, empty where it was not tried; None where nothing waits."""
        waiting = select(outbox.c.error).where(outbox.c.channel == channel, outbox.c.state.in_(("pending", "sending")))
        with self.reading() as c:
            row = c.execute(waiting.order_by(outbox.c.id).limit(1)).first()
            return None if row is None else row.error or ""

    def failed(self, key: str) -> str | None:
        """Why a message was given up; None where it was not."""
        with self.reading() as c:
            return c.scalar(select(outbox.c.error).where(outbox.c.key == key, outbox.c.state == "failed"))


def write(
    c: Connection,
    now: datetime,
    *,
    key: str,
    channel: str,
    kind: str,
    ids: Mapping[str, Any],
    parent_key: str | None = None,
    thread_ts: str | None = None,
) -> bool:
    """Add a message, in the caller's transaction; False where one with this key is there already."""
    if c.scalar(select(outbox.c.id).where(outbox.c.key == key)) is not None:
        return False
    c.execute(
        insert(outbox).values(
            key=key,
            parent_key=parent_key,
            channel=channel,
            thread_ts=thread_ts,
            kind=kind,
            ids=dict(ids),
            state="pending",
            attempts=0,
            created_at=now,
            not_before=now,
        )
    )
    return True
