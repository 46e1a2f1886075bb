"""A digest: the stories that are due for one channel at one slot. Decided here, purely; claimed in the store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.posts import Post
from bot.readings import Finding, Reading, Sentence, Tag

SENTENCES = 2
AI_ARTICLE = 0.5
"""From this `Reading.ai_score` on a post counts as an AI article."""


@dataclass(frozen=True)
class Schedule:
    """When and what a channel is sent. `at` is the wall clock's time in `zone`; `id` is None until it is stored."""

    channel: str
    at: time = time(8, 0)
    zone: str = "Asia/Tokyo"
    limit: int = 10
    ai_only: bool = True
    id: int | None = None


@dataclass(frozen=True)
class Entry:
    """One story in a digest. `others` counts the story's posts beside the lead; `follow_up` says 続報."""

    post: Post
    sentences: tuple[Sentence, ...]
    tags: tuple[Tag, ...]
    others: int = 0
    follow_up: bool = False


@dataclass(frozen=True)
class Held:
    """A post that is kept back, with the findings that block it."""

    post: Post
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Digest:
    """What a channel is shown at `slot` (aware UTC, the time of the schedule it answers to).

    `covered` are the numbers of all posts that its entries speak for; `left_out` are those over the limit, which do not
    come back; `held` come back once nothing blocks them. `sources` and `last_checked` tell on a day with nothing that
    the desk was awake.
    """

    schedule: Schedule
    slot: datetime
    entries: tuple[Entry, ...]
    held: tuple[Held, ...] = ()
    left_out: tuple[int, ...] = ()
    covered: tuple[int, ...] = ()
    sources: int = 0
    last_checked: datetime | None = None


def slots(schedule: Schedule, after: datetime, count: int = 3) -> tuple[datetime, ...]:
    """The next `count` slots later than `after`, in UTC.

    A wall-clock time that daylight saving skips is taken an hour later; one that comes twice is taken the first time.
    """
    zone = ZoneInfo(schedule.zone)
    day = after.astimezone(zone).date() - timedelta(days=1)
    found: list[datetime] = []
    while len(found) < count:
        slot = datetime.combine(day, schedule.at, zone).astimezone(UTC)
        if slot > after:
            found.append(slot)
        day += timedelta(days=1)
    return tuple(found)


def last_slot(schedule: Schedule, now: datetime) -> datetime:
    """The newest slot that is not later than `now`, in UTC."""
    return max(s for s in slots(schedule, now - timedelta(days=3), 4) if s <= now)


def window(slot: datetime, previous: datetime | None) -> tuple[datetime, datetime]:
    """The posts a slot takes: `start < news_at <= slot`, from the previous sent slot, or the last 24 hours."""
    return (previous if previous is not None else slot - timedelta(hours=24)), slot


def compose(
    schedule: Schedule,
    slot: datetime,
    posts: Sequence[tuple[Post, Reading]],
    *,
    leads: Mapping[int, int],
    told: Iterable[int] = (),
    held_before: Iterable[int] = (),
    sources: int = 0,
    last_checked: datetime | None = None,
) -> Digest:
    """Make the digest of the posts that are due: hold, group into stories, rank, cut at the limit.

    `leads` gives each story's lead post; `told` are the stories that an earlier digest already carried; a post of
    `held_before` that still blocks is held on in silence, it was named once. Ranking, most weighty first: stories of
    more posts, then newer ones, then the smaller story number, so that it never wavers.
    """
    wanted = [(p, r) for p, r in posts if r.ai_score >= AI_ARTICLE or not schedule.ai_only]
    blocked = tuple(
        Held(p, blocking) for p, r in wanted if (blocking := tuple(f for f in r.findings if f.severity == "block"))
    )
    holding = {h.post.id for h in blocked}
    stories: dict[int, list[tuple[Post, Reading]]] = {}
    for post, reading in wanted:
        if post.id not in holding:
            # a post that belongs to no story is one of its own; the minus keeps the two kinds of number apart
            stories.setdefault(post.story_id or -post.id, []).append((post, reading))
    ranked = sorted(stories.items(), key=lambda s: (-len(s[1]), -max(p.news_at for p, _ in s[1]).timestamp(), s[0]))
    told, named = set(told), set(held_before)
    entries = tuple(_entry(members, leads.get(story), story in told) for story, members in ranked[: schedule.limit])
    return Digest(
        schedule=schedule,
        slot=slot,
        entries=entries,
        held=tuple(h for h in blocked if h.post.id not in named),
        left_out=tuple(p.id for _, members in ranked[schedule.limit :] for p, _ in members),
        covered=tuple(p.id for _, members in ranked[: schedule.limit] for p, _ in members),
        sources=sources,
        last_checked=last_checked,
    )


def _entry(members: list[tuple[Post, Reading]], lead: int | None, told: bool) -> Entry:
    post, reading = next(((p, r) for p, r in members if p.id == lead), members[0])
    return Entry(post, reading.summary(SENTENCES), reading.tags, others=len(members) - 1, follow_up=told)
