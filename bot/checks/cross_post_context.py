"""What a rule between posts needs to know of the other posts: plain data, no posts."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.readings import Claim


@dataclass(frozen=True)
class Copy:
    """Another post of much the same text. `label` is how an editor finds it (#12, a file), `share` 0–1."""

    label: str
    title: str
    share: float


@dataclass(frozen=True)
class CrossPostContext:
    """What is known of the other posts.

    `claims` are those of posts about the same, each with the label of its post (#12, a file). `copies` are older posts
    of a similar signature. `dead` says of an address (see bot.domain.posts.address) whether a post of this
    site should be there and is not; it is False if that cannot be told.
    """

    claims: tuple[tuple[str, Claim], ...] = ()
    copies: tuple[Copy, ...] = ()
    dead: Callable[[str], bool] = lambda address: False
