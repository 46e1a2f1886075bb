"""Tags of posts, their counts, and the desk's own aliases for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Tag:
    """A tag of a post. `name` is as shown; `origin` tells the author's from those found in the text; score 0–1."""

    name: str
    origin: Literal["author", "text"]
    score: float
    in_text: bool


@dataclass(frozen=True)
class TagCount:
    """How often a tag is borne: in all, in the last 30 days, and against the 30 days before (`change`)."""

    name: str
    posts: int
    days30: int
    change: int


@dataclass(frozen=True)
class Alias:
    """A tag name of the desk's own: `name` means the tag shown as `tag`. `by` is a Slack user, "" the command line."""

    name: str
    tag: str
    by: str
    at: datetime


@dataclass(frozen=True)
class AliasChange:
    """An alias was added or (`parted`) taken away, and the tag of so many posts with it; not `changed` where all was so
    before. `again` counts the posts that will be read again, to bring back what they lost when two tags became one.
    """

    alias: Alias
    posts: int
    changed: bool = True
    parted: bool = False
    again: int = 0
