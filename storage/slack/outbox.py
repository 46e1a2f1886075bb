"""The outbox: everything the bot is about to say by itself, written in the transaction that decided it.

`write`, `refresh` and `react` are what other parts of the Store decide with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from bot.domain.outbox import GIVEN_UP, REACTION, NotificationSettings, OutboxMessage
from bot.domain.reviews import ReviewState
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.slack.events import show, state_shown
from storage.tables import UTCTime, outbox

LEASE = timedelta(minutes=2)
"""How long a sender may be busy with one message; after that another takes it over, in doubt."""
_WAITING = ("pending", "sending")


class OutboxStore(StorePart):
    """The part of the Store that the sender works on."""

    def add(self, key: str, channel: str, kind: str, ids: Mapping[str, Any]) -> bool:
        """Decide to post a message; False where one with this key was decided before."""
        with self.writing() as c:
            serialise(c, Lock.SENDERS)
            return write(c, self.now(), key=key, channel=channel, kind=kind, ids=ids)

    def claim_next(self) -> OutboxMessage | None:
        """Claim the next message that may go out now, or None.

        In a channel messages go out one after the other in the order they were decided, and a reply after its parent.
        One that was written for a later time waits for it and holds nobody up. Of several channels the one that has
        rested longest comes first.
        """
        with self.writing() as c:
            serialise(c, Lock.SENDERS)
            now = self.now()
            earlier = outbox.alias()
            first_of_its_channel = ~exists().where(
                earlier.c.channel == outbox.c.channel,
                earlier.c.id < outbox.c.id,
                earlier.c.state.in_(_WAITING),
                or_(earlier.c.attempts > 0, earlier.c.not_before <= now),
            )
            parent = outbox.alias()
            parent_stands = or_(
                outbox.c.parent_key.is_(None),
                exists().where(parent.c.key == outbox.c.parent_key, parent.c.state == "sent"),
            )
            told = outbox.alias()
            last_told = select(func.max(told.c.sent_at)).where(told.c.channel == outbox.c.channel).scalar_subquery()
            row = c.execute(
                select(outbox, type_coerce(last_told, UTCTime).label("last_told"))
                .where(outbox.c.state.in_(_WAITING), outbox.c.not_before <= now, first_of_its_channel, parent_stands)
                .order_by(last_told.asc().nulls_first(), outbox.c.id)
                .limit(1)
            ).first()
            if row is None:
                return None
            rested = None if row.last_told is None else (now - row.last_told).total_seconds()
            c.execute(
                update(outbox)
                .where(outbox.c.id == row.id)
                .values(state="sending", attempts=row.attempts + 1, not_before=now + LEASE)
            )
            return replace(_letter(c, row, row.attempts + 1), rested=rested)

    def mark_sent(self, letter: OutboxMessage, ts: str, shows: Sequence[int] = (), place: str = "") -> str:
        """The message is in its channel at `ts` and shows these posts. `place` is the conversation where the letter was
        for a person.

        Returns the ts under which it stands: another one where somebody took the letter over and was faster. Then this
        one stands there twice, and is to be taken back.
        """
        place = place or letter.channel
        with self.writing() as c:
            if shows:
                serialise(c, Lock.REVIEWS)
            row = c.execute(select(outbox).where(outbox.c.id == letter.id).with_for_update()).one()
            if letter.edits is not None and row.attempts != letter.attempts:
                # whoever took it over may have shown newer things, which this late edit has covered
                refresh(c, self.now(), row.edits)
            if row.state == "sent" and row.ts is not None:
                return str(row.ts)
            values = {"state": "sent", "ts": ts, "place": place, "error": None, "sent_at": self.now()}
            c.execute(update(outbox).where(outbox.c.id == letter.id).values(values))
            shown(c, self.now(), self.notifications, place, ts, letter.thread_ts, shows)
            return ts

    def message_at(self, channel: str, ts: str) -> OutboxMessage | None:
        """The letter that stands there as a message of ours; None for anybody else's."""
        ours = and_(outbox.c.place == channel, outbox.c.ts == ts, outbox.c.edits.is_(None), outbox.c.kind != REACTION)
        with self.reading() as c:
            row = c.execute(select(outbox).where(ours)).first()
            return None if row is None else _letter(c, row, row.attempts)

    def postpone(self, letter: OutboxMessage, seconds: float, error: str, *, doubtful: bool) -> None:
        """Try the message again after `seconds`; `doubtful` where this try may have reached Slack all the same. Does
        nothing where another sender has taken it over."""
        with self.writing() as c:
            c.execute(
                update(outbox)
                .where(_still_ours(letter))
                .values(
                    state="sending" if doubtful or letter.doubtful else "pending",
                    not_before=self.now() + timedelta(seconds=seconds),
                    error=error,
                )
            )

    def give_up(self, letter: OutboxMessage, error: str, tell: str = "") -> None:
        """Slack will never take this message; its replies and edits are given up with it. Where `tell` is a channel, it
        is told so, once a day for each channel and reason. Does nothing where another sender has taken it over."""
        with self.writing() as c:
            serialise(c, Lock.SENDERS)
            values = {"state": "failed", "error": error}
            if not c.execute(update(outbox).where(_still_ours(letter)).values(values)).rowcount:
                return
            of_it = or_(outbox.c.parent_key == letter.key, outbox.c.edits == letter.key)
            c.execute(update(outbox).where(of_it, outbox.c.state.in_(_WAITING)).values(values))
            if tell:
                now, place = self.now(), letter.channel
                ids = {"channel": place, "kind": letter.kind, "key": letter.key, "error": error}
                write(c, now, key=f"given-up:{place}:{now:%Y-%m-%d}:{error[:60]}", channel=tell, kind=GIVEN_UP, ids=ids)

    def blocked_reason(self, channel: str) -> str | None:
        """Why the channel's next message has not gone out, empty where it was not tried; None where nothing waits."""
        waiting = select(outbox.c.error).where(outbox.c.channel == channel, outbox.c.state.in_(_WAITING))
        with self.reading() as c:
            row = c.execute(waiting.order_by(outbox.c.id).limit(1)).first()
            return None if row is None else row.error or ""

    def failure(self, key: str) -> str | None:
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
    edits: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Add a message, in the caller's transaction; False where one with this key is there already.

    It goes out as soon as it can, or at `not_before`: for messages without replies. `edits` is `refresh`'s.
    """
    if c.scalar(select(outbox.c.id).where(outbox.c.key == key)) is not None:
        return False
    c.execute(
        insert(outbox).values(
            key=key,
            parent_key=parent_key,
            edits=edits,
            channel=channel,
            thread_ts=thread_ts,
            kind=kind,
            ids=dict(ids),
            state="pending",
            attempts=0,
            created_at=now,
            not_before=not_before or now,
        )
    )
    return True


def refresh(c: Connection, now: datetime, key: str) -> bool:
    """Let the message that was posted under `key` show what the store will say once the caller's transaction is done.

    Edits that wait become one. False where nothing needs to be written: a message that was not begun yet is made from
    the store when it is sent, and one that was never posted or was given up is not to be edited.
    """
    # the lock keeps a sender from beginning with the message or its waiting edit until the caller is done
    target = c.execute(select(outbox).where(outbox.c.key == key).with_for_update()).first()
    if target is None or target.state not in ("sending", "sent"):
        return False
    edits = select(outbox.c.id).where(outbox.c.edits == key)
    if c.scalar(edits.where(outbox.c.state == "pending", outbox.c.attempts == 0).with_for_update()) is not None:
        return False
    number = c.scalar(select(func.count()).select_from(edits.subquery()))
    named = f"{key}:edit:{number}"
    return write(c, now, key=named, channel=target.channel, kind=target.kind, ids=target.ids, edits=key)


def react(c: Connection, now: datetime, *, channel: str, ts: str, emoji: str, stands: bool) -> bool:
    """Put the bot's own reaction under a message, or take it away. False where it is decided so already."""
    named = f"react:{channel}:{ts}:{emoji}"
    mine = select(outbox).where(outbox.c.edits == named).order_by(outbox.c.id.desc()).limit(1).with_for_update()
    last = c.execute(mine).first()
    wanted = {"ts": ts, "emoji": emoji, "stands": stands}
    if (last.ids["stands"] if last else False) == stands:
        return False
    if last and (last.state, last.attempts) == ("pending", 0):
        c.execute(update(outbox).where(outbox.c.id == last.id).values(ids=wanted))
        return True
    number = c.scalar(select(func.count()).where(outbox.c.edits == named))
    return write(c, now, key=f"{named}:{number}", channel=channel, kind=REACTION, ids=wanted, edits=named)


def channel_of(c: Connection, key: str) -> str:
    """Where the message under `key` is posted."""
    return str(c.scalars(select(outbox.c.channel).where(outbox.c.key == key)).one())


def _still_ours(letter: OutboxMessage) -> ColumnElement[bool]:
    """Every claim counts the attempts up, so that whoever comes late to a letter is told apart from who has it now."""
    return and_(outbox.c.id == letter.id, outbox.c.attempts == letter.attempts, outbox.c.state == "sending")


def mark(
    c: Connection, now: datetime, notifications: NotificationSettings, channel: str, ts: str, state: ReviewState | None
) -> None:
    """Let the bot's own reaction under a message be the one of this state and no other."""
    for emoji in dict.fromkeys(notifications.marks.values()):
        react(
            c,
            now,
            channel=channel,
            ts=ts,
            emoji=emoji,
            stands=state is not None and notifications.marks.get(state) == emoji,
        )


def shown(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    channel: str,
    ts: str,
    thread_ts: str | None,
    ids: Sequence[int],
) -> None:
    """Note that a message shows these posts, and under it the state of the review that its one post is under. The
    caller serialises on REVIEWS."""
    show(c, channel, ts, thread_ts, ids)
    if len(ids) == 1 and (state := state_shown(c, channel, ts)):
        mark(c, now, notifications, channel, ts, state)


def _letter(c: Connection, row: Row[Any], attempts: int) -> OutboxMessage:
    thread_ts, edited = row.thread_ts, None
    if row.parent_key is not None:
        thread_ts = c.scalar(select(outbox.c.ts).where(outbox.c.key == row.parent_key))
    if row.edits is not None and row.kind != REACTION:
        target = c.execute(select(outbox).where(outbox.c.key == row.edits)).one()
        of = _letter(c, target, target.attempts)
        thread_ts, edited = of.thread_ts, target.ts
    return OutboxMessage(
        id=row.id,
        key=row.key,
        channel=row.channel,
        thread_ts=thread_ts,
        kind=row.kind,
        ids=row.ids,
        attempts=attempts,
        doubtful=row.state == "sending",
        since=row.created_at,
        edits=edited,
    )
