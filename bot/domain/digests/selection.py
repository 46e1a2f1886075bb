"""Which posts a digest takes, and why: one function decides, previews and explains it."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bot.domain import stories
from bot.domain.digests.digest import DigestState, HeldPost
from bot.domain.digests.ranking import Score, score
from bot.domain.digests.schedule import Schedule, decision_time, window
from bot.domain.findings import Finding
from bot.domain.posts import Post

AI_ARTICLE = 0.5
"""A post with at least this `Reading.ai_score` is an AI article."""
SelectionRule = Literal[
    "withdrawn", "window", "carried", "source", "tags", "categories", "ai", "hold", "story", "rank", "limit", "hand"
]


@dataclass(frozen=True)
class Considered:
    """A post with everything that decides whether a digest takes it.

    `tags` are those of the schedule's tags that it has. `blocking` are the findings that hold it; `cleared` means that
    its review ended 問題なし all the same. `carried` is the slot of the digest that showed it or counted it as left
    out; `held_before` means that an earlier one announced it as held. `findings` and `characters` choose a story's
    lead.
    """

    post: Post
    source_id: int
    ai_score: float
    tags: frozenset[str] = frozenset()
    blocking: tuple[Finding, ...] = ()
    cleared: bool = False
    carried: datetime | None = None
    held_before: bool = False
    findings: int = 0
    characters: int = 0


@dataclass(frozen=True)
class Step:
    """One rule applied to a post: whether the post passed, and the values that the rule saw."""

    rule: SelectionRule
    passed: bool
    seen: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What a claimed digest did with a post: its `place` (lead, same, held, left out), the `position` of its story, and
    the person who removed that by hand, "" for nobody. `digest` is its number."""

    digest: int
    slot: datetime
    until: datetime
    state: DigestState
    place: str
    position: int
    removed_by: str = ""


@dataclass(frozen=True)
class DigestTrace:
    """Why a post is in the digest of a slot, or is not: every rule with the values it saw. `told` are the digests of
    the schedule that include it, oldest first."""

    post: Post
    schedule: Schedule
    slot: datetime
    steps: tuple[Step, ...]
    told: tuple[Told, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the digest includes it, as an entry or as part of one."""
        return all(step.passed for step in self.steps)


@dataclass(frozen=True)
class Ranked:
    """A story that is due: its lead, all its due posts, whether the channel has seen it before, and its score."""

    lead: Considered
    members: tuple[Considered, ...]
    follow_up: bool
    score: Score


@dataclass(frozen=True)
class Selection:
    """What is due at a slot: the stories in order (those after `limit` do not fit), and the held posts, out of the
    `posts` considered.

    `held` includes posts that an earlier digest announced; `named` are the ones to announce now.
    """

    schedule: Schedule
    span: tuple[datetime, datetime]
    posts: tuple[Considered, ...]
    stories: tuple[Ranked, ...]
    held: tuple[Considered, ...]

    @property
    def fitting(self) -> tuple[Ranked, ...]:
        """The stories that become entries of the digest."""
        return self.stories[: self.schedule.limit]

    @property
    def over(self) -> tuple[Ranked, ...]:
        """The stories that do not fit."""
        return self.stories[self.schedule.limit :]

    @property
    def named(self) -> tuple[HeldPost, ...]:
        """The held posts to announce now: each is announced once."""
        return tuple(HeldPost(each.post, each.blocking) for each in self.held if not each.held_before)

    def steps(self, number: int, removed_by: str = "") -> tuple[Step, ...]:
        """Return every rule applied to a post that was considered, in order. Story, rank and limit follow only if the
        others pass; the last step names the person who removed its story from the draft, if anybody did."""
        post = next(each for each in self.posts if each.post.id == number)
        judged = judge(post, self.schedule, self.span)
        place = next((n for n, story in enumerate(self.stories) if post in story.members), None)
        if place is None:
            return judged
        by_hand = (Step("hand", False, {"by": removed_by}),) if removed_by else ()
        return (*judged, *self._placed(post, place), *by_hand)

    def _placed(self, post: Considered, place: int) -> tuple[Step, ...]:
        story, limit = self.stories[place], self.schedule.limit
        lead = story.lead.post
        seen = {"posts": len(story.members), "lead": lead.id, "title": lead.title, "follow_up": story.follow_up}
        rank = {"rank": place + 1, "of": len(self.stories), **story.score.parts()}
        return (
            Step("story", True, seen | {"is_lead": lead.id == post.post.id}),
            Step("rank", True, rank),
            Step("limit", place < limit, {"rank": place + 1, "limit": limit}),
        )


def select(
    schedule: Schedule,
    span: tuple[datetime, datetime],
    posts: Sequence[Considered],
    *,
    leads: Mapping[int, int | None],
    told: Collection[int] = (),
    weights: Mapping[str, float] | None = None,
) -> Selection:
    """Decide what is due: judge each post, hold, group into stories, rank.

    `leads` has each story's lead post; `told` are the stories that an earlier digest of the channel showed; `weights`
    are by source name, 1 if a source is missing.
    """
    taken: list[Considered] = []
    held: list[Considered] = []
    for post in posts:
        failed = [step.rule for step in judge(post, schedule, span) if not step.passed]
        if not failed:
            taken.append(post)
        elif failed == ["hold"]:
            held.append(post)
    grouped: dict[int, list[Considered]] = {}
    for post in taken:  # a post without a story forms its own; the minus keeps the two kinds of id apart
        grouped.setdefault(post.post.story_id or -post.post.id, []).append(post)
    ranked = [
        Ranked(
            _lead(members, leads.get(story)), tuple(members), story in told,
            score(members, span, weights or {}, follow_up=story in told),
        )
        for story, members in grouped.items()
    ]  # fmt: skip
    ranked.sort(key=lambda each: (-each.score.total, -each.lead.post.news_at.timestamp(), each.lead.post.id))
    return Selection(schedule, span, tuple(posts), tuple(ranked), tuple(held))


def simulate(
    schedule: Schedule,
    times: Sequence[datetime],
    previous: datetime | None,
    posts: Sequence[Considered],
    *,
    leads: Mapping[int, int | None],
    told: Collection[int] = (),
    weights: Mapping[str, float] | None = None,
) -> Selection:
    """Decide the digest of the last of these slots as if the earlier ones had been sent: each is decided in turn, and
    the next remembers what it showed. `previous` is the end of the digest before them, None if there was none."""
    told = set(told)
    for slot in times:
        span = window(decision_time(schedule, slot), previous)
        selection = select(schedule, span, posts, leads=leads, told=told, weights=weights)
        if slot == times[-1]:
            break
        previous = span[1]
        told |= {story.lead.post.story_id for story in selection.fitting if story.lead.post.story_id is not None}
        carried = {each.post.id for story in selection.stories for each in story.members}
        held = {each.post.id for each in selection.held}
        posts = [_remembered(post, slot, carried, held) for post in posts]
    return selection


def _remembered(post: Considered, slot: datetime, carried: set[int], held: set[int]) -> Considered:
    if post.post.id in carried:
        return replace(post, carried=slot)
    return replace(post, held_before=True) if post.post.id in held else post


def judge(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> tuple[Step, ...]:
    """Apply every rule to a post, in the order of `RULES`."""
    return tuple(rule(post, schedule, span) for rule in RULES)


def _withdrawn(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    return Step("withdrawn", post.post.withdrawn_at is None, {"withdrawn_at": post.post.withdrawn_at})


def _window(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    start, until = span
    seen = {"news_at": post.post.news_at, "start": start, "until": until, "held_before": post.held_before}
    return Step("window", start < post.post.news_at <= until or post.held_before, seen)


def _carried(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    return Step("carried", post.carried is None, {"slot": post.carried})


def _source(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    passed = not schedule.sources or post.source_id in schedule.sources
    return Step("source", passed, {"source": post.post.source, "id": post.source_id, "wanted": schedule.sources})


def _tags(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    borne = tuple(tag for tag in schedule.tags if tag in post.tags)
    return Step("tags", bool(borne) or not schedule.tags, {"borne": borne, "wanted": schedule.tags})


def _categories(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    mine = post.post.categories
    passed = not schedule.categories or not _folded(mine).isdisjoint(_folded(schedule.categories))
    return Step("categories", passed, {"categories": mine, "wanted": schedule.categories})


def _ai(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    seen = {"score": post.ai_score, "threshold": AI_ARTICLE, "wanted": schedule.ai_only}
    return Step("ai", post.ai_score >= AI_ARTICLE or not schedule.ai_only, seen)


def _hold(post: Considered, schedule: Schedule, span: tuple[datetime, datetime]) -> Step:
    return Step("hold", not post.blocking or post.cleared, {"blocking": post.blocking, "cleared": post.cleared})


RULES: tuple[Callable[[Considered, Schedule, tuple[datetime, datetime]], Step], ...] = (
    _withdrawn, _window, _carried, _source, _tags, _categories, _ai, _hold,
)  # fmt: skip


def _lead(members: Sequence[Considered], lead: int | None) -> Considered:
    """The story's own lead if it is due, otherwise the best candidate of those that are."""
    by_number = {each.post.id: each for each in members}
    if lead in by_number:
        return by_number[lead]
    best = stories.lead(
        stories.Candidate(each.post.id, each.post.published_at, each.findings, each.characters) for each in members
    )
    return by_number[best.post_id]


def _folded(names: Iterable[str]) -> set[str]:
    return {unicodedata.normalize("NFKC", name).casefold().strip() for name in names}
