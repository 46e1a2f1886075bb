"""A source: where posts come from, how often it is looked at, and how it is doing."""

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
"""How often each kind is looked at while all is well. What people share in Slack comes by itself."""
LEASE = timedelta(minutes=5)
"""How long a clock may be busy with a source before another may take it over; it asks for more as it goes on."""
PATIENCE = 3
"""Failures in a row from which on a source counts as failing: a single 503 is no news."""
SHARED: tuple[Kind, ...] = ("link", "file", "paste")
"""What people share in Slack; it comes by itself."""
_RANKS: tuple[tuple[Kind, ...], ...] = (SHARED, ("page",), ("feed",), ("jekyll", "git"))


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place that posts come from. Its number never changes.

    `location` is a folder, an address (of a git repository with `#branch`), or `slack`. `next_poll_at` is None where
    the clock does not look at it by itself. `failures` count in a row, `error` is the last one in words. `posts` and
    `aside` count the posts it has now and those that could not be taken in. `claimed_until` is this clock's claim.
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
        """Whether the clock looks at it by itself, now or once it is resumed."""
        return self.kind in EVERY and (self.next_poll_at is not None or self.state in ("paused", "gone"))


@dataclass(frozen=True)
class RejectedEntry:
    """A post of a source that could not be taken in: where it is, why, and since when. It is not tried again unless its
    words change or somebody asks for it."""

    source_id: int
    place: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Poll:
    """How one look at a source went. `error` is empty where it went well; the counts are of posts.

    `gone` says that the address answered that there is nothing any more; `retry_after` how many seconds it wants to be
    left alone. `etag` and `modified` are what to ask with next time; `moved_to` is where it is now for good.
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
    """The state of a source after a look at it, and its failures in a row."""
    if not poll.error:
        return "active", 0
    failures = source.failures + 1
    if poll.gone:
        return "gone", failures
    return ("failing" if failures >= PATIENCE else source.state), failures


def may_replace(kind: Kind, other: Kind, *, same_source: bool) -> bool:
    """Whether a delivery by one kind of source edits a post that another brought.

    A post belongs to the route that knows it best: its file, then a feed, then the page itself, then what people share.
    Two sources of one rank would take it from each other for ever, so there the first keeps it; people may.
    """
    if same_source:
        return True
    mine, theirs = _rank(kind), _rank(other)
    return mine > theirs or mine == theirs == 0


def _rank(kind: Kind) -> int:
    return next(rank for rank, kinds in enumerate(_RANKS) if kind in kinds)
