"""What intake returns: posts saved and shared, events waiting in the inbox, posts to be read again."""

from dataclasses import dataclass, field
from typing import Any

from bot.domain.posts import Draft


@dataclass
class SaveResult:
    """The numbers of the posts a delivery made new, changed, or found as they were, in its order."""

    new: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)

    def __add__(self, other: "SaveResult") -> "SaveResult":
        return SaveResult(self.new + other.new, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class SharedPost:
    """A shared post is in the store under `post_id`: `new` where this sharing brought it, `edited` where it brought
    other words."""

    post_id: int
    new: bool
    edited: bool = False


@dataclass(frozen=True)
class InboxEvent:
    """What Slack told of the message at `ts`, to be dealt with. `outdated` where the message has since been deleted or
    edited again."""

    id: int
    event_id: str
    channel: str
    ts: str
    event: dict[str, Any]
    attempts: int
    outdated: bool


@dataclass(frozen=True)
class StalePost:
    """A stored post as it was taken in, at `revision`, to be read again.

    `draft` holds what its row does; what else a file's front matter says must be read from `raw`. `kind` is that of
    the source which brought it.
    """

    post_id: int
    revision: int
    kind: str
    draft: Draft
