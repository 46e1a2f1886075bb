"""What a review has the bot say and show, decided in the transaction that changed it.

One card for each review, in the review channel or else where the post was flagged, and the history in its thread. A
line where the post was flagged. A DM to whom the review was handed. The state, as the bot's own reaction.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.outbox import NotificationSettings
from bot.domain.reviews import Outcome, ReviewEvent
from storage.locks import Lock, serialise
from storage.slack import outbox
from storage.slack.events import messages_of
from storage.tables import outbox as letters
from storage.tables import reviews

_TOLD = ("take", "hand over", "release", "snooze", "wake", "fixed", "fine", "dismiss", "note", "undo", "revision",
         "mending", "removal")  # fmt: skip
"""What the thread of the card tells, a line each. The card itself tells who flagged."""


def announce(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    change: Outcome,
    at: Mapping[str, str] | None,
    *,
    moved: bool,
) -> None:
    """Say and show what has changed; `moved` where the review is in another state than before.

    `at` is where a flag was put up: its `channel`, and its `thread` where the message has one, empty for a channel
    itself. Nothing where nothing changed.
    """
    event, review_id = change.event, change.review.id
    if event is None:
        return
    begun = _begin(c, now, notifications, review_id, at)
    if at and at["thread"]:
        _notice(c, now, review_id, event, at)
    if not begun:
        refresh(c, now, review_id)
        if event.action in _TOLD or change.withdrawn:
            _line(c, now, review_id, event)
    if event.action == "hand over" and event.to != event.user:
        key, ids = f"review:{review_id}:handed:{event.id}", {"review": review_id, "event": event.id}
        outbox.write(c, now, key=key, channel=event.to, kind="review-handed", ids=ids)
    if moved:  # else its post may be under another review by now
        for channel, ts in messages_of(c, change.review.post_id):
            outbox.mark(c, now, notifications, channel, ts, event.state)


def refresh(c: Connection, now: datetime, review_id: int) -> None:
    """Let the card, and the lines where the post was flagged, show what the store says now."""
    of_it = letters.c.key.startswith(f"review:{review_id}:", autoescape=True)
    shown = select(letters.c.key).where(
        of_it, letters.c.kind.in_(("review-card", "review-notice")), letters.c.edits.is_(None)
    )
    for key in sorted(c.scalars(shown)):  # sorted here: SQLite would leave the index of kinds for an order
        outbox.refresh(c, now, key)


def refresh_post(c: Connection, now: datetime, post_id: int) -> None:
    """The same for every review of a post: what their cards show of it has changed."""
    numbers = c.scalars(select(reviews.c.id).where(reviews.c.post_id == post_id).order_by(reviews.c.id)).all()
    if numbers:
        serialise(c, Lock.REVIEWS)
    for number in numbers:
        refresh(c, now, number)


def _begin(
    c: Connection, now: datetime, notifications: NotificationSettings, review_id: int, at: Mapping[str, str] | None
) -> bool:
    """Write the card where there is none yet and it has a place; whether it did."""
    if not notifications.channel and not at:
        return False
    channel, thread = (notifications.channel, "") if notifications.channel or not at else (at["channel"], at["thread"])
    key, ids = f"review:{review_id}:card", {"review": review_id}
    return outbox.write(c, now, key=key, channel=channel, thread_ts=thread or None, kind="review-card", ids=ids)


def _notice(c: Connection, now: datetime, review_id: int, event: ReviewEvent, at: Mapping[str, str]) -> None:
    """Tell a thread once that its post is under review, unless the card stands in it or above it."""
    card = c.execute(select(letters).where(letters.c.key == f"review:{review_id}:card")).one()
    if card.channel == at["channel"] and at["thread"] in (card.thread_ts, card.ts):
        return
    key = f"review:{review_id}:notice:{at['channel']}:{at['thread']}"
    ids = {"review": review_id, "user": event.user}
    outbox.write(c, now, key=key, channel=at["channel"], thread_ts=at["thread"], kind="review-notice", ids=ids)


def _line(c: Connection, now: datetime, review_id: int, event: ReviewEvent) -> None:
    """Tell the card's thread what happened."""
    card = c.execute(select(letters).where(letters.c.key == f"review:{review_id}:card")).first()
    if card is None or card.state == "failed":  # a reply to what never came would wait for ever
        return
    where = {"thread_ts": card.thread_ts} if card.thread_ts else {"parent_key": card.key}
    key, ids = f"review:{review_id}:line:{event.id}", {"review": review_id, "event": event.id}
    outbox.write(c, now, key=key, channel=card.channel, kind="review-line", ids=ids, **where)
