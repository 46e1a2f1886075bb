"""Results of intake: saved and shared posts, events in the inbox, posts to be read again."""

from dataclasses import dataclass, field
from typing import Any

from bot.domain.posts import Draft


@dataclass
class SaveResult:
    """The numbers of the posts that a delivery created, updated, or found unchanged, in its order."""

    new: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)

    def __add__(self, other: "SaveResult") -> "SaveResult":
        return SaveResult(self.new + other.new, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class SharedPost:
    """A shared post is stored as `post_id`: `new` if this share created it, `edited` if it changed the text."""

    post_id: int
    new: bool
    edited: bool = False


@dataclass(frozen=True)
class InboxEvent:
    """An event about the message at `ts`, waiting to be processed. `outdated` if the message has been deleted or edited
    again since."""

    id: int
    event_id: str
    channel: str
    ts: str
    event: dict[str, Any]
    attempts: int
    outdated: bool


@dataclass(frozen=True)
class StalePost:
    """A stored post at `revision`, to be read again.

    `draft` holds what its row holds; the rest of a file's front matter must be parsed from `raw`. `kind` is the kind of
    the source that brought it.
    """

    post_id: int
    revision: int
    kind: str
    draft: Draft
