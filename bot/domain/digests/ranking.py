"""The order of a digest: which story comes first. docs/digests.md explains the formula."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.posts import Post

NEWNESS, KNOWN, SIZE = 1.0, 0.5, 1.0
"""What a story of the last minute weighs against one of the window's beginning, the part of it that a story keeps which
the channel knows already, and what each doubling of its posts adds."""


class HasPost(Protocol):
    """Whatever holds a post."""

    @property
    def post(self) -> Post: ...


@dataclass(frozen=True)
class Score:
    """What a story weighs: (newness + size) x weight. `newness` is 0 to 1, `weight` that of its weightiest source."""

    newness: float
    size: float
    weight: float = 1.0

    @property
    def total(self) -> float:
        """The number that stories are ordered by, the greatest first."""
        return (self.newness + self.size) * self.weight

    def parts(self) -> dict[str, Any]:
        """Everything that makes the score, for whoever asks why."""
        return {
            "score": round(self.total, 3), "newness": round(self.newness, 3), "size": round(self.size, 3),
            "weight": self.weight,
        }  # fmt: skip


def score(
    posts: Sequence[HasPost], span: tuple[datetime, datetime], weights: Mapping[str, float], *, follow_up: bool = False
) -> Score:
    """Weigh a story by the posts of it that are due.

    `newness` is where its newest post lies in the span of the digest's news, from 0 at its beginning to 1 at its end,
    half of it for a follow-up; `size` grows by one with each doubling of its posts; the weight is the greatest among
    its sources'.
    """
    start, until = span
    newest = max(each.post.news_at for each in posts)
    newness = min(1.0, max(0.0, (newest - start) / (until - start))) if until > start else 0.0
    weight = max(weights.get(each.post.source, 1.0) for each in posts)
    return Score((KNOWN if follow_up else NEWNESS) * newness, SIZE * math.log2(len(posts)), weight)
