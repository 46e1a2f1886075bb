"""Reviews: from an emoji or a button to a decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.domain.outbox import OutboxMessage
from bot.domain.outbox_messages import NewMessage, ReviewCardMessage, SharedSummary
from bot.domain.posts import Post, address
from bot.domain.readings import Reading
from bot.domain.review_query import ReviewFilter, ReviewPage, parse_filter
from bot.domain.reviews import (
    EmojiMeaning,
    Outcome,
    Review,
    ReviewCommand,
    Via,
    emoji_name,
)
from bot.domain.stories import Story
from bot.errors import NotFound
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
    means: EmojiMeaning = "flag"


@dataclass(frozen=True)
class ReviewCard:
    """A review with all that its card shows. `alike` are the other posts of the story, newest first."""

    review: Review
    post: Post
    reading: Reading
    alike: tuple[Post, ...] = ()


class StoredReviews(Protocol):
    """What is needed of the stored reviews."""

    def flag(
        self,
        post_id: int,
        *,
        user: str,
        emoji: str,
        stands: bool,
        channel: str,
        ts: str,
        thread_ts: str | None = None,
        event_ts: str,
        event_id: str = "",
        via: Via = "flag",
    ) -> Outcome | None: ...
    def apply_emoji(
        self,
        post_id: int,
        *,
        means: EmojiMeaning,
        user: str,
        emoji: str,
        stands: bool,
        channel: str,
        ts: str,
        event_ts: str,
        event_id: str = "",
    ) -> Outcome | None: ...
    def act(self, review_id: int, act: ReviewCommand, event_id: str = "") -> Outcome | None: ...
    def current(self, post_id: int) -> Review | None: ...
    def get(self, review_id: int) -> Review | None: ...


class StoredReviewQueue(Protocol):
    """What is needed of the stored review queue."""

    def page(self, wanted: ReviewFilter, limit: int | None = None, offset: int = 0) -> ReviewPage: ...
    def latest(self, post_id: int) -> int | None: ...


class StoredMessages(Protocol):
    """What is needed of the stored messages."""

    def first(self, event_id: str) -> bool: ...
    def shown(self, channel: str, ts: str) -> tuple[tuple[int, ...], str | None]: ...
    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None: ...


class StoredPosts(Protocol):
    """What is needed of the stored posts."""

    def get(self, post_id: int) -> tuple[Post, Reading] | None: ...
    def at(self, address: str) -> int | None: ...


class StoredStories(Protocol):
    """What is needed of the stored stories."""

    def get(self, story_id: int) -> Story: ...


class StoredOutbox(Protocol):
    """What is needed of the stored outbox."""

    def add(self, message: NewMessage) -> bool: ...
    def message_at(self, channel: str, ts: str) -> OutboxMessage | None: ...


class Reviews:
    """The part of the desk that follows reviews."""

    def __init__(
        self,
        reviews: StoredReviews,
        review_queue: StoredReviewQueue,
        messages: StoredMessages,
        posts: StoredPosts,
        stories: StoredStories,
        outbox: StoredOutbox,
        *,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._stored_reviews = reviews
        self._review_queue = review_queue
        self._messages = messages
        self._posts = posts
        self._stories = stories
        self._outbox = outbox
        self.settings = settings
        self.now = now
        self.zone = settings.zone

    def meaning(self, emoji: str) -> EmojiMeaning | None:
        """What this reaction (skin tones aside) says in this newsroom; None for any other emoji."""
        name, settings = emoji_name(emoji), self.settings
        if name in settings.kawaraban_flag_emoji:
            return "flag"
        if name in settings.kawaraban_take_emoji:
            return "take"
        return "fixed" if name in settings.kawaraban_resolve_emoji else None

    def knows(self, channel: str, ts: str) -> bool:
        """Whether it is known which posts the message shows."""
        return bool(self._messages.shown(channel, ts)[0])

    def shown(self, channel: str, ts: str) -> tuple[Post, ...]:
        """The posts that a message shows, as far as known."""
        return self._posts_of(self._messages.shown(channel, ts)[0])

    def candidates(self, reaction: Reaction) -> tuple[int, ...]:
        """The posts that a reaction may be meant for: those its message shows; to take or to resolve is said of those
        under review alone."""
        posts, _ = self._messages.shown(reaction.channel, reaction.ts)
        if reaction.stands and self.meaning(reaction.emoji) != "flag":
            return tuple(i for i in posts if self._stored_reviews.current(i))
        return posts

    def note_shown(self, channel: str, ts: str, thread_ts: str | None, urls: list[str]) -> None:
        """Note which stored posts a message shows, by the addresses in it."""
        found = [i for url in urls if (i := self._posts.at(address(url))) is not None]
        if found:
            self._messages.show(channel, ts, thread_ts, tuple(dict.fromkeys(found)))

    def react(self, reaction: Reaction, post_id: int | None = None) -> Outcome | Ask | None:
        """An emoji that means something was put up or taken down on a message; `post_id` says which of its posts is
        meant where it shows several.

        None where the message shows no post it could be meant for, or nothing changed. Taking down concerns every post
        of the message: which one this person meant is known from when they put it up.
        """
        means = self.meaning(reaction.emoji)
        shown = self.candidates(reaction) if post_id is None else (post_id,)
        if not shown or means is None:
            return None
        if reaction.stands and len(shown) > 1:
            return Ask(self._posts_of(shown), means)
        thread_ts = self._messages.shown(reaction.channel, reaction.ts)[1]
        changes = [self._sign(reaction, means, i, reaction.thread_ts or thread_ts) for i in shown]
        return next((c for c in changes if c is not None), None)

    def flag_by_button(
        self, post_id: int, user: str, channel: str, thread_ts: str | None, *, via: Via = "button"
    ) -> Outcome | None:
        """A person pressed 「レビューに回す」 or said so in another way; `thread_ts` is where the newsroom is told,
        None for the channel itself.

        None where their flag stood already. Raises NotFound.
        """
        if self._posts.get(post_id) is None:
            raise NotFound(f"#{post_id} の記事はありません。「/search 語」で探せます。")
        return self._stored_reviews.flag(
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

    def first(self, event_id: str) -> bool:
        """Record an event as processed; False if it was already."""
        return self._messages.first(event_id)

    def current(self, post_id: int) -> Review | None:
        """Return the review that a post is under; None if it is under none."""
        return self._stored_reviews.current(post_id)

    def page(self, wanted: ReviewFilter, limit: int | None = None, offset: int = 0) -> ReviewPage:
        """Return a page of the reviews that a filter selects."""
        return self._review_queue.page(wanted, limit, offset)

    def is_card(self, channel: str, ts: str) -> bool:
        """Whether the message is the card of a review."""
        message = self._outbox.message_at(channel, ts)
        return message is not None and isinstance(message.payload, ReviewCardMessage)

    def act(self, review_id: int, act: ReviewCommand, event_id: str = "") -> Outcome | None:
        """Do to a review what somebody asked for; who may is asked before. None where this very event was dealt with
        before. Raises NotFound."""
        if self._stored_reviews.get(review_id) is None:
            raise NotFound(f"レビュー #{review_id} はありません。「/review」で一覧できます。")
        return self._stored_reviews.act(review_id, act, event_id)

    def queue(self, asked: str, user: str, limit: int | None, offset: int = 0) -> ReviewPage | None:
        """Return a page of the reviews that `user` asked for in words (see bot.domain.review_query).

        None if the words name no list. Raises WrongUse.
        """
        found = parse_filter(asked, user)
        return replace(self._review_queue.page(found, limit, offset), asked=asked) if found is not None else None

    def latest(self, post_id: int) -> Review | None:
        """The newest review of a post, open or closed; None where it never was under review."""
        number = self._review_queue.latest(post_id)
        return None if number is None else self._stored_reviews.get(number)

    def share(self, key: str, channel: str, post_id: int, sentences: int, user: str) -> bool:
        """Decide to put a post's summary into a channel; False where this very sharing was decided before."""
        return self._outbox.add(SharedSummary(post_id, sentences, user).to(channel, key))

    def get(self, review_id: int) -> tuple[Review, Post, Reading]:
        """A review with its post. Raises NotFound."""
        review = self._stored_reviews.get(review_id)
        found = self._posts.get(review.post_id) if review else None
        if review is None or found is None:
            raise NotFound(f"レビュー #{review_id} はありません。「/review」で一覧できます。")
        return review, *found

    def card(self, review_id: int) -> ReviewCard:
        """A review with all that its card shows. Raises NotFound."""
        review, post, reading = self.get(review_id)
        alike = self._stories.get(post.story_id).posts if post.story_id else ()
        return ReviewCard(review, post, reading, tuple(p for p in alike if p.id != post.id))

    def _posts_of(self, ids: Sequence[int]) -> tuple[Post, ...]:
        return tuple(found[0] for i in ids if (found := self._posts.get(i)))

    def _sign(self, reaction: Reaction, means: EmojiMeaning, post_id: int, thread_ts: str | None) -> Outcome | None:
        # one event may concern several posts: each is its own effect
        event_id = f"{reaction.event_id}:{post_id}" if reaction.event_id else ""
        at: dict[str, Any] = {
            "user": reaction.user, "emoji": reaction.emoji.strip(":"), "channel": reaction.channel,
            "ts": reaction.ts, "event_ts": reaction.event_ts, "event_id": event_id,
        }  # fmt: skip
        if means == "flag":
            return self._stored_reviews.flag(post_id, stands=reaction.stands, thread_ts=thread_ts, **at)
        return self._stored_reviews.apply_emoji(post_id, means=means, stands=reaction.stands, **at)
