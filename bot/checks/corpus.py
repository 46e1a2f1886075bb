"""Comparing posts without a database: what the rules must know of the other files that are checked together."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from bot.domain.cross_post import Copy, CrossPostContext
from bot.domain.posts import Draft, address
from bot.domain.readings import Claim, Reading
from bot.japanese.similarity import COPY, overlap

RESOLVED = 0.9
"""If this share of the links into a month leads to known posts, the rest are dead and not merely unknown."""
FEWEST_LINKS = 10
"""With fewer links into a month, the share of all links decides."""
_MONTH = re.compile(r"/((?:19|20)\d\d[/-](?:0?[1-9]|1[0-2]))(?=[/-])")


def among(posts: Sequence[tuple[Draft, Reading]]) -> tuple[CrossPostContext, ...]:
    """Return for each post, in their order, what its rules must know of the others: claims and near-copies among older
    posts, and the addresses of all. The readings are `comparable` ones."""
    order = sorted(range(len(posts)), key=lambda i: (posts[i][0].published_at, posts[i][0].path or "", i))
    standing = {to for d, _ in posts for to in (*d.addresses, *([address(d.url)] if d.url else []))}
    dead = dead_link_test(standing, (to for _, r in posts for to in {link.to for link in r.links}))
    claimed: dict[str, list[tuple[str, Claim]]] = defaultdict(list)
    holding: dict[int, list[int]] = defaultdict(list)
    found: dict[int, CrossPostContext] = {}
    for i in order:
        draft, reading = posts[i]
        ours = reading.claims
        theirs = tuple(each for key in dict.fromkeys(claim.key for claim in ours) for each in claimed[key])
        # with fewer shared values it is no near-copy; without this a thousand posts are half a million pairs to compare
        shared = Counter(j for value in reading.signature for j in holding[value])
        alike = [posts[j] for j, count in shared.items() if count >= COPY * len(reading.signature)]
        found[i] = CrossPostContext(theirs, tuple(_copies(reading, alike)), dead)
        for claim in ours:
            claimed[claim.key].append((_label(draft), claim))
        for value in reading.signature:
            holding[value].append(i)
    return tuple(found[i] for i in range(len(posts)))


def _copies(reading: Reading, alike: Iterable[tuple[Draft, Reading]]) -> Iterator[Copy]:
    for draft, other in alike:
        if (share := overlap(reading.signature, other.signature)) >= COPY:
            yield Copy(_label(draft), draft.title, share)


def dead_link_test(known: Set[str], linked: Iterable[str], *, whole: bool = False) -> Callable[[str], bool]:
    """Return a test of whether a post should be at an address and is not, given the addresses of `known` posts and
    those that are `linked`.

    Only an address with a date in it, of the same shape as known ones, can be told from another page. With `whole` the
    known posts are all there are. Otherwise a link is dead only if nine in ten links into its month are alive: links
    into a month whose files are missing say nothing.
    """
    shapes = {shape for each in known if (shape := _shape(each))}
    into: dict[str, Counter[bool]] = defaultdict(Counter)
    for to in linked:
        if _shape(to) in shapes:
            into[_month(to)][to in known] += 1
            into[""][to in known] += 1

    def dead(to: str) -> bool:
        if to in known or _shape(to) not in shapes:
            return False
        month = _month(to)
        asked = into[month] if into[month].total() >= FEWEST_LINKS else into[""]
        return whole or asked[True] >= RESOLVED * asked.total() > 0

    return dead


def _shape(to: str) -> tuple[str, int, str] | None:
    """Return what addresses of posts have in common: the part before the date, the number of parts, and the ending."""
    found = _MONTH.search(to)
    ending = to.rpartition("/")[2].rpartition(".")
    return (
        (to[: found.start()], to.count("/"), ending[2] if ending[0] and len(ending[2]) < 6 else "") if found else None
    )


def _month(to: str) -> str:
    found = _MONTH.search(to)
    return found[1].replace("-", "/") if found else ""


def _label(draft: Draft) -> str:
    return draft.path or draft.url or draft.title
