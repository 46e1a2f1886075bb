"""What a review has the bot say and show, written in the transaction that changed it."""

from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection, select

from bot.domain.outbox import NotificationSettings
from bot.domain.outbox_messages import NewMessage, ReviewCardMessage, ReviewNotice, card_key, review_key
from bot.domain.review_announcements import CardEdit, CardPlace, FlagPlace, StateMark, announcements
from bot.domain.reviews import Outcome
from storage.locks import Lock, serialise
from storage.slack import outbox
from storage.slack.events import messages_of
from storage.tables import outbox as messages
from storage.tables import reviews


def announce(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    change: Outcome,
    flagged_at: FlagPlace | None,
    *,
    moved: bool,
) -> None:
    """Write what bot.domain.review_announcements says about a change; `moved` if the review is in another state than
    before. `flagged_at` is None if the change is no flag."""
    if change.event is None:
        return
    card = _card_place(c, change.review.id)
    for each in announcements(change, moved=moved, card=card, flagged_at=flagged_at, settings=notifications):
        match each:
            case NewMessage():
                outbox.add(c, now, each)
            case CardEdit(review_id):
                refresh(c, now, review_id)
            case StateMark(post_id, state):
                for channel, ts in messages_of(c, post_id):
                    outbox.mark(c, now, notifications, channel, ts, state)
            case _:
                assert_never(each)


def refresh(c: Connection, now: datetime, review_id: int) -> None:
    """Edit the card, and the lines where the post was flagged, so that they show what the store says now."""
    of_review = messages.c.key.startswith(review_key(review_id) + ":", autoescape=True)
    kinds = (ReviewCardMessage.kind, ReviewNotice.kind)
    shown = select(messages.c.key).where(of_review, messages.c.kind.in_(kinds), messages.c.edits.is_(None))
    for key in sorted(c.scalars(shown)):  # sorted here: SQLite would leave the index of kinds for an order
        outbox.refresh(c, now, key)


def refresh_post(c: Connection, now: datetime, post_id: int) -> None:
    """Edit the cards of every review of a post, since what they show of it has changed."""
    numbers = c.scalars(select(reviews.c.id).where(reviews.c.post_id == post_id).order_by(reviews.c.id)).all()
    if numbers:
        serialise(c, Lock.REVIEWS)
    for number in numbers:
        refresh(c, now, number)


def _card_place(c: Connection, review_id: int) -> CardPlace | None:
    row = c.execute(select(messages).where(messages.c.key == card_key(review_id))).first()
    return None if row is None else CardPlace(row.channel, row.thread_ts, row.ts, failed=row.state == "failed")
