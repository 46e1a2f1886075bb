"""Flags and the reviews they open."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.review import Change, Flag, Review, state_after
from storage import outbox
from storage.engine import Door, add, serialise
from storage.seen import once, show
from storage.tables import outbox as outbox_table
from storage.tables import reactions, review_events, reviews, showings

_REVIEWS = 5_110_004


class Reviews(Door):
    """The part of the Store that follows reviews."""

    def flag(
        self,
        post_id: int,
        *,
        user: str,
        emoji: str,
        stands: bool,
        channel: str,
        ts: str,
        thread_ts: str | None = None,
        event_ts: str,
        event_id: str = "",
    ) -> Change | None:
        """Note that a person's flag stands on a post, or no longer does, and open or withdraw its review.

        The flag's place is (channel, ts), a message, or a channel alone for a pressed button; the newest `event_ts` for
        the same place, user, emoji and post decides. Each thread (`thread_ts`, or else the message's own; the channel
        where there is neither) is told once that the review is open, and once when it is withdrawn. Returns None where
        this event was dealt with before or changes nothing.
        """
        with self.writing() as c:
            serialise(c, _REVIEWS)
            now = self.now()
            if not once(c, event_id, now) or not _note(c, post_id, user, emoji, stands, channel, ts, event_ts, now):
                return None
            flags = _flags(c, post_id)
            row = _open(c, post_id)
            state = state_after(row.state if row else None, len(flags))
            if row is None:
                if state is None:
                    return None
                number = add(c, reviews, post_id=post_id, state=state, opened_at=now)
                review = Review(number, post_id, state, now, flags)
                change = Change(review, opened=True)
            else:
                review = Review(row.id, post_id, state or row.state, row.opened_at, flags)
                change = Change(review, withdrawn=state == "withdrawn")
                if change.withdrawn:
                    c.execute(update(reviews).where(reviews.c.id == row.id).values(state="withdrawn", closed_at=now))
            action = (
                "opened" if change.opened else "withdrawn" if change.withdrawn else "flagged" if stands else "unflagged"
            )
            c.execute(insert(review_events).values(review_id=review.id, at=now, actor=user, action=action))
            said = {"review": review.id, "post": post_id, "user": user}
            if stands and channel:
                _tell(c, now, "opened", channel, thread_ts or ts or None, said)
            elif change.withdrawn:
                for place in _told(c, review.id):
                    _tell(c, now, "withdrawn", place.channel, place.thread_ts, said)
            return change

    def open_review(self, post_id: int) -> Review | None:
        """The review a post is under; None where it is under none."""
        with self.reading() as c:
            row = _open(c, post_id)
            return Review(row.id, post_id, row.state, row.opened_at, _flags(c, post_id)) if row else None

    def review(self, review_id: int) -> Review | None:
        """A review by its number."""
        with self.reading() as c:
            row = c.execute(select(reviews).where(reviews.c.id == review_id)).first()
            return Review(row.id, row.post_id, row.state, row.opened_at, _flags(c, row.post_id)) if row else None

    def shown(self, channel: str, ts: str) -> tuple[tuple[int, ...], str | None]:
        """The posts that a message shows, as far as known, and the thread it stands in."""
        with self.reading() as c:
            rows = c.execute(select(showings).where(showings.c.channel == channel, showings.c.ts == ts)).all()
            return tuple(sorted(r.post_id for r in rows)), next((r.thread_ts for r in rows), None)

    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None:
        """Note that a message shows these posts."""
        with self.writing() as c:
            show(c, channel, ts, thread_ts, post_ids)


def _tell(c: Connection, now: datetime, what: str, channel: str, thread_ts: str | None, ids: dict[str, Any]) -> None:
    key = f"review:{ids['review']}:{what}:{channel}:{thread_ts or ''}"
    outbox.write(c, now, key=key, channel=channel, thread_ts=thread_ts, kind=f"review-{what}", ids=ids)


def _told(c: Connection, review_id: int) -> Any:
    letters = outbox_table.c
    opened = letters.key.startswith(f"review:{review_id}:opened:", autoescape=True)
    return c.execute(select(letters.channel, letters.thread_ts).where(opened).order_by(letters.id)).all()


def _note(
    c: Connection,
    post_id: int,
    user: str,
    emoji: str,
    stands: bool,
    channel: str,
    ts: str,
    event_ts: str,
    now: datetime,
) -> bool:
    """Write a reaction down; False where a newer one was there, or it says what was known."""
    same = {"channel": channel, "ts": ts, "user": user, "emoji": emoji, "post_id": post_id}
    here = [reactions.c[name] == value for name, value in same.items()]
    known = c.execute(select(reactions.c.stands, reactions.c.event_ts).where(*here)).first()
    if known is None:
        c.execute(insert(reactions).values(**same, stands=stands, event_ts=event_ts, at=now))
        return stands
    if _moment(event_ts) <= _moment(known.event_ts):
        return False
    c.execute(update(reactions).where(*here).values(stands=stands, event_ts=event_ts, at=now))
    return bool(known.stands != stands)


def _moment(ts: str) -> tuple[int, int]:
    seconds, _, fraction = ts.partition(".")
    return int(seconds or 0), int((fraction + "000000")[:6])


def _flags(c: Connection, post_id: int) -> tuple[Flag, ...]:
    query = (
        select(reactions.c.user, reactions.c.emoji, reactions.c.at)
        .where(reactions.c.post_id == post_id, reactions.c.stands)
        .order_by(reactions.c.at, reactions.c.user)
    )
    by_person: dict[str, Flag] = {}
    for row in c.execute(query):
        by_person.setdefault(row.user, Flag(row.user, row.emoji, row.at))
    return tuple(by_person.values())


def _open(c: Connection, post_id: int) -> Any:
    return c.execute(
        select(reviews.c.id, reviews.c.state, reviews.c.opened_at).where(
            reviews.c.post_id == post_id, reviews.c.closed_at.is_(None)
        )
    ).first()
