"""Near-copies: a small sketch of a text by which two texts can be compared without keeping either.

A bottom-k sketch (Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007) of the 5-character shingles of
the text without whitespace. CRC-32 is the same in every process, unlike hash().
"""

import re
from heapq import nsmallest
from zlib import crc32

SIZE = 128
SHINGLE = 5
_SPACE = re.compile(r"\s+")


def sketch(text: str) -> tuple[int, ...]:
    """At most 128 numbers, rising. Empty for a text shorter than one shingle."""
    flat = _SPACE.sub("", text).encode("utf-16-le", "surrogatepass")
    width = 2 * SHINGLE
    shingles = {flat[at : at + width] for at in range(0, len(flat) - width + 1, 2)}
    return tuple(nsmallest(SIZE, set(map(crc32, shingles))))


def overlap(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated share of shingles that two texts have in common (Jaccard), 0–1; 0 where either is empty."""
    if not one or not other:
        return 0.0
    ours, theirs = set(one), set(other)
    lowest = nsmallest(min(SIZE, max(len(one), len(other))), ours | theirs)
    return sum(value in ours and value in theirs for value in lowest) / len(lowest)
