"""What the bot says and shows after a review has changed. Decided here, purely; written by the store.

One card for each review, in the review channel or else where the post was flagged, and the history in its thread. A
line where the post was flagged. A DM to the person that the review was handed to. The state, as the bot's own reaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.outbox import NotificationSettings
from bot.domain.outbox_messages import NewMessage, ReviewCardMessage, ReviewHandedOver, ReviewLine, ReviewNotice
from bot.domain.reviews import Action, Outcome, ReviewEvent, ReviewState

IN_THREAD: tuple[Action, ...] = (
    "take", "hand over", "release", "snooze", "wake", "fixed", "fine", "dismiss", "note", "undo", "revision",
    "mending", "removal",
)  # fmt: skip
"""Actions that get a line in the card's thread. The card itself says who flagged."""


@dataclass(frozen=True)
class FlagPlace:
    """Where a flag was put up; `thread_ts` is None for the channel itself."""

    channel: str
    thread_ts: str | None = None


@dataclass(frozen=True)
class CardPlace:
    """Where a review's card is written to. `thread_ts` is the thread that it is a reply in, None for the channel
    itself; `ts` is None while it is not posted yet. `failed` if it was given up."""

    channel: str
    thread_ts: str | None = None
    ts: str | None = None
    failed: bool = False


@dataclass(frozen=True)
class CardEdit:
    """The review's card, and its lines where the post was flagged, are to show what the store says now."""

    review_id: int


@dataclass(frozen=True)
class StateMark:
    """The messages that show the post are to bear the emoji of this state."""

    post_id: int
    state: ReviewState


Announcement = NewMessage | CardEdit | StateMark


def announcements(
    outcome: Outcome,
    *,
    moved: bool,
    card: CardPlace | None,
    flagged_at: FlagPlace | None,
    settings: NotificationSettings,
) -> tuple[Announcement, ...]:
    """Return what to write, in its order; nothing if nothing changed.

    `moved` if the review is in another state than before. `card` is None if no card was written yet.
    """
    if outcome.event is None:
        return ()
    return tuple(_announced(outcome, outcome.event, moved, card, flagged_at, settings))


def _announced(
    outcome: Outcome,
    event: ReviewEvent,
    moved: bool,
    card: CardPlace | None,
    flagged_at: FlagPlace | None,
    settings: NotificationSettings,
) -> Iterator[Announcement]:
    review = outcome.review
    new_card = _new_card_place(flagged_at, settings) if card is None else None
    if new_card:
        yield ReviewCardMessage(review.id).to(new_card.channel, new_card.thread_ts)
    place = card or new_card
    if flagged_at and flagged_at.thread_ts and place and not _is_in_thread(place, flagged_at):
        yield ReviewNotice(review.id, event.user).to(flagged_at.channel, flagged_at.thread_ts)
    if not new_card:
        yield CardEdit(review.id)
    if card and not card.failed and (event.action in IN_THREAD or outcome.withdrawn):  # else it would wait for its card
        yield ReviewLine(review.id, event.id).to(card.channel, card.thread_ts)
    if event.action == "hand over" and event.to != event.user:
        yield ReviewHandedOver(review.id, event.id).to(event.to)
    if moved:  # else its post may be under another review by now
        yield StateMark(review.post_id, event.state)


def _new_card_place(flagged_at: FlagPlace | None, settings: NotificationSettings) -> CardPlace | None:
    if settings.channel:
        return CardPlace(settings.channel)
    return CardPlace(flagged_at.channel, flagged_at.thread_ts) if flagged_at else None


def _is_in_thread(card: CardPlace, flagged_at: FlagPlace) -> bool:
    """Whether the card stands in the thread of the flag, or above it."""
    return card.channel == flagged_at.channel and flagged_at.thread_ts in (card.thread_ts, card.ts)
