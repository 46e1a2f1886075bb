"""A digest as decided: the stories that are due for one channel at one slot."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.digests.schedule import Schedule
from bot.domain.findings import Finding
from bot.domain.posts import Post
from bot.domain.readings import Sentence
from bot.domain.tags import Tag

Move = Literal["up", "down", "out", "back"]
"""Changes to a story of a draft: one place up or down, out of the draft, back into it."""
DigestState = Literal["draft", "approved", "sent", "skipped"]
"""draft: waits for approval; approved: waits for its slot; sent: its messages are in the outbox; skipped: never sent,
because nothing was due or a later one took over; its posts come again."""
ReviewMark = Literal["", "open", "fixed"]
"""The review mark of an entry: none, a review is open, or a review since then resolved the post as fixed."""
SENTENCES = 2


@dataclass(frozen=True)
class Entry:
    """One story in a digest. `others` counts the story's posts besides the lead; `follow_up` marks it 続報.

    `corrected_at` is the time of the last correction to a sent digest, None if there was none. `instead` is the post
    that represents the story after this one was withdrawn.
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
    """A post that is held back, with its blocking findings."""

    post: Post
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Removed:
    """A story that somebody removed from a draft, by its lead post."""

    post: Post
    by: str


@dataclass(frozen=True)
class Digest:
    """The digest of a channel at `slot` (aware UTC, a time of its schedule).

    It covers posts up to `until`, which is before the slot if there is a draft. `covered` are the numbers of all posts
    that its entries represent; `left_out` are those over the limit, which do not come back; `held` come back once
    nothing blocks them. `removed` were taken out by hand. `sources` counts the healthy sources, `failing` the others,
    and `last_checked` is the last poll: on a day without news they show that the bot was running. `decided_by` is the
    person who sent a draft, "" for the clock or nobody, and `decided_at` the time; `edits` counts the changes to a
    draft, `edited_by` made the last. `id` is None for a preview.
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
