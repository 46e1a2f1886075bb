"""Everything the bot is about to say by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.reviews import ReviewState


@dataclass(frozen=True)
class NotificationSettings:
    """What a store tells and shows by itself.

    New findings and the cards of reviews go to `channel`; where it is empty findings go nowhere, and a card to where
    its post was flagged. Findings that block open a review where `opens_reviews`. `marks` are the emoji that show a
    review's state under the messages that show its post; a state without one is not shown.
    """

    channel: str = ""
    opens_reviews: bool = False
    marks: Mapping[ReviewState, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OutboxMessage:
    """One thing the bot is about to say by itself: a message to be posted, one to be edited, or a reaction.

    `key` is unique for ever and travels in the message's metadata. `channel` may be a person: their direct messages.
    `thread_ts` is where it is posted, None for the channel itself. `edits` is the ts of the message that is to show
    what the store says now; None where a new one is posted. A reaction has the kind REACTION and its `ids` are `ts`,
    `emoji` and whether it `stands`. `doubtful` means that an earlier try may have reached Slack: look before posting,
    among what the channel was told from `since` on. `rested` are the seconds since the channel was last told anything,
    by whichever sender; None for never.
    """

    id: int
    key: str
    channel: str
    thread_ts: str | None
    kind: str
    ids: Mapping[str, Any]
    attempts: int
    doubtful: bool
    since: datetime
    edits: str | None = None
    rested: float | None = None


REACTION, GIVEN_UP = "reaction", "given-up"
