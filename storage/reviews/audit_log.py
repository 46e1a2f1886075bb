"""Who did what to reviews and digests, and how reviews went."""

from datetime import datetime

from sqlalchemy import func, or_, select

from bot.domain.review_stats import AuditEntry, PersonActivity, ReviewTimeline
from storage.engine import StorePart
from storage.tables import digests, review_events, reviews


class AuditLog(StorePart):
    """The part of the Store that looks back."""

    def entries(self, since: datetime, until: datetime) -> tuple[AuditEntry, ...]:
        """Everything that was done to reviews, and the digests that people sent, from `since` to before `until`, oldest
        first."""
        event = review_events.c
        done = (
            select(review_events, reviews.c.post_id)
            .join(reviews, reviews.c.id == event.review_id)
            .where(event.at >= since, event.at < until)
            .order_by(event.at, event.id)
        )
        sent = select(digests.c.id, digests.c.decided_at, digests.c.decided_by).where(
            digests.c.state == "sent", digests.c.decided_at >= since, digests.c.decided_at < until
        )
        with self.reading() as c:
            logged = [
                AuditEntry(
                    at=row.at, user=row.actor, action=row.action, via=row.via, review=row.review_id, post=row.post_id,
                    state=row.state, to=row.handed_to, until=row.until, note=row.note,
                )
                for row in c.execute(done)
            ]  # fmt: skip
            logged += [AuditEntry(at=row[1], user=row[2], action="send", digest=row[0]) for row in c.execute(sent)]
        return tuple(sorted(logged, key=lambda one: one.at))

    def activity(self, since: datetime) -> tuple[PersonActivity, ...]:
        """What each person did since then, who did most first."""
        event = review_events.c
        decided = (reviews.c.closed_at >= since, reviews.c.state != "withdrawn", reviews.c.decided_by.is_not(None))
        sent = (digests.c.state == "sent", digests.c.decided_at >= since)
        counts = {
            "flagged": select(event.actor, func.count()).where(event.action == "flag", event.at >= since),
            "taken": select(event.actor, func.count()).where(event.action == "take", event.at >= since),
            "decided": select(reviews.c.decided_by, func.count()).where(*decided),
            "sent": select(digests.c.decided_by, func.count()).where(*sent),
        }
        told: dict[str, dict[str, int]] = {}
        with self.reading() as c:
            for deed, query in counts.items():
                for row in c.execute(query.group_by(query.selected_columns[0])):
                    told.setdefault(row[0], {})[deed] = row[1]
        every = (PersonActivity(user, **done) for user, done in told.items() if user)
        return tuple(sorted(every, key=lambda d: (-d.flagged - d.taken - d.decided - d.sent, d.user)))

    def timelines(self, since: datetime) -> tuple[ReviewTimeline, ...]:
        """How the reviews went that were opened or closed since then, and those that are open."""
        taken = (
            select(review_events.c.review_id, func.min(review_events.c.at).label("at"))
            .where(review_events.c.action.in_(("take", "hand over", "snooze")))
            .group_by(review_events.c.review_id)
            .subquery()
        )
        query = (
            select(reviews.c.opened_at, taken.c.at, reviews.c.closed_at, reviews.c.state)
            .outerjoin(taken, taken.c.review_id == reviews.c.id)
            .where(or_(reviews.c.closed_at.is_(None), reviews.c.closed_at >= since))
            .order_by(reviews.c.id)
        )
        with self.reading() as c:
            return tuple(ReviewTimeline(*row) for row in c.execute(query))
