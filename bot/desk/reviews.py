"""Flags: from an emoji or a button to a review."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.desk.store import Store
from bot.errors import NotFound
from bot.posts import Post, address
from bot.readings import Reading
from bot.review import Change, Review, emoji_name
from bot.settings import Settings


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
    """The message shows several posts: the person who reacted is asked which one."""

    posts: tuple[Post, ...]


class ReviewDesk:
    """The part of the desk that follows reviews."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]

    def is_flag(self, emoji: str) -> bool:
        """Whether this reaction (skin tones aside) is one of the newsroom's flags."""
        return emoji_name(emoji) in self.settings.kawaraban_flag_emoji

    def knows(self, channel: str, ts: str) -> bool:
        """Whether it is known which posts the message shows."""
        return bool(self.store.shown(channel, ts)[0])

    def note_shown(self, channel: str, ts: str, thread_ts: str | None, urls: list[str]) -> None:
        """Note which stored posts a message shows, by the addresses in it."""
        found = [i for url in urls if (i := self.store.post_at(address(url))) is not None]
        if found:
            self.store.show(channel, ts, thread_ts, tuple(dict.fromkeys(found)))

    def react(self, reaction: Reaction, post_id: int | None = None) -> Change | Ask | None:
        """A flag was put up or taken down on a message; `post_id` says which of its posts where it shows several.

        None where the message shows no post, or nothing changed. Taking down withdraws this person's flag from every
        post of the message: which one they meant is known from when they put it up.
        """
        shown, thread_ts = self.store.shown(reaction.channel, reaction.ts)
        if post_id is not None:
            shown = (post_id,)
        if not shown:
            return None
        if reaction.stands and len(shown) > 1:
            return Ask(tuple(found[0] for i in shown if (found := self.store.post(i))))
        changes = [self._flag(reaction, i, reaction.thread_ts or thread_ts) for i in shown]
        return next((c for c in changes if c is not None), None)

    def flag_by_button(self, post_id: int, user: str, channel: str, thread_ts: str | None) -> Change | None:
        """A person pressed 「レビューに回す」; `thread_ts` is where the newsroom is told, None for the channel itself.

        None where their flag stood already. Raises NotFound.
        """
        if self.store.post(post_id) is None:
            raise NotFound(f"#{post_id} の記事はありません。「/search 語」で探せます。")
        return self.store.flag(
            post_id,
            user=user,
            emoji="button",
            stands=True,
            channel=channel,
            ts="",
            thread_ts=thread_ts,
            event_ts=f"{self.now().timestamp():.6f}",
        )

    def share(self, key: str, channel: str, post_id: int, sentences: int, user: str) -> bool:
        """Decide to put a post's summary into a channel; False where this very sharing was decided before."""
        ids = {"post": post_id, "sentences": sentences, "user": user}
        return self.store.say(key, channel, "shared", ids)

    def review(self, review_id: int) -> tuple[Review, Post, Reading]:
        """A review with its post. Raises NotFound."""
        review = self.store.review(review_id)
        found = self.store.post(review.post_id) if review else None
        if review is None or found is None:
            raise NotFound(f"レビュー #{review_id} はありません。")
        return review, *found

    def _flag(self, reaction: Reaction, post_id: int, thread_ts: str | None) -> Change | None:
        return self.store.flag(
            post_id,
            user=reaction.user,
            emoji=emoji_name(reaction.emoji),
            stands=reaction.stands,
            channel=reaction.channel,
            ts=reaction.ts,
            thread_ts=thread_ts,
            event_ts=reaction.event_ts,
            # one event may take a flag from several posts: each is its own effect
            event_id=f"{reaction.event_id}:{post_id}" if reaction.event_id else "",
        )
