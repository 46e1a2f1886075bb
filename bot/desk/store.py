"""What the desk needs of a store. storage.Store satisfies it by its shape; see there for the promises."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from bot.digest import Digest, Schedule, Why
from bot.japanese.search import Query
from bot.posts import Draft, Post
from bot.queue import Course, Deeds, Handover, Logged, Page, Wanted
from bot.readings import Paragraph, Reading, TagCount
from bot.review import Act, Change, Meaning, Review, Via
from bot.review import State as ReviewState
from bot.revision import Revision
from bot.source import Aside, Kind, Poll, Source, State
from bot.stories import Story


@dataclass
class Saved:
    """The numbers of the posts a delivery made new, changed, or found as they were, in its order."""

    new: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)

    def __add__(self, other: "Saved") -> "Saved":
        return Saved(self.new + other.new, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class Watch:
    """What a store tells and shows by itself.

    New findings and the cards of reviews go to `channel`; where it is empty findings go nowhere, and a card to where
    its post was flagged. Findings that block open a review where `opens_reviews`. `marks` are the emoji that show a
    review's state under the messages that show its post; a state without one is not shown.
    """

    channel: str = ""
    opens_reviews: bool = False
    marks: Mapping[ReviewState, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Silenced:
    """A rule is silent for a post, or speaks again: so many of its findings are concerned; not `changed` where all was
    so before."""

    rule: str
    findings: int
    changed: bool = True


@dataclass(frozen=True)
class RuleCount:
    """In how many posts a rule found something, for how many it was dismissed, and whether its alerts are a weekly
    count."""

    hits: int = 0
    dismissed: int = 0
    demoted: bool = False


@dataclass(frozen=True)
class Letter:
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


@dataclass(frozen=True)
class Taken:
    """A shared post is in the store under `post_id`: `new` where this sharing brought it, `edited` where it brought
    other words."""

    post_id: int
    new: bool
    edited: bool = False


@dataclass(frozen=True)
class Received:
    """What Slack told of the message at `ts`, to be dealt with. `outdated` where the message has since been deleted or
    edited again."""

    id: int
    event_id: str
    channel: str
    ts: str
    event: dict[str, Any]
    attempts: int
    outdated: bool


@dataclass(frozen=True)
class Outdated:
    """A stored post as it was taken in, at `revision`, to be read again.

    `draft` holds what its row does; what else a file's front matter says must be read from `raw`. `kind` is that of
    the source which brought it.
    """

    post_id: int
    revision: int
    kind: str
    draft: Draft


@dataclass(frozen=True)
class Alias:
    """A tag name of the desk's own: `name` means the tag shown as `tag`. `by` is a Slack user, "" the command line."""

    name: str
    tag: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Joined:
    """An alias was added or (`parted`) taken away, and the tag of so many posts with it; not `changed` where all was so
    before. `again` counts the posts that will be read again, to bring back what they lost when two tags became one.
    """

    alias: Alias
    posts: int
    changed: bool = True
    parted: bool = False
    again: int = 0


Move = Literal["up", "down", "out", "back"]
"""What can be done to a story of a draft: one place up or down, left out, put back."""


@dataclass(frozen=True)
class Health:
    """How the store is: its engine, the shape it has (None: empty) and needs. Where that is the same: when the clock
    ticked last, how many messages wait, and since when and for what the first one does that could go out now."""

    engine: str
    revision: str | None
    newest: str
    ticked_at: datetime | None = None
    waiting: int = 0
    waits_since: datetime | None = None
    waits_for: str = ""


class Store(Protocol):
    """The methods the desk and the sender call."""

    # intake
    def source(self, kind: str, location: str, name: str) -> int: ...
    def known(self, source_id: int) -> dict[str, tuple[str, str | None]]: ...
    def save(
        self,
        source_id: int,
        batch: Sequence[tuple[Draft, Reading]],
        *,
        gone: frozenset[str] = ...,
        renamed: Mapping[str, str] = ...,
    ) -> Saved: ...
    def save_shared(
        self, source_id: int, draft: Draft, reading: Reading, channel: str, ts: str, thread_ts: str | None, user: str
    ) -> Taken: ...
    def forget_message(self, channel: str, ts: str, address: str) -> int: ...
    def finish(self, source_id: int, gone: frozenset[str] = ..., *, whole: bool = True) -> int: ...
    def source_names(self) -> dict[int, str]: ...
    def outdated(self, limit: int) -> tuple[Outdated, ...]: ...
    def drafts(self, after: int, limit: int) -> tuple[Outdated, ...]: ...
    def reread(self, post: Outdated, reading: Reading | None) -> bool: ...
    def revisions(self, post_id: int) -> tuple[Revision, ...]: ...

    # inbox
    def receive(self, event_id: str, channel: str, ts: str, event: dict[str, Any]) -> bool: ...
    def next_event(self) -> Received | None: ...
    def dealt_with(self, received: Received) -> None: ...
    def put_off(self, received: Received, seconds: float, told: list[str]) -> None: ...

    # sources
    def sources(self) -> tuple[Source, ...]: ...
    def source_at(self, number: int) -> Source | None: ...
    def add_source(
        self, kind: Kind, location: str, name: str, *, host: str | None, every: timedelta, by: str
    ) -> tuple[Source, bool]: ...
    def turn_source(self, number: int, state: State, every: timedelta) -> Source | None: ...
    def want_poll(self, number: int, gap: timedelta) -> bool: ...
    def claim_poll(self, gap: timedelta, number: int | None = None) -> Source | None: ...
    def hold_poll(self, source: Source) -> Source | None: ...
    def polled(
        self,
        source: Source,
        poll: Poll,
        after: tuple[State, int],
        next_poll_at: datetime | None,
        *,
        tell: Collection[str] = ...,
        admins: str = ...,
    ) -> bool: ...
    def entries(self, source_id: int) -> dict[str, tuple[str, str]]: ...
    def note_entries(
        self, source_id: int, noted: Sequence[tuple[str, str, str]], gone: Collection[str] = ...
    ) -> None: ...
    def asides(self, source_id: int | None = None) -> tuple[Aside, ...]: ...
    def retry_asides(self, source_id: int) -> int: ...

    # lookups
    def post(self, post_id: int) -> tuple[Post, Reading] | None: ...
    def post_at(self, address: str) -> int | None: ...
    def posts(self) -> Iterator[tuple[Post, Reading]]: ...
    def news(
        self, start: datetime, end: datetime, limit: int, offset: int = 0
    ) -> tuple[int, tuple[tuple[Post, Reading], ...]]: ...
    def paragraphs(self, post_ids: Sequence[int]) -> dict[int, tuple[Paragraph, ...]]: ...
    def story(self, story_id: int) -> Story: ...
    def stories(self, start: datetime, end: datetime) -> tuple[Story, ...]: ...
    def story_sizes(self, story_ids: Sequence[int]) -> dict[int, int]: ...
    def search(
        self, query: Query, *, zone: ZoneInfo, limit: int, offset: int = 0, every: bool = True
    ) -> tuple[int, tuple[tuple[Post, float], ...]]: ...
    def counts(self) -> dict[str, int]: ...
    def answers(self) -> bool: ...

    # checks
    def dismiss(self, post_id: int, rule: str, quote: str, by: str) -> Silenced | None: ...
    def restore(self, post_id: int, rule: str) -> Silenced: ...
    def silent_rules(self, post_id: int) -> tuple[str, ...]: ...
    def rule_counts(self) -> dict[str, RuleCount]: ...
    def tell_week(self, key: str, since: datetime) -> bool: ...
    def keep_rules(self, wording: str) -> int: ...

    # tags
    def tags(self, until: datetime, key: str | None = None) -> tuple[TagCount, ...]: ...
    def tagged(self, key: str, limit: int, offset: int = 0) -> tuple[Post, ...]: ...
    def related_tags(self, key: str, limit: int = 6) -> tuple[str, ...]: ...
    def aliases(self, key: str | None = None) -> tuple[Alias, ...]: ...
    def join_tags(self, name: str, into: str, by: str) -> Joined: ...
    def part_tags(self, name: str) -> Joined: ...

    # digests
    def put_schedule(self, schedule: Schedule) -> Schedule: ...
    def schedules(self) -> tuple[Schedule, ...]: ...
    def add_schedule(self, schedule: Schedule, by: str) -> Schedule: ...
    def change_schedule(self, schedule: Schedule) -> Schedule | None: ...
    def pause_schedule(self, number: int, until: datetime | None) -> Schedule | None: ...
    def remove_schedule(self, number: int) -> Schedule | None: ...
    def tell_lookback(self, channel: str, last: date, *, chart: bool) -> bool: ...
    def tag_weeks(self, edges: Sequence[datetime]) -> tuple[tuple[int, ...], dict[str, list[int]]]: ...
    def follower(self, user: str) -> Schedule | None: ...
    def follow(self, user: str, tag: str, zone: str) -> tuple[Schedule, bool]: ...
    def unfollow(self, user: str, tag: str) -> Schedule | None: ...
    def follow_at(self, user: str, at: time, zone: str) -> Schedule | None: ...
    def preview_digest(
        self,
        schedule: Schedule,
        slot: datetime,
        *,
        assumed: Sequence[datetime] = ...,
        weights: Mapping[str, float] | None = ...,
    ) -> Digest: ...
    def claim_digest(
        self,
        schedule: Schedule,
        slot: datetime,
        *,
        even_empty: bool = ...,
        draft_channel: str = ...,
        weights: Mapping[str, float] | None = ...,
        by: str = ...,
    ) -> Digest | None: ...
    def why(
        self,
        schedule: Schedule,
        post_id: int,
        upcoming: datetime,
        *,
        assumed: Sequence[datetime] = ...,
        weights: Mapping[str, float] | None = ...,
        chosen: bool = ...,
    ) -> Why: ...
    def is_sent(self, schedule: Schedule, slot: datetime) -> bool: ...
    def digest(self, digest_id: int) -> Digest: ...
    def approve_digest(self, digest_id: int, by: str) -> tuple[Digest, bool]: ...
    def edit_digest(self, digest_id: int, post_id: int, move: Move, *, edits: int, by: str) -> tuple[Digest, bool]: ...
    def release_digests(self) -> list[Digest]: ...
    def remind_drafts(self) -> int: ...

    # reviews
    def flag(
        self,
        post_id: int,
        *,
        user: str,
        emoji: str,
        stands: bool,
        channel: str,
        ts: str,
        thread_ts: str | None = None,
        event_ts: str,
        event_id: str = "",
        via: Via = "flag",
    ) -> Change | None: ...
    def sign(
        self,
        post_id: int,
        *,
        means: Meaning,
        user: str,
        emoji: str,
        stands: bool,
        channel: str,
        ts: str,
        event_ts: str,
        event_id: str = "",
    ) -> Change | None: ...
    def act(self, review_id: int, act: Act, event_id: str = "") -> Change | None: ...
    def open_review(self, post_id: int) -> Review | None: ...
    def review(self, review_id: int) -> Review | None: ...
    def queue(self, wanted: Wanted, limit: int | None = None, offset: int = 0) -> Page: ...
    def last_review(self, post_id: int) -> int | None: ...
    def log(self, since: datetime, until: datetime) -> tuple[Logged, ...]: ...
    def deeds(self, since: datetime) -> tuple[Deeds, ...]: ...
    def courses(self, since: datetime) -> tuple[Course, ...]: ...
    def wake(self) -> int: ...
    def remind(self, day: str, since: datetime, channel: str) -> bool: ...
    def handover(self, since: datetime, until: datetime) -> Handover: ...
    def first(self, event_id: str) -> bool: ...
    def shown(self, channel: str, ts: str) -> tuple[tuple[int, ...], str | None]: ...
    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None: ...

    # how it all goes
    def ticked(self) -> None: ...
    def health(self) -> Health: ...

    # App Homes
    def home_stamp(self) -> str: ...
    def home_shown(self, user: str, tab: str, at: int, stamp: str, *, seen: bool) -> None: ...
    def homes_behind(self, user: str | None = None, limit: int = ...) -> tuple[tuple[str, str, int], ...]: ...
    def forget_home(self, user: str) -> None: ...

    # outbox
    def say(self, key: str, channel: str, kind: str, ids: Mapping[str, Any]) -> bool: ...
    def next_letter(self) -> Letter | None: ...
    def sent(self, letter: Letter, ts: str, shows: Sequence[int] = ..., place: str = ...) -> str: ...
    def letter_at(self, channel: str, ts: str) -> Letter | None: ...
    def postpone(self, letter: Letter, seconds: float, error: str, *, doubtful: bool) -> None: ...
    def give_up(self, letter: Letter, error: str, tell: str = ...) -> None: ...
    def failed(self, key: str) -> str | None: ...
    def held_up(self, channel: str) -> str | None: ...

    def close(self) -> None: ...
