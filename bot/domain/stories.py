"""A story: posts about the same thing, with one lead post. Pure rules; the Store provides the candidates."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from bot.domain.posts import Post

WINDOW = timedelta(days=14)
THRESHOLD = 0.5
HEAVIEST, OTHERS, HEADLINE, FIGURES, VERSION, A_DAY, NOTHING = 7.0, 8.5, 8.5, 1.9, 2.0, -0.23, -7.5
"""Log-odds that two posts cover the same story: for the strongest shared term, all other terms, the headlines, figures,
the same version of a product, each day between them, and the intercept. A logistic regression over the pairs of one
fortnight of labelled posts (benchmarks/stories.py evaluates it on the other); VERSION is set by hand because it is too
rare."""
_BEST = 3  # members that determine the closeness of a story
_FAR = -8.0  # log-odds of two posts with almost nothing in common
_LEAST = 0.003  # minimum product of weights and rarities for two posts to share anything
_TELLING = 0.002  # minimum rarity of a term that is considered
_IMAGINED = 15  # assumed further stories without the term, so that the first days behave alike
_FIGURES = 6
_VERSION = re.compile(
    r"(?:([a-z]+)[- ])?([a-z]+)[- ]?v?(\d+(?:\.\d+)*)"
    r"(?![\d.,]|[%年月日回万億兆円元倍人社件時位つ個台カヶか選]|ドル|ユーロ)"
)
_NO_PRODUCT = {"ai", "top", "microsoft", "ms", "office", "no", "vol", "part", "day", "week"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_SIGNS = re.compile(r"[\W_]")
_LEADING = 5  # leading terms that may name the post's product
_PRODUCT = re.compile(r"\D*[^\W\d]\D*\d+(?:\.\d+)*(?:pro|flash|ultra|mini|turbo|[ob])?$")


@dataclass(frozen=True)
class Member:
    """The features of a post by which stories are distinguished: `headline`, `terms` and `figures` come from its
    Reading, `at` is its publication time, aware."""

    post_id: int
    at: datetime
    headline: str
    terms: tuple[tuple[str, float], ...]
    figures: frozenset[str]

    @cached_property
    def weights(self) -> dict[str, float]:
        """The weight of each term."""
        return dict(self.terms)

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The letter pairs of its headline, without punctuation."""
        letters = _SIGNS.sub("", _folded(self.headline))
        return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))

    @cached_property
    def versions(self) -> dict[str, set[str]]:
        """The versions of each product named in its headline: `Llama 4` is version 4 of `llama`."""
        found: dict[str, set[str]] = {}
        for before, name, version in _VERSION.findall(_folded(self.headline)):
            if name not in _NO_PRODUCT and not _YEAR.fullmatch(version):
                product = f"{before} {name}" if before and len(name) < 3 else name
                found.setdefault(product, set()).add(version)
        return found

    @cached_property
    def products(self) -> frozenset[str]:
        """The product versions among its heaviest terms: `llama4`."""
        return frozenset(term for term, _ in self.terms[:_LEADING] if _PRODUCT.match(term))


@dataclass(frozen=True)
class Story:
    """Posts about the same thing. `lead` is the number of the post that represents them, None if none was chosen."""

    lead: int | None
    posts: tuple[Post, ...]


class Candidate(NamedTuple):
    """A candidate for the lead of a story: its number, publication time, and number of findings and characters."""

    post_id: int
    at: datetime
    findings: int
    characters: int


def lead(candidates: Iterable[Candidate]) -> Candidate:
    """Return the candidate with the fewest findings, then the most complete, then the earliest. Raises ValueError if
    there is none."""
    return min(candidates, key=lambda each: (each.findings, -each.characters, each.at, each.post_id))


class StoryIndex:
    """The stories of some weeks, indexed by their terms to find what is rare in them.

    Rarity counts stories, not posts: a big story does not make its own name common.
    """

    def __init__(self) -> None:
        self._members: dict[int, list[Member]] = {}
        self._bearing: defaultdict[str, list[tuple[int, Member]]] = defaultdict(list)
        self._terms: dict[int, set[str]] = {}
        self._pairs: dict[int, set[str]] = {}
        self._stories: Counter[str] = Counter()
        self._headlines: Counter[str] = Counter()
        self._rarities: dict[str, float] = {}

    def add(self, story: int, member: Member) -> None:
        """Add a member to a story, known or new."""
        self._members.setdefault(story, []).append(member)
        for words, known, stories in (
            (member.weights.keys(), self._terms.setdefault(story, set()), self._stories),
            (member.pairs, self._pairs.setdefault(story, set()), self._headlines),
        ):
            new = words - known
            stories.update(new)
            known.update(new)
        for term in member.weights:
            self._bearing[term].append((story, member))
        self._rarities.clear()

    def story_of(self, member: Member) -> int | None:
        """Return the story that a new post belongs to, None if it starts a new one.

        Only members published within 14 days of it count. The closeness of a story is the mean log-odds of its three
        closest members.
        """
        near: defaultdict[int, list[float]] = defaultdict(list)
        for story, other in self._sharing(member):
            near[story].append(self._odds(member, other))
        ranked = [(self._mean(story, odds, member.at), -story) for story, odds in near.items()]
        best, story = max(ranked, default=(_FAR, 0))
        return -story if _likelihood(best) >= THRESHOLD else None

    def closeness(self, one: Member, other: Member) -> float:
        """The likelihood that two posts cover the same story, 0–1; near 0 for different versions of a product."""
        return _likelihood(self._odds(one, other))

    def rarity(self, term: str) -> float:
        """The rarity of a term, 0–1: 1 if at most one story has it, near 0 if all do."""
        if (rarity := self._rarities.get(term)) is None:
            rarity = self._rarities[term] = (1 - math.log(max(1, self._stories[term])) / self._most) ** 2
        return rarity

    @property
    def _most(self) -> float:
        return math.log(len(self._members) + 1 + _IMAGINED)

    def _sharing(self, member: Member) -> Iterator[tuple[int, Member]]:
        """Yield the members of the last 14 days that share a significant term, each with its story."""
        products: defaultdict[int, float] = defaultdict(float)
        found: dict[int, tuple[int, Member]] = {}
        for term, weight in member.terms:
            if (rarity := self.rarity(term) ** 2) > _TELLING:
                for story, other in self._bearing.get(term, ()):
                    products[other.post_id] += weight * other.weights[term] * rarity
                    found[other.post_id] = story, other
        for post_id, (story, other) in found.items():
            if products[post_id] >= _LEAST and abs(member.at - other.at) <= WINDOW:
                yield story, other

    def _length(self, member: Member) -> float:
        return math.hypot(*[weight * self.rarity(term) for term, weight in member.terms]) or 1.0

    def _mean(self, story: int, odds: list[float], at: datetime) -> float:
        """The mean over a story's three closest members, counting those that share nothing."""
        recent = sum([abs(at - member.at) <= WINDOW for member in self._members[story]])
        counted = min(_BEST, recent)
        return sum((sorted(odds, reverse=True) + [_FAR] * _BEST)[:counted]) / counted

    def _odds(self, one: Member, other: Member) -> float:
        """The log-odds of `closeness`."""
        if _versions_differ(one, other):
            return _FAR
        heaviest, others = self._shared(one, other)
        figures = math.log1p(min(_FIGURES, len(one.figures & other.figures)))
        same = not (one.versions.keys().isdisjoint(other.versions) and one.products.isdisjoint(other.products))
        days = abs((one.at - other.at).total_seconds()) / 86_400
        content = HEAVIEST * math.sqrt(heaviest) + OTHERS * math.sqrt(others) + HEADLINE * self._headline(one, other)
        return NOTHING + content + FIGURES * figures + VERSION * same + A_DAY * days

    def _shared(self, one: Member, other: Member) -> tuple[float, float]:
        """The cosine of two posts' terms, weighted by rarity, in two parts: the strongest shared term, and all terms
        that do not overlap with it. One company has many stories; a company and its product, or a product and its
        price, have one."""
        ours, theirs = one.weights, other.weights
        shared = [(ours[term] * theirs[term] * self.rarity(term) ** 2, term) for term in ours.keys() & theirs.keys()]
        if not shared:
            return 0.0, 0.0
        most, heaviest = max(shared)
        rest = sum([product for product, term in shared if term not in heaviest and heaviest not in term])
        length = self._length(one) * self._length(other)
        return most / length, rest / length

    def _headline(self, one: Member, other: Member) -> float:
        """The similarity of two headlines, 0–1: the letter pairs of both among those of either, weighted by rarity."""
        both = self._weight(one.pairs & other.pairs)
        return both / (self._weight(one.pairs | other.pairs) or 1.0)

    def _weight(self, pairs: frozenset[str]) -> float:
        most = self._most
        return sum([max(0.0, 1 - math.log(self._headlines[pair] + 1) / most) for pair in pairs])


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _likelihood(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _versions_differ(one: Member, other: Member) -> bool:
    """Whether the headlines name versions of one product but none in common (Llama 4, Llama 5)."""
    products = one.versions.keys() & other.versions.keys()
    return any(one.versions[product].isdisjoint(other.versions[product]) for product in products)
