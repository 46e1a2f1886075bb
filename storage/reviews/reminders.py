"""What the morning brings: who is reminded of which reviews, and what is handed over. Snoozes that end."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from bot.domain.outbox_messages import HandoverMessage, ReviewReminder, ReviewWoken, reminders_key
from bot.domain.review_query import NAMED, ReviewFilter, ReviewPage
from bot.domain.review_stats import Handover
from bot.domain.reviews import ReviewCommand
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.reviews.queue import listed, queued
from storage.reviews.reviews import load_reviews, perform
from storage.slack import outbox
from storage.slack.events import once
from storage.tables import events, review_events, reviews


class ReminderStore(StorePart):
    """The part of the Store that reminds."""

    def wake(self) -> int:
        """End the snoozes that are over, and return how many."""
        due = select(reviews.c.id).where(reviews.c.state == "snoozed", reviews.c.snoozed_until <= self.now())
        with self.reading() as c:
            if c.scalar(due.limit(1)) is None:
                return 0  # as at nearly every tick: nobody waits for the right to write
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            woken = load_reviews(c, list(c.scalars(due.order_by(reviews.c.id))))
            for review in woken:
                perform(c, now, self.notifications, review, ReviewCommand(action="wake", user="", via="clock"))
                if review.owner and review.snoozed_until:
                    outbox.add(c, now, ReviewWoken(review.id).to(review.owner, review.snoozed_until))
            return len(woken)

    def remind(self, day: str, since: datetime, channel: str) -> bool:
        """Decide the reminders of a day: each owner is told what they have in work, the channel (where there is one)
        what became of the reviews since then and which nobody has. False where that day's were decided before."""
        claim = reminders_key(day)
        with self.reading() as c:
            if c.scalar(select(events.c.event_id).where(events.c.event_id == claim)):
                return False
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            if not once(c, claim, now):
                return False
            told = _handover(c, since, now)
            if channel and not told.is_quiet:
                outbox.add(c, now, HandoverMessage(since, now).to(channel, day))
            for owner in told.owned:
                outbox.add(c, now, ReviewReminder(owner).to(day))
            return True

    def handover(self, since: datetime, until: datetime) -> Handover:
        """What became of the reviews in that time, and what is left now."""
        with self.reading() as c:
            return _handover(c, since, until)


def _handover(c: Connection, since: datetime, until: datetime) -> Handover:
    opened = select(reviews.c.opened_via).where(reviews.c.opened_at >= since, reviews.c.opened_at < until)
    via = Counter(c.scalars(opened))
    took = select(review_events.c.actor, func.count(func.distinct(review_events.c.review_id))).where(
        review_events.c.action == "take", review_events.c.at >= since, review_events.c.at < until
    )
    closed = select(reviews.c.id).where(reviews.c.closed_at >= since, reviews.c.closed_at < until)
    in_work = select(reviews.c.owner, func.count()).where(reviews.c.state == "taken", reviews.c.owner.is_not(None))
    snoozed = select(func.count()).where(reviews.c.state == "snoozed")
    return Handover(
        since=since,
        until=until,
        opened=via.total(),
        by_checks=via["checks"],
        taken=_by_person(c, took, review_events.c.actor),
        closed=_some(c, list(c.scalars(closed.order_by(reviews.c.closed_at, reviews.c.id)))),
        owned=_by_person(c, in_work, reviews.c.owner),
        unowned=_some(c, listed(c, ReviewFilter(states=("open",)), until)),
        snoozed=c.scalar(snoozed) or 0,
    )


def _by_person(c: Connection, counts: Select[Any], person: ColumnElement[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in c.execute(counts.group_by(person).order_by(person))}


def _some(c: Connection, numbers: list[int]) -> ReviewPage:
    return ReviewPage("", len(numbers), 0, queued(c, numbers[:NAMED]))
