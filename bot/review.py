"""A review: one post under review, from the flag that opened it to its end. Pure rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["open", "withdrawn"]


@dataclass(frozen=True)
class Flag:
    """One person's standing flag on a post. `emoji` is without colons and skin tone; "button" for a pressed button."""

    user: str
    emoji: str
    at: datetime


@dataclass(frozen=True)
class Review:
    """A post under review. `flags` are those that stand now, one a person, oldest first."""

    id: int
    post_id: int
    state: State
    opened_at: datetime
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Change:
    """What a flag did to a review: `review` after it, and whether it was opened or withdrawn by this very flag."""

    review: Review
    opened: bool = False
    withdrawn: bool = False


def state_after(state: State | None, flags: int) -> State | None:
    """The state of a post's review once `flags` flags stand: the first flag opens, the last one removed withdraws.

    None is a post that has no open review.
    """
    if flags:
        return "open"
    return "withdrawn" if state == "open" else state


def emoji_name(reaction: str) -> str:
    """The emoji of a reaction without colons and skin tone: `+1::skin-tone-3` and `:+1:` are `+1`."""
    return reaction.strip(":").split("::")[0]
