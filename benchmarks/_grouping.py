"""Ways to group posts that Kawaraban's is compared with, and how well a grouping does."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain

from bot.domain.stories import WINDOW

Grouping = dict[str, object]
"""The story of each post, by file name."""


def by_likeness(found: Mapping[str, datetime], alike: Callable[[str, str], float], least: float) -> Grouping:
    """Group as Kawaraban does, by another likeness. `found` are file names with their times, in order."""
    groups: list[list[str]] = []
    for name, at in found.items():
        near = []
        for group in groups:
            recent = [other for other in group if at - found[other] <= WINDOW]
            best = sorted((alike(name, other) for other in recent), reverse=True)[:3]
            near.append((statistics.fmean(best) if best else 0.0, group))
        best_of, group = max(near, key=lambda each: each[0], default=(0.0, []))
        if best_of >= least:
            group.append(name)
        else:
            groups.append([name])
    return {name: number for number, group in enumerate(groups) for name in group}


def cosine(bags: Mapping[str, Counter[str]], *, weighted: bool) -> Callable[[str, str], float]:
    """The cosine of two bags of words; `weighted` by rarity (TF-IDF)."""
    spread = Counter(chain.from_iterable(bags.values()))
    vectors = {
        n: {t: (1 + math.log(k)) * (math.log(len(bags) / spread[t]) if weighted else 1) for t, k in bag.items()}
        for n, bag in bags.items()
    }
    lengths = {n: math.sqrt(sum(x * x for x in vector.values())) or 1.0 for n, vector in vectors.items()}

    def alike(one: str, other: str) -> float:
        ours, theirs = vectors[one], vectors[other]
        return sum(ours[t] * theirs[t] for t in ours.keys() & theirs.keys()) / (lengths[one] * lengths[other])

    return alike


def b_cubed(grouping: Grouping, truth: Mapping[str, str]) -> tuple[float, float, float, float]:
    """B-cubed precision and recall, and those of pairs."""
    found, meant = Counter(grouping[n] for n in truth), Counter(truth.values())
    both = Counter((grouping[n], truth[n]) for n in truth)
    precision = sum(both[grouping[n], truth[n]] / found[grouping[n]] for n in truth) / len(truth)
    recall = sum(both[grouping[n], truth[n]] / meant[truth[n]] for n in truth) / len(truth)
    right, ours, theirs = (sum(k * (k - 1) for k in counts.values()) for counts in (both, found, meant))
    return precision, recall, right / max(1, ours), right / max(1, theirs)


def harmonic(scores: Sequence[float]) -> float:
    """B-cubed F1."""
    return 2 * scores[0] * scores[1] / (scores[0] + scores[1])


def mistakes(grouping: Grouping, truth: Mapping[str, str]) -> Iterator[str]:
    """Stories that are two and two that are one."""
    ours: defaultdict[object, set[str]] = defaultdict(set)
    theirs: defaultdict[str, set[object]] = defaultdict(set)
    for name, story in truth.items():
        ours[grouping[name]].add(story)
        theirs[story].add(grouping[name])
    yield from (f"one of: {', '.join(sorted(told))}" for told in ours.values() if len(told) > 1)
    yield from (f"{len(into)} of: {story}" for story, into in theirs.items() if len(into) > 1)
