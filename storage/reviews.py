"""Flags, the reviews they open, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from bot.review import Act, Action, Change, Event, Flag, Meaning, Review, Via, after, decide, rule, steps
from storage import outbox
from storage.corrections import show_review
from storage.engine import Door, add, serialise
from storage.seen import once, show
from storage.tables import outbox as outbox_table
from storage.tables import reactions, review_events, reviews, showings

REVIEWS = 5_110_004
_OPEN = reviews.c.closed_at.is_(None)
_STANDING = ("state", "owner", "taken_at", "snoozed_until", "decision", "decided_by", "closed_at")


class Place(NamedTuple):
    """Where a reaction stands, whose it is, and the post it is meant for; a button has no `ts`."""

    channel: str
    ts: str
    user: str
    emoji: str
    post_id: int


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
        via: Via = "flag",
    ) -> Change | None:
        """Note that a person's flag stands on a post, or no longer does, and open or withdraw its review.

        The flag's place is (channel, ts), a message, or a channel alone for a pressed button; the newest `event_ts` for
        the same place, user, emoji and post decides. Each thread (`thread_ts`, or else the message's own; the channel
        where there is neither) is told once that the review is open, and once when it is withdrawn. Returns None where
        this event was dealt with before or changes nothing.
        """
        place = Place(channel, ts, user, emoji, post_id)
        with self.writing() as c:
            serialise(c, REVIEWS)
            now = self.now()
            if not once(c, event_id, now) or not _note(c, now, place, "flag", stands, event_ts):
                return None
            review = review_of(c, post_id)  # with the flags that stand after this one
            if review is None:
                if not stands:
                    return None
                change = opened(c, now, post_id, user, via, channel, ts)
            else:
                last = not stands and not review.flags and review.opened_via != "checks"
                action: Action = "flag" if stands else "withdraw" if last else "unflag"
                change = perform(c, now, review, Act(action=action, user=user, via=via, channel=channel, ts=ts))
            said = {"review": change.review.id, "post": post_id, "user": user}
            if stands and channel:
                _tell(c, now, "opened", channel, thread_ts or ts or None, said)
            elif change.withdrawn:
                for place in _told(c, change.review.id):
                    _tell(c, now, "withdrawn", place.channel, place.thread_ts, said)
            return change

    def sign(
        self,
        post_id: int,
        *,
        means: Meaning,
        user: str,
        emoji: str,
        stands: bool,
        channel: str,
        ts: str,
        event_ts: str,
        event_id: str = "",
    ) -> Change | None:
        """Note that a person's sign to take or to resolve stands on a post, or no longer does, and do what it means to
        the review the post is under. Taking one's own sign away takes back what it did: the review is released, or the
        decision undone while nothing followed. The newest `event_ts` decides. Returns None where this event was dealt
        with before, changes nothing, or the post is under no review."""
        place = Place(channel, ts, user, emoji, post_id)
        with self.writing() as c:
            serialise(c, REVIEWS)
            now = self.now()
            if not once(c, event_id, now) or not _note(c, now, place, means, stands, event_ts):
                return None
            review = review_of(c, post_id) if stands or means == "take" else _last_of(c, post_id)
            action = means if stands else _taken_back(review, means, place)
            if review is None or action is None:
                return None
            return perform(c, now, review, Act(action=action, user=user, via="emoji", channel=channel, ts=ts))

    def act(self, review_id: int, act: Act, event_id: str = "") -> Change | None:
        """Do to a review what somebody asked for, as bot.review.RULES has it; None where this very event was dealt
        with before. Who comes second is told in the change why nothing happened. Raises LookupError for a number that
        no review has."""
        with self.writing() as c:
            serialise(c, REVIEWS)
            now = self.now()
            if not once(c, event_id, now):
                return None
            (review,) = load_reviews(c, [review_id]) or _missing(review_id)
            return perform(c, now, review, act)

    def open_review(self, post_id: int) -> Review | None:
        """The review a post is under; None where it is under none."""
        with self.reading() as c:
            return review_of(c, post_id)

    def review(self, review_id: int) -> Review | None:
        """A review by its number."""
        with self.reading() as c:
            return next(iter(load_reviews(c, [review_id])), None)

    def shown(self, channel: str, ts: str) -> tuple[tuple[int, ...], str | None]:
        """The posts that a message shows, as far as known, and the thread it stands in."""
        with self.reading() as c:
            rows = c.execute(select(showings).where(showings.c.channel == channel, showings.c.ts == ts)).all()
            return tuple(sorted(r.post_id for r in rows)), next((r.thread_ts for r in rows), None)

    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None:
        """Note that a message shows these posts."""
        with self.writing() as c:
            show(c, channel, ts, thread_ts, post_ids)


def opened(c: Connection, now: datetime, post_id: int, user: str, via: Via, channel: str = "", ts: str = "") -> Change:
    """Open a review of a post that is under none, in the caller's transaction."""
    number = add(c, reviews, post_id=post_id, state="open", opened_at=now, opened_by=user, opened_via=via)
    action: Action = "check" if via == "checks" else "flag"
    event = _written(c, number, Event(action=action, state="open", at=now, user=user, via=via, channel=channel, ts=ts))
    show_review(c, now, post_id)
    return Change(load_reviews(c, [number])[0], event, opened=True)


def perform(c: Connection, now: datetime, review: Review, act: Act) -> Change:
    """Do one thing to a review, in the caller's transaction. It follows the rules alone; see bot.review.RULES."""
    state, why = decide(review, act.action, act.user, act.to)
    if state is None:
        return Change(review, why=why)
    if review.is_closed and rule(act.action, review.state) == "before" and review_of(c, review.post_id):
        return Change(review, why="again")
    event = _written(c, review.id, Event(**vars(act), state=state, at=now))
    left = after(review, event)
    c.execute(update(reviews).where(reviews.c.id == review.id).values({n: getattr(left, n) for n in _STANDING}))
    if left.state != review.state:
        show_review(c, now, review.post_id)
    return Change(left, event)


def review_of(c: Connection, post_id: int) -> Review | None:
    """The review a post is under."""
    number = c.scalar(select(reviews.c.id).where(reviews.c.post_id == post_id, _OPEN))
    return load_reviews(c, [number])[0] if number is not None else None


def _last_of(c: Connection, post_id: int) -> Review | None:
    number = c.scalar(select(func.max(reviews.c.id)).where(reviews.c.post_id == post_id))
    return load_reviews(c, [number])[0] if number is not None else None


def load_reviews(c: Connection, ids: Sequence[int]) -> list[Review]:
    """The reviews of these numbers, in their order, with flags and history."""
    rows = {row.id: row for row in c.execute(select(reviews).where(reviews.c.id.in_(ids)))}
    happened: dict[int, list[Event]] = {}
    query = select(review_events).where(review_events.c.review_id.in_(ids)).order_by(review_events.c.id)
    for row in c.execute(query):
        happened.setdefault(row.review_id, []).append(_event(row))
    flags = _flags(c, ids)
    return [
        Review(
            **rows[number]._mapping,
            flags=flags.get(number, ()),
            history=tuple(happened.get(number, ())),
        )
        for number in ids
        if number in rows
    ]


def _missing(review_id: int) -> list[Review]:
    raise LookupError(f"no review has the number {review_id}")


def _event(row: Any) -> Event:
    return Event(
        id=row.id, action=row.action, state=row.state, at=row.at, user=row.actor, via=row.via, channel=row.channel,
        ts=row.ts, to=row.handed_to, until=row.until, note=row.note, facts=row.facts,
    )  # fmt: skip


def _written(c: Connection, review_id: int, event: Event) -> Event:
    number = add(
        c, review_events, review_id=review_id, at=event.at, actor=event.user, action=event.action, state=event.state,
        via=event.via, channel=event.channel, ts=event.ts, handed_to=event.to, until=event.until, note=event.note,
        facts=dict(event.facts),
    )  # fmt: skip
    return replace(event, id=number)


def _tell(c: Connection, now: datetime, what: str, channel: str, thread_ts: str | None, ids: dict[str, Any]) -> None:
    key = f"review:{ids['review']}:{what}:{channel}:{thread_ts or ''}"
    outbox.write(c, now, key=key, channel=channel, thread_ts=thread_ts, kind=f"review-{what}", ids=ids)


def _told(c: Connection, review_id: int) -> Any:
    letters = outbox_table.c
    opened = letters.key.startswith(f"review:{review_id}:opened:", autoescape=True)
    return c.execute(select(letters.channel, letters.thread_ts).where(opened).order_by(letters.id)).all()


def _note(c: Connection, now: datetime, place: Place, means: Meaning, stands: bool, event_ts: str) -> bool:
    """Write a reaction down; False where a newer one was there, or it says what was known of the open review."""
    here = [reactions.c[name] == value for name, value in place._asdict().items()]
    known = c.execute(select(reactions).where(*here)).first()
    values = {"means": means, "stands": stands, "event_ts": event_ts, "at": now}
    if known is None:
        c.execute(insert(reactions).values(**place._asdict(), **values))
        return stands
    if _moment(event_ts) <= _moment(known.event_ts):
        return False
    since = c.scalar(select(reviews.c.opened_at).where(_OPEN, reviews.c.post_id == place.post_id))
    if known.stands == stands and (not stands or (since is not None and since <= known.at)):
        return False  # a flag that stands since an earlier review counts anew when its button is pressed again
    c.execute(update(reactions).where(*here).values(values))
    return True


def _taken_back(review: Review | None, means: Meaning, place: Place) -> Action | None:
    """What taking a sign away does: nothing where the sign itself did nothing, or something followed."""
    if review is None:
        return None
    if means == "take":
        return "release" if review.owner == place.user else None
    last = steps(review.history)[-1]
    mine = (last.action, last.user, last.channel, last.ts) == ("fixed", place.user, place.channel, place.ts)
    return "undo" if mine else None


def _moment(ts: str) -> tuple[int, int]:
    seconds, _, fraction = ts.partition(".")
    return int(seconds or 0), int((fraction + "000000")[:6])


def _flags(c: Connection, ids: Sequence[int]) -> dict[int, tuple[Flag, ...]]:
    """The flags that stand for these reviews, one a person: those put up while the review was open."""
    mine = and_(
        reactions.c.post_id == reviews.c.post_id,
        reactions.c.at >= reviews.c.opened_at,
        or_(reviews.c.closed_at.is_(None), reactions.c.at <= reviews.c.closed_at),
    )
    query = (
        select(reviews.c.id, reactions.c.user, reactions.c.emoji, reactions.c.at)
        .join(reactions, mine)
        .where(reviews.c.id.in_(ids), reactions.c.stands, reactions.c.means == "flag")
        .order_by(reactions.c.at, reactions.c.user)
    )
    standing: dict[int, dict[str, Flag]] = {}
    for row in c.execute(query):
        standing.setdefault(row.id, {}).setdefault(row.user, Flag(row.user, row.emoji, row.at))
    return {review_id: tuple(by_person.values()) for review_id, by_person in standing.items()}
