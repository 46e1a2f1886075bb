"""What a rule between posts needs to know of the other posts: plain data, no posts."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """One figure that a post states. Claims with an equal `key` are about the same measure of the same thing.

    `name` is that thing for people (Llama 4の処理速度), `figure` the figure as written (2倍), `value` what it comes to
    in the unit of the key. `quote` is verbatim; `paragraph` and `line` say where it stands.
    """

    key: str
    name: str
    value: float
    figure: str
    quote: str
    paragraph: int | None
    line: int


@dataclass(frozen=True)
class Copy:
    """Another post of much the same text. `label` is how an editor finds it (#12, a file), `share` 0–1."""

    label: str
    title: str
    share: float


@dataclass(frozen=True)
class Others:
    """What is known of the other posts.

    `claims` are those of posts about the same, each with the label of its post (#12, a file). `copies` are older posts
    of a similar signature. `dead` says of an address (see bot.posts.address) whether a post of this site should be
    there and is not; it is False where that cannot be told.
    """

    claims: tuple[tuple[str, Claim], ...] = ()
    copies: tuple[Copy, ...] = ()
    dead: Callable[[str], bool] = lambda address: False
