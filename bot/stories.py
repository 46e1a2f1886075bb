"""A story: posts about the same thing, with one lead post. Pure rules; the Store gives the candidates."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=14)
THRESHOLD = 0.40
_BEST = 3
_VERSION = re.compile(r"(.*?[^\d.])v?(\d+(?:\.\d+)*)(?:pro|flash|ultra|mini|turbo|o)?$")


@dataclass(frozen=True)
class Member:
    """A post as stories see it. `terms` are its Reading's, heaviest first; `at` is its publication time, aware."""

    post_id: int
    title: str
    at: datetime
    terms: tuple[tuple[str, float], ...]
    findings: int
    characters: int


@dataclass(frozen=True)
class Story:
    """Posts about the same thing, never none."""

    id: int
    members: tuple[Member, ...]

    @property
    def lead(self) -> Member:
        """The post that stands for the story."""
        return lead(self.members)


def lead(members: Iterable[Member]) -> Member:
    """The member with the fewest findings, then the most complete, then the earliest. Raises ValueError for none."""
    return min(members, key=lambda member: (member.findings, -member.characters, member.at, member.post_id))


def join(member: Member, stories: Iterable[Story]) -> int | None:
    """The id of the story that `member` belongs to, None where it begins a new one.

    Only members of the last 14 days count. A story is as close as the mean of its three closest members.
    """
    recent = {story.id: [other for other in story.members if abs(member.at - other.at) <= WINDOW] for story in stories}
    rarity = rarities([member, *(other for others in recent.values() for other in others)])
    best: tuple[float, int] | None = None
    for story_id, others in recent.items():
        near = sorted((closeness(member, other, rarity) for other in others), reverse=True)[:_BEST]
        if near and (best is None or (sum(near) / len(near), -story_id) > best):
            best = sum(near) / len(near), -story_id
    return -best[1] if best and best[0] >= THRESHOLD else None


def closeness(one: Member, other: Member, rarity: Mapping[str, float] | None = None) -> float:
    """How likely two posts tell the same story, 0–1: shared terms, weighed by rarity, dimmed by days and versions."""
    ours, theirs = _weighed(one.terms, rarity), _weighed(other.terms, rarity)
    shared = set(ours) & set(theirs)
    if len(shared) < 2 or _versions_differ(ours, theirs):
        return 0.0
    cosine = sum(ours[term] * theirs[term] for term in shared) / (_length(ours) * _length(theirs) or 1.0)
    days = abs(one.at - other.at) / timedelta(days=1)
    return cosine * math.exp(-days / 20)


def rarities(members: Sequence[Member]) -> dict[str, float]:
    """How much each term tells among these posts, 0–1: 1 for a term of one post, near 0 for one that all have."""
    posts = Counter(term for member in members for term, _ in member.terms)
    most = math.log(len(members) + 1)
    return {term: math.log((len(members) + 1) / count) / most for term, count in posts.items()} if most else {}


def _weighed(terms: tuple[tuple[str, float], ...], rarity: Mapping[str, float] | None) -> dict[str, float]:
    return {term: weight * (1.0 if rarity is None else rarity.get(term, 1.0)) for term, weight in terms}


def _length(weights: dict[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))


def _versions_differ(ours: dict[str, float], theirs: dict[str, float]) -> bool:
    """Whether both lead with versions of one product and share none of them (Llama 4, Llama 5)."""
    left, right = _versions(ours), _versions(theirs)
    return any(not left[product] & right[product] for product in left.keys() & right.keys())


def _versions(weights: dict[str, float]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for term in sorted(weights, key=lambda term: -weights[term])[:5]:
        if version := _VERSION.match(term):
            found.setdefault(version[1], set()).add(version[2])
    return found
