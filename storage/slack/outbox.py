"""The outbox: everything the bot is about to say by itself, written in the transaction that decided it.

`add`, `refresh` and `react` are what other parts of the Store decide with.
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

from bot.domain.outbox import NotificationSettings, OutboxMessage, OwnReaction, read_payload
from bot.domain.outbox_messages import MessageGivenUp, NewMessage
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

    def add(self, message: NewMessage) -> bool:
        """Write a message to be posted; False if one with its key was written before."""
        with self.writing() as c:
            serialise(c, Lock.SENDERS)
            return add(c, self.now(), message)

    def claim_next(self) -> OutboxMessage | None:
        """Claim the next message that may go out now; None if there is none.

        In a channel messages go out one after the other in the order they were written, and a reply after its parent.
        One that was written for a later time waits for it and holds nothing up. Of several channels the one that has
        been silent longest comes first.
        """
        with self.writing() as c:
            serialise(c, Lock.SENDERS)
            return self._claim(c)

    def _claim(self, c: Connection) -> OutboxMessage | None:
        now = self.now()
        earlier = outbox.alias()
        first_of_its_channel = ~exists().where(
            earlier.c.channel == outbox.c.channel,
            earlier.c.id < outbox.c.id,
            earlier.c.state.in_(_WAITING),
            or_(earlier.c.attempts > 0, earlier.c.not_before <= now),
        )
        parent = outbox.alias()
        parent_is_sent = or_(
            outbox.c.parent_key.is_(None),
            exists().where(parent.c.key == outbox.c.parent_key, parent.c.state == "sent"),
        )
        sent = outbox.alias()
        last_send = select(func.max(sent.c.sent_at)).where(sent.c.channel == outbox.c.channel).scalar_subquery()
        row = c.execute(
            select(outbox, type_coerce(last_send, UTCTime).label("last_send"))
            .where(outbox.c.state.in_(_WAITING), outbox.c.not_before <= now, first_of_its_channel, parent_is_sent)
            .order_by(last_send.asc().nulls_first(), outbox.c.id)
            .limit(1)
        ).first()
        if row is None:
            return None
        since = None if row.last_send is None else (now - row.last_send).total_seconds()
        c.execute(
            update(outbox)
            .where(outbox.c.id == row.id)
            .values(state="sending", attempts=row.attempts + 1, not_before=now + LEASE)
        )
        return replace(_message(c, row, row.attempts + 1), since_last_send=since)

    def mark_sent(self, message: OutboxMessage, ts: str, shows: Sequence[int] = (), place: str = "") -> str:
        """Record that the message is in its channel at `ts` and shows these posts. `place` is the conversation if the
        message is for a person.

        Return the ts under which it counts: another one if a sender that took the message over was faster. Then this
        one is a duplicate, to be deleted.
        """
        with self.writing() as c:
            return self._mark_sent(c, message, ts, shows, place or message.channel)

    def _mark_sent(self, c: Connection, message: OutboxMessage, ts: str, shows: Sequence[int], place: str) -> str:
        if shows:
            serialise(c, Lock.REVIEWS)
        row = c.execute(select(outbox).where(outbox.c.id == message.id).with_for_update()).one()
        if message.edits_ts is not None and row.attempts != message.attempts:
            # the sender that took it over may have shown newer things, which this late edit has covered
            refresh(c, self.now(), row.edits)
        if row.state == "sent" and row.ts is not None:
            return str(row.ts)
        values = {"state": "sent", "ts": ts, "place": place, "error": None, "sent_at": self.now()}
        c.execute(update(outbox).where(outbox.c.id == message.id).values(values))
        shown(c, self.now(), self.notifications, place, ts, message.thread_ts, shows)
        return ts

    def mark_sent_and_claim(
        self, message: OutboxMessage, ts: str, shows: Sequence[int] = (), place: str = ""
    ) -> tuple[str, OutboxMessage | None]:
        """Do what `mark_sent` and then `claim_next` do, in one transaction."""
        with self.writing() as c:
            serialise(c, Lock.SENDERS)  # before REVIEWS, which _mark_sent may take
            return self._mark_sent(c, message, ts, shows, place or message.channel), self._claim(c)

    def message_at(self, channel: str, ts: str) -> OutboxMessage | None:
        """Return the message of ours that is posted there; None for anybody else's."""
        is_post = and_(outbox.c.edits.is_(None), outbox.c.kind != OwnReaction.kind)
        with self.reading() as c:
            row = c.execute(select(outbox).where(outbox.c.place == channel, outbox.c.ts == ts, is_post)).first()
            return None if row is None else _message(c, row, row.attempts)

    def postpone(self, message: OutboxMessage, seconds: float, error: str, *, delivery_unknown: bool) -> None:
        """Try the message again after `seconds`; `delivery_unknown` if this try may have reached Slack all the same.
        Do nothing if another sender has taken it over."""
        with self.writing() as c:
            c.execute(
                update(outbox)
                .where(_still_ours(message))
                .values(
                    state="sending" if delivery_unknown or message.delivery_unknown else "pending",
                    not_before=self.now() + timedelta(seconds=seconds),
                    error=error,
                )
            )

    def give_up(self, message: OutboxMessage, error: str, tell: str = "") -> None:
        """Give up a message that Slack will never take, with its replies and edits. If `tell` is a channel, it is told
        once a day for each channel and reason. Do nothing if another sender has taken the message over."""
        with self.writing() as c:
            serialise(c, Lock.SENDERS)
            values = {"state": "failed", "error": error}
            if not c.execute(update(outbox).where(_still_ours(message)).values(values)).rowcount:
                return
            depends = or_(outbox.c.parent_key == message.key, outbox.c.edits == message.key)
            c.execute(update(outbox).where(depends, outbox.c.state.in_(_WAITING)).values(values))
            if tell:
                now = self.now()
                given_up = MessageGivenUp(message.channel, message.payload.kind, message.key, error)
                add(c, now, given_up.to(tell, now))

    def blocked_reason(self, channel: str) -> str | None:
        """Return why the channel's next message has not gone out, "" if it was not tried; None if nothing waits."""
        waiting = select(outbox.c.error).where(outbox.c.channel == channel, outbox.c.state.in_(_WAITING))
        with self.reading() as c:
            row = c.execute(waiting.order_by(outbox.c.id).limit(1)).first()
            return None if row is None else row.error or ""

    def failure(self, key: str) -> str | None:
        """Return why a message was given up; None if it was not."""
        with self.reading() as c:
            return c.scalar(select(outbox.c.error).where(outbox.c.key == key, outbox.c.state == "failed"))


def add(c: Connection, now: datetime, message: NewMessage) -> bool:
    """Write a message to be posted, in the caller's transaction; False if one with its key is there already."""
    return _write(
        c,
        now,
        key=message.key,
        channel=message.channel,
        kind=message.payload.kind,
        ids=message.payload.to_json(),
        parent_key=message.parent_key,
        thread_ts=message.thread_ts,
        not_before=message.not_before,
    )


def refresh(c: Connection, now: datetime, key: str) -> bool:
    """Edit the message that was posted under `key`, so that it shows what the store says after the caller's
    transaction.

    Edits that wait become one. False if nothing needs to be written: a message that was not begun yet is made from the
    store when it is sent, and one that was never posted or was given up is not to be edited.
    """
    # the lock keeps a sender from beginning with the message or its waiting edit until the caller is done
    target = c.execute(select(outbox).where(outbox.c.key == key).with_for_update()).first()
    if target is None or target.state not in ("sending", "sent"):
        return False
    edits = select(outbox.c.id).where(outbox.c.edits == key)
    if c.scalar(edits.where(outbox.c.state == "pending", outbox.c.attempts == 0).with_for_update()) is not None:
        return False
    number = c.scalar(select(func.count()).select_from(edits.subquery()))
    edit_key = f"{key}:edit:{number}"
    return _write(c, now, key=edit_key, channel=target.channel, kind=target.kind, ids=target.ids, edits=key)


def react(c: Connection, now: datetime, *, channel: str, ts: str, emoji: str, stands: bool) -> bool:
    """Put the bot's own reaction under a message, or take it away. False if that is what was written last."""
    key = f"react:{channel}:{ts}:{emoji}"
    reactions = select(outbox).where(outbox.c.edits == key).order_by(outbox.c.id.desc()).limit(1).with_for_update()
    last = c.execute(reactions).first()
    ids = OwnReaction(ts, emoji, stands).to_json()
    if (last.ids["stands"] if last else False) == stands:
        return False
    if last and (last.state, last.attempts) == ("pending", 0):
        c.execute(update(outbox).where(outbox.c.id == last.id).values(ids=ids))
        return True
    number = c.scalar(select(func.count()).where(outbox.c.edits == key))
    return _write(c, now, key=f"{key}:{number}", channel=channel, kind=OwnReaction.kind, ids=ids, edits=key)


def channel_of(c: Connection, key: str) -> str:
    """Return where the message under `key` is posted."""
    return str(c.scalars(select(outbox.c.channel).where(outbox.c.key == key)).one())


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
    """Record that a message shows these posts, and under it the state of the review that its one post is under. The
    caller serialises on REVIEWS."""
    show(c, channel, ts, thread_ts, ids)
    if len(ids) == 1 and (state := state_shown(c, channel, ts)):
        mark(c, now, notifications, channel, ts, state)


def _write(
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


def _still_ours(message: OutboxMessage) -> ColumnElement[bool]:
    """Every claim counts the attempts up, which tells a late sender from the one that has the message now."""
    return and_(outbox.c.id == message.id, outbox.c.attempts == message.attempts, outbox.c.state == "sending")


def _message(c: Connection, row: Row[Any], attempts: int) -> OutboxMessage:
    thread_ts, edits_ts = row.thread_ts, None
    if row.parent_key is not None:
        thread_ts = c.scalar(select(outbox.c.ts).where(outbox.c.key == row.parent_key))
    if row.edits is not None and row.kind != OwnReaction.kind:
        target = c.execute(select(outbox).where(outbox.c.key == row.edits)).one()
        thread_ts, edits_ts = _message(c, target, target.attempts).thread_ts, target.ts
    return OutboxMessage(
        id=row.id,
        key=row.key,
        channel=row.channel,
        thread_ts=thread_ts,
        payload=read_payload(row.kind, row.ids),
        attempts=attempts,
        delivery_unknown=row.state == "sending",
        since=row.created_at,
        edits_ts=edits_ts,
    )
