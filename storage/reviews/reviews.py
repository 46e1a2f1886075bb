"""Reviews: opened by flags and by the checks, changed by what people do, with their history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.domain.findings import Finding
from bot.domain.outbox import NotificationSettings
from bot.domain.posts import Post
from bot.domain.readings import Reading
from bot.domain.review_announcements import FlagPlace
from bot.domain.reviews import (
    Action,
    Outcome,
    Review,
    ReviewCommand,
    ReviewEvent,
    after,
    decide,
    is_fixed,
    rule,
)
from storage.engine import StorePart, add
from storage.locks import Lock, serialise
from storage.mapping import load_findings, load_posts, load_readings, post_query, to_post
from storage.reviews import announcements
from storage.slack.digest_corrections import show_review
from storage.slack.events import once
from storage.tables import posts, review_events, reviews

_OPEN = reviews.c.closed_at.is_(None)
_STANDING = ("state", "owner", "taken_at", "snoozed_until", "decision", "decided_by", "closed_at")


class ReviewStore(StorePart):
    """The part of the Store that follows reviews."""

    def act(self, review_id: int, act: ReviewCommand, event_id: str = "") -> Outcome | None:
        """Do to a review what somebody asked for, by bot.domain.reviews.RULES. Return None if this event was processed
        before; an outcome without an event says why nothing happened. Raises LookupError if no review has the number.
        """
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            if not once(c, event_id, now):
                return None
            (review,) = load_reviews(c, [review_id]) or _missing(review_id)
            return perform(c, now, self.notifications, review, act)

    def current(self, post_id: int) -> Review | None:
        """Return the open review of a post; None if it has none."""
        with self.reading() as c:
            return review_of(c, post_id)

    def get(self, review_id: int) -> Review | None:
        """Return a review; None if no review has the number."""
        with self.reading() as c:
            return next(iter(load_reviews(c, [review_id])), None)

    def with_post(self, review_id: int) -> tuple[Review, Post, Reading] | None:
        """Return a review with its post; None if no review has the number."""
        with self.reading() as c:
            return _with_post(c, review_id)

    def card(self, review_id: int) -> tuple[Review, Post, Reading, tuple[Post, ...]] | None:
        """Return a review, its post, and the other posts of the story, newest first; None if there is none."""
        with self.reading() as c:
            found = _with_post(c, review_id)
            if found is None:
                return None
            return *found, _others(c, found[1])


def opened(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    post_id: int,
    act: ReviewCommand,
    flagged_at: FlagPlace | None = None,
) -> Outcome:
    """Open a review of a post that has none, in the caller's transaction, and announce it. `flagged_at` is None
    if nobody flagged it."""
    values = {"opened_at": now, "opened_by": act.user, "opened_via": act.via}
    number = add(c, reviews, post_id=post_id, state="open", **values)
    event = _written(c, number, ReviewEvent(**vars(act), state="open", at=now))
    change = Outcome(load_reviews(c, [number])[0], event, opened=True)
    show_review(c, now, post_id)
    announcements.announce(c, now, notifications, change, flagged_at, moved=True)
    return change


def perform(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    review: Review,
    act: ReviewCommand,
    flagged_at: FlagPlace | None = None,
) -> Outcome:
    """Do one thing to a review by bot.domain.reviews.RULES, in the caller's transaction, and announce it."""
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
    announcements.announce(c, now, notifications, change, flagged_at, moved=moved)
    return change


def checked(
    c: Connection, now: datetime, notifications: NotificationSettings, post_id: int, found: Sequence[Finding]
) -> bool:
    """Follow new or more severe findings in a post: if one of them blocks, open a review or add to the history of the
    open one. Return whether the post is under review, so that the card tells of them."""
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
    """Follow posts that were edited or withdrawn: their open reviews record it, and the cards of all their reviews show
    it. `before` has the findings that were active in each edited post."""
    serialise(c, Lock.REVIEWS)
    for post_id in (*before, *withdrawn):
        announcements.refresh_post(c, now, post_id)
    for post_id in withdrawn:
        if review := review_of(c, post_id):
            perform(c, now, notifications, review, ReviewCommand(action="removal", user="", via="source"))
    under = {i: review for i in before if (review := review_of(c, i))}
    standing, found = load_findings(c, under), load_posts(c, under)
    for post_id, review in under.items():
        left = standing.get(post_id, ())
        gone = {(f.rule, f.quote) for f in before[post_id]} - {(f.rule, f.quote) for f in left}
        facts = {"revision": found[post_id].revision, "gone": len(gone), "left": len(left)}
        action: Action = "mending" if is_fixed(len(gone), left) else "revision"
        perform(c, now, notifications, review, ReviewCommand(action=action, user="", via="source", facts=facts))


def review_of(c: Connection, post_id: int) -> Review | None:
    """Return the open review of a post; None if it has none."""
    number = c.scalar(select(reviews.c.id).where(reviews.c.post_id == post_id, _OPEN))
    return load_reviews(c, [number])[0] if number is not None else None


def last_of(c: Connection, post_id: int) -> Review | None:
    """Return the newest review of a post, open or closed; None if it never had one."""
    number = c.scalar(select(func.max(reviews.c.id)).where(reviews.c.post_id == post_id))
    return load_reviews(c, [number])[0] if number is not None else None


def load_reviews(c: Connection, ids: Sequence[int]) -> list[Review]:
    """Return the reviews with these numbers, in their order, with flags and history."""
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


def _with_post(c: Connection, review_id: int) -> tuple[Review, Post, Reading] | None:
    review = next(iter(load_reviews(c, [review_id])), None)
    if review is None:
        return None
    found, read = load_posts(c, [review.post_id]), load_readings(c, [review.post_id])
    return review, found[review.post_id], read[review.post_id]


def _others(c: Connection, post: Post) -> tuple[Post, ...]:
    """Return the other posts of a post's story that are not withdrawn, newest first."""
    if post.story_id is None:
        return ()
    others = post_query().where(
        posts.c.story_id == post.story_id, posts.c.withdrawn_at.is_(None), posts.c.id != post.id
    )
    return tuple(map(to_post, c.execute(others.order_by(posts.c.published_at.desc(), posts.c.id))))
