"""The ranking of stories in a digest. docs/digests.md explains the formula."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.posts import Post

NEWNESS, KNOWN, SIZE = 1.0, 0.5, 1.0
"""Weight of a story at the end of the window against one at its start, the factor for a story that the channel already
knows, and the gain from each doubling of its posts."""


class HasPost(Protocol):
    """An object with a post."""

    @property
    def post(self) -> Post: ...


@dataclass(frozen=True)
class Score:
    """The score of a story: (newness + size) x weight. `newness` is 0 to 1, `weight` the highest of its sources'."""

    newness: float
    size: float
    weight: float = 1.0

    @property
    def total(self) -> float:
        """The number that stories are sorted by, highest first."""
        return (self.newness + self.size) * self.weight

    def parts(self) -> dict[str, Any]:
        """The parts of the score, for explanations."""
        return {
            "score": round(self.total, 3), "newness": round(self.newness, 3), "size": round(self.size, 3),
            "weight": self.weight,
        }  # fmt: skip


def score(
    posts: Sequence[HasPost], span: tuple[datetime, datetime], weights: Mapping[str, float], *, follow_up: bool = False
) -> Score:
    """Score a story by its due posts.

    `newness` is the position of its newest post in the span of the digest, from 0 at the start to 1 at the end, halved
    for a follow-up; `size` grows by one with each doubling of its posts; `weight` is the highest of its sources'.
    """
    start, until = span
    newest = max(each.post.news_at for each in posts)
    newness = min(1.0, max(0.0, (newest - start) / (until - start))) if until > start else 0.0
    weight = max(weights.get(each.post.source, 1.0) for each in posts)
    return Score((KNOWN if follow_up else NEWNESS) * newness, SIZE * math.log2(len(posts)), weight)
