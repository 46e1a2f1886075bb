"""A story: posts about the same thing, with one lead post. Pure rules; the Store gives the candidates."""

import math
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

WINDOW = timedelta(days=14)
THRESHOLD = 0.35
ALIKE = 1.6
"""What makes up for the rarity of the terms that two posts do not share."""
NAME = 0.3
"""What a shared name that no other story has adds to closeness, where it is the subject of both posts."""
LEADING = 0.16
"""The product of a term's weights in two posts from which on it is the subject of both."""
SECOND = 0.02
"""The product from which on a second shared term bears the name out."""
_BEST = 3
_LEAST = 0.1  # what posts share at least before any further arithmetic
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

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weight of each term."""
        return dict(self.terms)

    @cached_property
    def versions(self) -> dict[str, set[str]]:
        """The versions of each product among the five heaviest terms: `llama4` is version 4 of `llama`."""
        found: dict[str, set[str]] = {}
        for term, _ in self.terms[:5]:
            if version := _VERSION.match(term):
                found.setdefault(version[1], set()).add(version[2])
        return found


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
    window = Window(((member,), *recent.values()))
    best: tuple[float, int] | None = None
    for story_id, others in recent.items():
        near = sorted([closeness(member, other, window) for other in others], reverse=True)[:_BEST]
        if any(near) and (best is None or (sum(near) / len(near), -story_id) > best):
            best = sum(near) / len(near), -story_id
    return -best[1] if best and best[0] >= THRESHOLD else None


class Window:
    """What terms tell among the stories of a fortnight.

    Stories are counted, not posts: a name does not grow common by being the name of a big story.
    """

    def __init__(self, stories: Iterable[Sequence[Member]]) -> None:
        self._members = [members for members in stories if members]
        self._told: dict[str, tuple[float, float]] = {}

    @cached_property
    def _terms(self) -> list[Container[str]]:
        return [m[0].weights if len(m) == 1 else set().union(*(each.weights for each in m)) for m in self._members]

    def tells(self, term: str) -> tuple[float, float]:
        """How rare a term is, 0–1 (squared: near 1 in one story, near 0 in all), and how much it is two posts' own.

        The latter is 1 in two stories, which may turn out one, and a quarter of that for every further story.
        """
        if term not in self._told:
            stories = max(1, sum([term in terms for terms in self._terms]))
            rarity = 1 - math.log(stories) / math.log(len(self._members) + 1)
            self._told[term] = rarity**2, 0.25 ** max(0, stories - 2)
        return self._told[term]


def closeness(one: Member, other: Member, window: Window | None = None) -> float:
    """How likely two posts tell the same story, 0–1: the terms they share, dimmed by days; 0 for other versions.

    The product of their weights, each by the term's rarity, and on top up to NAME for a name that leads both posts and
    hardly another story has. Without a window every term is rare.
    """
    ours, theirs = one.weights, other.weights
    shared = ours.keys() & theirs.keys()
    if len(shared) < 2:
        return 0.0
    products = [(ours[term] * theirs[term], term) for term in shared]
    alike = sum([product for product, _ in products])
    if alike < _LEAST or _versions_differ(one, other):
        return 0.0
    if window:
        told = [(product, term, *window.tells(term)) for product, term in products]
        alike = sum([product * rarity for product, _, rarity, _ in told])
        products = [(product * own, term) for product, term, _, own in told]
    days = (one.at - other.at).total_seconds() / 86_400
    return min(1.0, ALIKE * alike + NAME * _named(products)) * math.exp(-abs(days) / 20)


def _named(products: list[tuple[float, str]]) -> float:
    """How surely a name ties two posts, 0–1: half by its own weight, half with a second term that is no part of it.

    One company has many stories; a company and its product, or a product and its price, have one.
    """
    leading, name = max(products)
    second = max((product for product, term in products if term not in name and name not in term), default=0.0)
    return min(1.0, leading / LEADING) * (0.5 + 0.5 * min(1.0, second / SECOND))


def _versions_differ(one: Member, other: Member) -> bool:
    """Whether both lead with versions of one product and share none of them (Llama 4, Llama 5)."""
    ours, theirs = one.versions, other.versions
    if not ours or not theirs:
        return False
    return any(not ours[product] & theirs[product] for product in ours.keys() & theirs.keys())
