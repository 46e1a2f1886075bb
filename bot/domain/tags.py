"""Tags of posts, their counts, and the desk's own aliases for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Tag:
    """A tag of a post. `name` is as shown; `origin` says whether the author gave it or it was found in the text; score
    0–1."""

    name: str
    origin: Literal["author", "text"]
    score: float
    in_text: bool


def by_weight(tag: Tag) -> tuple[float, str]:
    """Order tags by what the text is most about."""
    return -tag.score, tag.name


@dataclass(frozen=True)
class TagCount:
    """How many posts have a tag: in all, in the last 30 days, and the change from the 30 days before."""

    name: str
    posts: int
    days30: int
    change: int


@dataclass(frozen=True)
class Alias:
    """An alias made by the desk: `name` means the tag shown as `tag`. `by` is a Slack user, "" for the command line."""

    name: str
    tag: str
    by: str
    at: datetime


@dataclass(frozen=True)
class AliasChange:
    """An alias was added or (`parted`) removed, which changed the tag of `posts` posts; `changed` is False if nothing
    changed. `again` counts the posts that will be read again, to restore the tags that a merge replaced."""

    alias: Alias
    posts: int
    changed: bool = True
    parted: bool = False
    again: int = 0
