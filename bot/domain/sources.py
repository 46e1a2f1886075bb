"""A source: where posts come from, how often it is polled, and its health."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["jekyll", "git", "feed", "page", "link", "file", "paste"]
SourceState = Literal["active", "paused", "failing", "gone", "removed"]

EVERY: dict[Kind, timedelta] = {
    "jekyll": timedelta(minutes=1),
    "git": timedelta(minutes=5),
    "feed": timedelta(minutes=15),
    "page": timedelta(hours=1),
}
"""How often each kind is polled while it is healthy. Posts shared in Slack arrive without polling."""
LEASE = timedelta(minutes=5)
"""How long one clock's claim on a source lasts before another may take over; a long poll renews it."""
PATIENCE = 3
"""Consecutive failures from which a source counts as failing: a single 503 is not reported."""
SHARED: tuple[Kind, ...] = ("link", "file", "paste")
"""Kinds that people share in Slack; they are not polled."""
_RANKS: tuple[tuple[Kind, ...], ...] = (SHARED, ("page",), ("feed",), ("jekyll", "git"))


@dataclass(frozen=True, kw_only=True)
class Source:
    """A source of posts. Its number never changes.

    `location` is a folder, a URL (of a git repository with `#branch`), or `slack`. `next_poll_at` is None if the clock
    does not poll it. `failures` counts consecutive failures, `error` is the last one in words. `posts` and `aside`
    count its current posts and the rejected ones. `claimed_until` is the end of this clock's claim.
    """

    id: int
    kind: Kind
    location: str
    name: str
    state: SourceState = "active"
    every: timedelta = timedelta(0)
    first_contact_at: datetime | None = None
    checked_at: datetime | None = None
    succeeded_at: datetime | None = None
    last_post_at: datetime | None = None
    failures: int = 0
    error: str = ""
    next_poll_at: datetime | None = None
    etag: str = ""
    modified: str = ""
    added_by: str = ""
    claimed_until: datetime | None = None
    posts: int = 0
    aside: int = 0

    @property
    def polled(self) -> bool:
        """Whether the clock polls it, now or once it is resumed."""
        return self.kind in EVERY and (self.next_poll_at is not None or self.state in ("paused", "gone"))


@dataclass(frozen=True)
class RejectedEntry:
    """A post of a source that could not be imported: where it is, why, and since when. It is retried only when its text
    changes or somebody asks."""

    source_id: int
    place: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Poll:
    """Result of one poll. `error` is empty if it succeeded; the counts are numbers of posts.

    `gone` means that the server answered that the source no longer exists; `retry_after` is the delay in seconds it
    asks for. `etag` and `modified` are for the next request; `moved_to` is the new URL after a permanent redirect.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    aside: int = 0
    error: str = ""
    gone: bool = False
    retry_after: float | None = None
    name: str = ""
    etag: str = ""
    modified: str = ""
    moved_to: str | None = None


def state_after(source: Source, poll: Poll) -> tuple[SourceState, int]:
    """Return the state of a source after a poll, and its consecutive failures."""
    if not poll.error:
        return "active", 0
    failures = source.failures + 1
    if poll.gone:
        return "gone", failures
    return ("failing" if failures >= PATIENCE else source.state), failures


def may_replace(kind: Kind, other: Kind, *, same_source: bool) -> bool:
    """Whether a delivery from one kind of source may edit a post that another brought.

    A post belongs to the kind that has its best text: the file, then a feed, then the page itself, then what people
    share. Two sources of equal rank would take it from each other endlessly, so the first keeps it, except that people
    may edit what was shared.
    """
    if same_source:
        return True
    mine, theirs = _rank(kind), _rank(other)
    return mine > theirs or mine == theirs == 0


def _rank(kind: Kind) -> int:
    return next(rank for rank, kinds in enumerate(_RANKS) if kind in kinds)
