"""Reactions: an emoji that a person puts under a message, and the posts that it may be meant for."""

from dataclasses import dataclass

from bot.domain.posts import Post
from bot.domain.reviews import EmojiMeaning


@dataclass(frozen=True)
class Reaction:
    """An emoji that a person put under a message (`stands`) or took away. `thread_ts` is the message's thread."""

    channel: str
    ts: str
    user: str
    emoji: str
    stands: bool
    event_ts: str
    event_id: str
    thread_ts: str | None = None


@dataclass(frozen=True)
class Ask:
    """The message shows several posts: the person who reacted is asked which one they meant."""

    posts: tuple[Post, ...]
    means: EmojiMeaning = "flag"


@dataclass(frozen=True)
class NotSeen:
    """The bot does not know the message that was flagged: which posts it shows has to be found out first."""
