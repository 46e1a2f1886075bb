"""A digest as it was decided: the stories that are due for one channel at one slot."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.digests.schedule import Schedule
from bot.domain.findings import Finding
from bot.domain.posts import Post
from bot.domain.readings import Sentence
from bot.domain.tags import Tag

Move = Literal["up", "down", "out", "back"]
"""What can be done to a story of a draft: one place up or down, left out, put back."""
DigestState = Literal["draft", "approved", "sent", "skipped"]
"""draft: waits for somebody's word; approved: has it and waits for its slot; sent: its messages are in the outbox;
skipped: never sent, for nothing was due or a later one took over; what it would have told comes again."""
ReviewMark = Literal["", "open", "fixed"]
"""What an entry says of its post's review: nothing, that one is open, that it had the post fixed since."""
SENTENCES = 2


@dataclass(frozen=True)
class Entry:
    """One story in a digest. `others` counts the story's posts beside the lead; `follow_up` says 続報.

    `corrected_at` is when a digest already sent was last put right here; None where it never was. `instead` is the post
    that tells the story after this one was withdrawn.
    """

    post: Post
    sentences: tuple[Sentence, ...]
    tags: tuple[Tag, ...]
    others: int = 0
    follow_up: bool = False
    review: ReviewMark = ""
    corrected_at: datetime | None = None
    instead: Post | None = None


@dataclass(frozen=True)
class HeldPost:
    """A post that is kept back, with the findings that block it."""

    post: Post
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Removed:
    """A story that somebody left out of a draft, by its lead post."""

    post: Post
    by: str


@dataclass(frozen=True)
class Digest:
    """What a channel is shown at `slot` (aware UTC, the time of the schedule it answers to).

    It takes posts up to `until`, which lies before the slot where a draft is looked at first. `covered` are the numbers
    of all posts that its entries speak for; `left_out` are those over the limit, which do not come back; `held` do once
    nothing blocks them. `removed` were left out by hand. `sources` are well, `failing` ones are not, and one was
    `last_checked` then: that tells on a day with nothing that the desk was awake. `decided_by` is who sent a draft, ""
    for the clock or nobody, and `decided_at` when; `edits` counts the changes to a draft, `edited_by` made the last.
    `id` is None for a preview.
    """

    schedule: Schedule
    slot: datetime
    entries: tuple[Entry, ...]
    held: tuple[HeldPost, ...] = ()
    left_out: tuple[int, ...] = ()
    covered: tuple[int, ...] = ()
    sources: int = 0
    failing: int = 0
    last_checked: datetime | None = None
    until: datetime | None = None
    removed: tuple[Removed, ...] = ()
    id: int | None = field(default=None, compare=False)
    state: DigestState = "sent"
    decided_by: str = ""
    decided_at: datetime | None = None
    edits: int = 0
    edited_by: str = ""
