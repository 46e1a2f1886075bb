"""Reviews: from an emoji or a button to a decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.desk.store import Store
from bot.errors import NotFound
from bot.posts import Post, address
from bot.queue import Page, wanted
from bot.readings import Reading
from bot.review import Act, Change, Meaning, Review, Via, emoji_name
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
    means: Meaning = "flag"


@dataclass(frozen=True)
class Card:
    """A review with all that its card shows. `alike` are the other posts of the story, newest first."""

    review: Review
    post: Post
    reading: Reading
    alike: tuple[Post, ...] = ()


class ReviewDesk:
    """The part of the desk that follows reviews."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]

    def meaning(self, emoji: str) -> Meaning | None:
        """What this reaction (skin tones aside) says in this newsroom; None for any other emoji."""
        name, settings = emoji_name(emoji), self.settings
        if name in settings.kawaraban_flag_emoji:
            return "flag"
        if name in settings.kawaraban_take_emoji:
            return "take"
        return "fixed" if name in settings.kawaraban_resolve_emoji else None

    def knows(self, channel: str, ts: str) -> bool:
        """Whether it is known which posts the message shows."""
        return bool(self.store.shown(channel, ts)[0])

    def shown(self, channel: str, ts: str) -> tuple[Post, ...]:
        """The posts that a message shows, as far as known."""
        return self._posts_of(self.store.shown(channel, ts)[0])

    def meant(self, reaction: Reaction) -> tuple[int, ...]:
        """The posts that a reaction may be meant for: those its message shows; to take or to resolve is said of those
        under review alone."""
        posts, _ = self.store.shown(reaction.channel, reaction.ts)
        if reaction.stands and self.meaning(reaction.emoji) != "flag":
            return tuple(i for i in posts if self.store.open_review(i))
        return posts

    def note_shown(self, channel: str, ts: str, thread_ts: str | None, urls: list[str]) -> None:
        """Note which stored posts a message shows, by the addresses in it."""
        found = [i for url in urls if (i := self.store.post_at(address(url))) is not None]
        if found:
            self.store.show(channel, ts, thread_ts, tuple(dict.fromkeys(found)))

    def react(self, reaction: Reaction, post_id: int | None = None) -> Change | Ask | None:
        """An emoji that means something was put up or taken down on a message; `post_id` says which of its posts is
        meant where it shows several.

        None where the message shows no post it could be meant for, or nothing changed. Taking down concerns every post
        of the message: which one this person meant is known from when they put it up.
        """
        means = self.meaning(reaction.emoji)
        shown = self.meant(reaction) if post_id is None else (post_id,)
        if not shown or means is None:
            return None
        if reaction.stands and len(shown) > 1:
            return Ask(self._posts_of(shown), means)
        thread_ts = self.store.shown(reaction.channel, reaction.ts)[1]
        changes = [self._sign(reaction, means, i, reaction.thread_ts or thread_ts) for i in shown]
        return next((c for c in changes if c is not None), None)

    def flag_by_button(
        self, post_id: int, user: str, channel: str, thread_ts: str | None, *, via: Via = "button"
    ) -> Change | None:
        """A person pressed 「レビューに回す」 or said so in another way; `thread_ts` is where the newsroom is told,
        None for the channel itself.

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
            via=via,
        )

    def act(self, review_id: int, act: Act, event_id: str = "") -> Change | None:
        """Do to a review what somebody asked for; who may is asked before. None where this very event was dealt with
        before. Raises NotFound."""
        if self.store.review(review_id) is None:
            raise NotFound(f"レビュー #{review_id} はありません。「/review」で一覧できます。")
        return self.store.act(review_id, act, event_id)

    def queue(self, asked: str, user: str, limit: int | None, offset: int = 0) -> Page | None:
        """A page of the reviews that `user` asked for in words (see bot.queue); None where the words name no list.
        Raises WrongUse."""
        found = wanted(asked, user)
        return replace(self.store.queue(found, limit, offset), asked=asked) if found is not None else None

    def last_review(self, post_id: int) -> Review | None:
        """The newest review of a post, open or closed; None where it never was under review."""
        number = self.store.last_review(post_id)
        return None if number is None else self.store.review(number)

    def share(self, key: str, channel: str, post_id: int, sentences: int, user: str) -> bool:
        """Decide to put a post's summary into a channel; False where this very sharing was decided before."""
        ids = {"post": post_id, "sentences": sentences, "user": user}
        return self.store.say(key, channel, "shared", ids)

    def review(self, review_id: int) -> tuple[Review, Post, Reading]:
        """A review with its post. Raises NotFound."""
        review = self.store.review(review_id)
        found = self.store.post(review.post_id) if review else None
        if review is None or found is None:
            raise NotFound(f"レビュー #{review_id} はありません。「/review」で一覧できます。")
        return review, *found

    def card(self, review_id: int) -> Card:
        """A review with all that its card shows. Raises NotFound."""
        review, post, reading = self.review(review_id)
        alike = self.store.story(post.story_id).posts if post.story_id else ()
        return Card(review, post, reading, tuple(p for p in alike if p.id != post.id))

    def _posts_of(self, ids: Sequence[int]) -> tuple[Post, ...]:
        return tuple(found[0] for i in ids if (found := self.store.post(i)))

    def _sign(self, reaction: Reaction, means: Meaning, post_id: int, thread_ts: str | None) -> Change | None:
        # one event may concern several posts: each is its own effect
        event_id = f"{reaction.event_id}:{post_id}" if reaction.event_id else ""
        at: dict[str, Any] = {
            "user": reaction.user, "emoji": reaction.emoji.strip(":"), "channel": reaction.channel,
            "ts": reaction.ts, "event_ts": reaction.event_ts, "event_id": event_id,
        }  # fmt: skip
        if means == "flag":
            return self.store.flag(post_id, stands=reaction.stands, thread_ts=thread_ts, **at)
        return self.store.sign(post_id, means=means, stands=reaction.stands, **at)
