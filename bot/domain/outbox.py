"""The outbox as the sender sees it: rows that it claims, each with the message or reaction that it carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from bot.domain.outbox_messages import AnyMessage, Payload
from bot.domain.reviews import ReviewState


@dataclass(frozen=True)
class NotificationSettings:
    """What a store announces and shows by itself.

    New findings and the cards of reviews go to `channel`. If it is empty, findings go nowhere, and a card goes to where
    its post was flagged. Findings that block open a review if `opens_reviews`. `marks` are the emoji that show a
    review's state under the messages that show its post; a state without one is not shown.
    """

    channel: str = ""
    opens_reviews: bool = False
    marks: Mapping[ReviewState, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OwnReaction(Payload, kind="reaction"):
    """The bot's own emoji under the message at `ts`: put up if it `stands`, else taken away."""

    ts: str
    emoji: str
    stands: bool


@dataclass(frozen=True)
class UnknownMessage:
    """What a row carries that this version cannot read: a newer one wrote it."""

    kind: str
    ids: Mapping[str, Any]


@dataclass(frozen=True)
class OutboxMessage:
    """A claimed row of the outbox: a message to be posted, one to be edited, or a reaction.

    `key` is unique and travels in the message's metadata. `channel` may be a person: their direct messages. `thread_ts`
    is where it is posted, None for the channel itself. `edits_ts` is the message that is to show what the store says
    now; None if a new one is posted. `delivery_unknown` means that an earlier try may have reached Slack: look before
    posting, among what the channel got from `since` on. `since_last_send` are the seconds since any sender last sent
    something to the channel; None for never.
    """

    id: int
    key: str
    channel: str
    thread_ts: str | None
    payload: AnyMessage | OwnReaction | UnknownMessage
    attempts: int
    delivery_unknown: bool
    since: datetime
    edits_ts: str | None = None
    since_last_send: float | None = None

    @property
    def is_post(self) -> bool:
        """Whether it is a message of its own: neither an edit nor a reaction."""
        return self.edits_ts is None and not isinstance(self.payload, OwnReaction)


_TYPES: Mapping[str, Any] = {each.kind: each for each in (*get_args(AnyMessage), OwnReaction)}


def read_payload(kind: str, ids: Mapping[str, Any]) -> AnyMessage | OwnReaction | UnknownMessage:
    """Return what a stored row carries."""
    try:
        found: AnyMessage | OwnReaction = _TYPES[kind].from_json(ids)
    except (KeyError, TypeError, ValueError):
        return UnknownMessage(kind, ids)
    return found
