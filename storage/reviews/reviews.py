"""Flags, the reviews they open, and what becomes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from bot.domain.findings import Finding
from bot.domain.outbox import NotificationSettings
from bot.domain.reviews import (
    Action,
    EmojiMeaning,
    Outcome,
    Review,
    ReviewCommand,
    ReviewEvent,
    Via,
    after,
    decide,
    is_fixed,
    rule,
    steps,
)
from storage.engine import StorePart, add
from storage.locks import Lock, serialise
from storage.mapping import load_findings, load_posts
from storage.reviews import announcements
from storage.slack.digest_corrections import show_review
from storage.slack.events import once
from storage.tables import reactions, review_events, reviews

_OPEN = reviews.c.closed_at.is_(None)
_STANDING = ("state", "owner", "taken_at", "snoozed_until", "decision", "decided_by", "closed_at")


class ReactionKey(NamedTuple):
    """Where a reaction stands, whose it is, and the post it is meant for; a button has no `ts`."""

    channel: str
    ts: str
    user: str
    emoji: str
    post_id: int


class ReviewStore(StorePart):
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
    ) -> Outcome | None:
        """Note that a person's flag stands on a post, or no longer does, and open or withdraw its review.

        The flag's place is (channel, ts), a message, or a channel alone for a pressed button; the newest `event_ts` for
        the same place, user, emoji and post decides. Each thread (`thread_ts`, or else the message's own; the channel
        where there is neither) is told once that the review is open, and once when it is withdrawn. Returns None where
        this event was dealt with before or changes nothing.
        """
        place = ReactionKey(channel, ts, user, emoji, post_id)
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            if not once(c, event_id, now) or not _note(c, now, place, "flag", stands, event_ts):
                return None
            review = review_of(c, post_id)
            if not stands and (review is None or _stands_elsewhere(c, review, user, "flag")):
                return None
            at = {"channel": channel, "thread": thread_ts or ts} if stands and channel else None
            last = review is not None and {f.user for f in review.flags} <= {user} and review.opened_via != "checks"
            action: Action = "flag" if stands else "withdraw" if last else "unflag"
            act = ReviewCommand(action=action, user=user, via=via, channel=channel, ts=ts)
            return (
                perform(c, now, self.notifications, review, act, at)
                if review
                else opened(c, now, self.notifications, post_id, act, at)
            )

    def apply_emoji(
        self,
        post_id: int,
        *,
        means: EmojiMeaning,
        user: str,
        emoji: str,
        stands: bool,
        channel: str,
        ts: str,
        event_ts: str,
        event_id: str = "",
    ) -> Outcome | None:
        """Note that a person's sign to take or to resolve stands on a post, or no longer does, and do what it means to
        the review the post is under. Taking one's own sign away takes back what it did: the review is released, or the
        decision undone while nothing followed. The newest `event_ts` decides. Returns None where this event was dealt
        with before, changes nothing, or the post is under no review."""
        place = ReactionKey(channel, ts, user, emoji, post_id)
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            if not once(c, event_id, now) or not _note(c, now, place, means, stands, event_ts):
                return None
            review = review_of(c, post_id) if stands or means == "take" else _last_of(c, post_id)
            if review is None or (not stands and _stands_elsewhere(c, review, user, means)):
                return None
            action = means if stands else _taken_back(review, means, place)
            if action is None:
                return None
            act = ReviewCommand(action=action, user=user, via="emoji", channel=channel, ts=ts)
            return perform(c, now, self.notifications, review, act)

    def act(self, review_id: int, act: ReviewCommand, event_id: str = "") -> Outcome | None:
        """Do to a review what somebody asked for, as bot.domain.reviews.RULES has it; None if this event was dealt
        with before. Who comes second is told in the change why nothing happened. Raises LookupError for a number that
        no review has."""
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            if not once(c, event_id, now):
                return None
            (review,) = load_reviews(c, [review_id]) or _missing(review_id)
            return perform(c, now, self.notifications, review, act)

    def current(self, post_id: int) -> Review | None:
        """The review a post is under; None where it is under none."""
        with self.reading() as c:
            return review_of(c, post_id)

    def get(self, review_id: int) -> Review | None:
        """A review by its number."""
        with self.reading() as c:
            return next(iter(load_reviews(c, [review_id])), None)


def opened(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    post_id: int,
    act: ReviewCommand,
    at: Mapping[str, str] | None = None,
) -> Outcome:
    """Open a review of a post that is under none, in the caller's transaction, and say so. `at` is where the post was
    flagged; see cards.announce."""
    values = {"opened_at": now, "opened_by": act.user, "opened_via": act.via}
    number = add(c, reviews, post_id=post_id, state="open", **values)
    event = _written(c, number, ReviewEvent(**vars(act), state="open", at=now))
    change = Outcome(load_reviews(c, [number])[0], event, opened=True)
    show_review(c, now, post_id)
    announcements.announce(c, now, notifications, change, at, moved=True)
    return change


def perform(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    review: Review,
    act: ReviewCommand,
    at: Mapping[str, str] | None = None,
) -> Outcome:
    """Do one thing to a review, in the caller's transaction, and say so. It follows the rules alone; see
    bot.domain.reviews.RULES."""
    state, why = decide(review, act.action, act.user, act.to)
    if state is None:
        return Outcome(review, why=why)
    if review.is_closed and rule(act.action, review.state) == "before" and review_of(c, review.post_id):
        return Outcome(review, why="again")
    event = _written(c, review.id, ReviewEvent(**vars(act), state=state, at=now))
    change = Outcome(after(review, event), event)
    values = {name: getattr(change.review, name) for name in _STANDING}
    c.execute(update(reviews).where(reviews.c.id == review.id).values(values))
    moved = state != review.state
    if moved:
        show_review(c, now, review.post_id)
    announcements.announce(c, now, notifications, change, at, moved=moved)
    return change


def checked(
    c: Connection, now: datetime, notifications: NotificationSettings, post_id: int, found: Sequence[Finding]
) -> bool:
    """New or worse findings came to stand in a post. Where one of them blocks, they open a review of it, or are written
    into the history of the one it is under; whether its card tells of them, since it is under review."""
    serialise(c, Lock.REVIEWS)
    review = review_of(c, post_id)
    if any(finding.severity == "block" for finding in found):
        act = ReviewCommand(action="check", user="", via="checks")
        if review is not None:
            perform(c, now, notifications, review, act)
        elif notifications.opens_reviews:
            opened(c, now, notifications, post_id, act)
            return True
    elif review is not None:
        announcements.refresh(c, now, review.id)
    return review is not None


def follow(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    *,
    before: Mapping[int, Sequence[Finding]] = MappingProxyType({}),
    withdrawn: Sequence[int] = (),
) -> None:
    """Posts were edited, `before` has the findings that stood in each of them, or are gone: the reviews they are under
    tell of it, and the cards of all their reviews show it."""
    serialise(c, Lock.REVIEWS)
    for post_id in (*before, *withdrawn):
        announcements.refresh_post(c, now, post_id)
    for post_id in withdrawn:
        if review := review_of(c, post_id):
            perform(c, now, notifications, review, ReviewCommand(action="removal", user="", via="source"))
    under = {i: review for i in before if (review := review_of(c, i))}
    standing, posts = load_findings(c, under), load_posts(c, under)
    for post_id, review in under.items():
        left = standing.get(post_id, ())
        gone = {(f.rule, f.quote) for f in before[post_id]} - {(f.rule, f.quote) for f in left}
        facts = {"revision": posts[post_id].revision, "gone": len(gone), "left": len(left)}
        action: Action = "mending" if is_fixed(len(gone), left) else "revision"
        perform(c, now, notifications, review, ReviewCommand(action=action, user="", via="source", facts=facts))


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
    happened: dict[int, list[ReviewEvent]] = {}
    query = select(review_events).where(review_events.c.review_id.in_(ids)).order_by(review_events.c.id)
    for row in c.execute(query):
        happened.setdefault(row.review_id, []).append(_event(row))
    return [
        Review(
            **rows[number]._mapping,
            history=tuple(happened.get(number, ())),
        )
        for number in ids
        if number in rows
    ]


def _missing(review_id: int) -> list[Review]:
    raise LookupError(f"no review has the number {review_id}")


def _event(row: Any) -> ReviewEvent:
    return ReviewEvent(
        id=row.id, action=row.action, state=row.state, at=row.at, user=row.actor, via=row.via, channel=row.channel,
        ts=row.ts, to=row.handed_to, until=row.until, note=row.note, facts=row.facts,
    )  # fmt: skip


def _written(c: Connection, review_id: int, event: ReviewEvent) -> ReviewEvent:
    number = add(
        c, review_events, review_id=review_id, at=event.at, actor=event.user, action=event.action, state=event.state,
        via=event.via, channel=event.channel, ts=event.ts, handed_to=event.to, until=event.until, note=event.note,
        facts=dict(event.facts),
    )  # fmt: skip
    return replace(event, id=number)


def _note(c: Connection, now: datetime, place: ReactionKey, means: EmojiMeaning, stands: bool, event_ts: str) -> bool:
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
    # a flag that stands since an earlier review counts anew when its button is pressed again
    changed = known.stands != stands or (stands and (since is None or since > known.at))
    c.execute(update(reactions).where(*here).values(values if changed else {"event_ts": event_ts}))
    return bool(changed)


def _taken_back(review: Review, means: EmojiMeaning, place: ReactionKey) -> Action | None:
    """What taking a sign away does: nothing where the sign itself did nothing, or something followed."""
    if means == "take":
        return "release" if review.owner == place.user else None
    last = steps(review.history)[-1]
    return "undo" if (last.action, last.user, last.via) == ("fixed", place.user, "emoji") else None


def _stands_elsewhere(c: Connection, review: Review, user: str, means: EmojiMeaning) -> bool:
    """Whether this person says the same of the post in another place, or in another skin tone."""
    theirs = select(reactions.c.ts).where(
        reactions.c.post_id == review.post_id,
        reactions.c.user == user,
        reactions.c.means == means,
        reactions.c.stands,
        reactions.c.at >= review.opened_at,
    )
    return c.execute(theirs.limit(1)).first() is not None


def _moment(ts: str) -> tuple[int, int]:
    seconds, _, fraction = ts.partition(".")
    return int(seconds or 0), int((fraction + "000000")[:6])
