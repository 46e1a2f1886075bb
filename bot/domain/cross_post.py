"""Comparing posts with each other: the data a rule is given, and what the store is given of the rules."""

from collections.abc import Callable, Set
from dataclasses import dataclass

from bot.domain.findings import Finding
from bot.domain.posts import Draft
from bot.domain.readings import Claim, Link, Reading


@dataclass(frozen=True)
class Copy:
    """Another post of much the same text. `label` is how an editor finds it (#12, a file), `share` is 0–1."""

    label: str
    title: str
    share: float


@dataclass(frozen=True)
class CrossPostContext:
    """What a rule knows of the other posts.

    `claims` are claims of other posts about the same things, each with the label of its post (#12, a file). `copies`
    are older posts of a similar signature. `dead` tells of an address (see bot.domain.posts.address) whether a post of
    this site should be there and is not; it returns False if that cannot be told.
    """

    claims: tuple[tuple[str, Claim], ...] = ()
    copies: tuple[Copy, ...] = ()
    dead: Callable[[str], bool] = lambda address: False


@dataclass(frozen=True)
class CrossPostRules:
    """The rules that compare posts, for the store to apply in the transaction that stores a post.

    Two posts that are taken in at the same moment are compared only if that happens under the lock that orders them.
    The store therefore loads the data there and calls these pure functions; it knows no rule itself. The default has
    no rules and finds nothing.
    """

    earlier: frozenset[str] = frozenset()
    """Names of the rules behind `compare`, which compare a post with those taken in before it."""
    links: frozenset[str] = frozenset()
    """Names of the rules behind `check_links`."""
    compare: Callable[[Draft, Reading, CrossPostContext], tuple[Finding, ...]] = lambda draft, reading, others: ()
    """Return the findings in a post, given the claims and copies of earlier posts; the reading has its claims."""
    check_links: Callable[[Draft, tuple[Link, ...], Set[str]], tuple[Finding, ...]] = lambda draft, links, alive: ()
    """Return the findings in a post's links, given those of their addresses at which a post stands. The post must be
    from a source of which every post is stored: any other link would look dead."""
