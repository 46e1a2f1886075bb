"""Near-copies: a small sketch of a text by which two texts can be compared without keeping either.

A bottom-k sketch (Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007) of the 5-character shingles of
the text without whitespace. CRC-32 is the same in every process, unlike hash().
"""

import re
from collections.abc import Iterator
from heapq import nsmallest
from itertools import chain
from struct import iter_unpack
from zlib import crc32

SIZE = 128
SHINGLE = 5
COPY = 0.4
"""The overlap from which on two texts are near-copies: half of a text is near .5, two posts on one story below .2."""
BANDS = 16
_WIDTH = 2 * SHINGLE
_SPACE = re.compile(r"\s+")


def sketch(text: str) -> tuple[int, ...]:
    """At most 128 numbers, rising. Empty for a text shorter than one shingle."""
    flat = _SPACE.sub("", text).encode("utf-16-le", "surrogatepass")
    return tuple(nsmallest(SIZE, set(map(crc32, chain.from_iterable(_shingles(flat))))))


def _shingles(flat: bytes) -> Iterator[tuple[bytes]]:
    """Each shingle of UTF-16 by itself in a tuple: those that lie end to end from the first character on, from the
    second on, and so forth. Thus cut in C they cost half of a slice each."""
    for first in range(0, _WIDTH, 2):
        whole = (len(flat) - first) // _WIDTH * _WIDTH
        yield from iter_unpack(f"{_WIDTH}s", flat[first : first + whole])


def overlap(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated share of shingles that two texts have in common (Jaccard), 0–1; 0 where either is empty."""
    if not one or not other:
        return 0.0
    ours, theirs = set(one), set(other)
    lowest = nsmallest(min(SIZE, max(len(one), len(other))), ours | theirs)
    return sum(value in ours and value in theirs for value in lowest) / len(lowest)


def bands(signature: tuple[int, ...]) -> tuple[int, ...]:
    """At most 16 numbers, by which a store finds near-copies: two of them share at least one, other posts hardly any.

    Locality-sensitive hashing (Indyk and Motwani, 1998) over what the sketch holds anyway: its numbers fall into 32
    classes by their last bits, and the lowest of two classes make a band.
    """
    lowest: dict[int, int] = {}
    for value in signature:
        lowest.setdefault(value % (2 * BANDS), value)
    pairs = ((number, lowest.get(2 * number), lowest.get(2 * number + 1)) for number in range(BANDS))
    return tuple(crc32(f"{n} {one} {two}".encode()) for n, one, two in pairs if one is not None and two is not None)
