"""Reviews: from an emoji or a button to a decision."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.domain.outbox import OutboxMessage
from bot.domain.outbox_messages import NewMessage, ReviewCardMessage, SharedSummary
from bot.domain.posts import Post, address
from bot.domain.reactions import Ask, NotSeen, Reaction
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
from bot.errors import NotFound
from bot.settings import Settings


@dataclass(frozen=True)
class ReviewCard:
    """A review with everything that its card shows. `alike` are the other posts of the story, newest first."""

    review: Review
    post: Post
    reading: Reading
    alike: tuple[Post, ...] = ()


class StoredReactions(Protocol):
    """What is needed of the stored reactions."""

    def react(
        self, reaction: Reaction, means: EmojiMeaning, post_id: int | None = None
    ) -> Outcome | Ask | NotSeen | None: ...
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
    def may_concern(self, channel: str, ts: str, stands: bool) -> bool: ...


class StoredReviews(Protocol):
    """What is needed of the stored reviews."""

    def act(self, review_id: int, act: ReviewCommand, event_id: str = "") -> Outcome | None: ...
    def current(self, post_id: int) -> Review | None: ...
    def get(self, review_id: int) -> Review | None: ...
    def with_post(self, review_id: int) -> tuple[Review, Post, Reading] | None: ...
    def card(self, review_id: int) -> tuple[Review, Post, Reading, tuple[Post, ...]] | None: ...


class StoredReviewQueue(Protocol):
    """What is needed of the stored review queue."""

    def page(self, wanted: ReviewFilter, limit: int | None = None, offset: int = 0) -> ReviewPage: ...
    def latest(self, post_id: int) -> int | None: ...


class StoredMessages(Protocol):
    """What is needed of the stored messages."""

    def posts(self, channel: str, ts: str) -> tuple[Post, ...]: ...
    def show(self, channel: str, ts: str, thread_ts: str | None, post_ids: tuple[int, ...]) -> None: ...


class StoredPosts(Protocol):
    """What is needed of the stored posts."""

    def get(self, post_id: int) -> tuple[Post, Reading] | None: ...
    def at(self, address: str) -> int | None: ...


class StoredOutbox(Protocol):
    """What is needed of the stored outbox."""

    def add(self, message: NewMessage) -> bool: ...
    def message_at(self, channel: str, ts: str) -> OutboxMessage | None: ...


class Reviews:
    """The part of the desk that follows reviews."""

    def __init__(
        self,
        reactions: StoredReactions,
        reviews: StoredReviews,
        review_queue: StoredReviewQueue,
        messages: StoredMessages,
        posts: StoredPosts,
        outbox: StoredOutbox,
        *,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._reactions = reactions
        self._stored_reviews = reviews
        self._review_queue = review_queue
        self._messages = messages
        self._posts = posts
        self._outbox = outbox
        self.settings = settings
        self.now = now
        self.zone = settings.zone

    def meaning(self, emoji: str) -> EmojiMeaning | None:
        """Return what a reaction, whatever its skin tone, means in this newsroom; None for any other emoji."""
        name, settings = emoji_name(emoji), self.settings
        if name in settings.flag_emoji:
            return "flag"
        if name in settings.take_emoji:
            return "take"
        return "fixed" if name in settings.resolve_emoji else None

    def shown(self, channel: str, ts: str) -> tuple[Post, ...]:
        """Return the posts that a message shows, as far as known."""
        return self._messages.posts(channel, ts)

    def may_concern(self, reaction: Reaction) -> bool:
        """Return whether a reaction that takes or resolves can concern its message: it shows a post under review, or
        for an emoji taken away any post. Other messages get 👀 and ✅ for many reasons."""
        return self._reactions.may_concern(reaction.channel, reaction.ts, reaction.stands)

    def note_shown(self, channel: str, ts: str, thread_ts: str | None, urls: list[str]) -> bool:
        """Record which stored posts a message shows, by the addresses in it. Return whether it shows any."""
        found = [i for url in dict.fromkeys(urls) if (i := self._posts.at(address(url))) is not None]
        if found:
            self._messages.show(channel, ts, thread_ts, tuple(dict.fromkeys(found)))
        return bool(found)

    def react(self, reaction: Reaction, post_id: int | None = None) -> Outcome | Ask | NotSeen | None:
        """Do what an emoji means that was put under a message or taken away, in one transaction; `post_id` says which
        of the message's posts is meant.

        Return NotSeen for a flag if it is not known which posts the message shows, and Ask, once for each event, if it
        shows several. None if no post can be meant, nothing changed, or the event was processed before. Taking away
        concerns every post of the message: which one this person meant is known from when they put it up.
        """
        means = self.meaning(reaction.emoji)
        return None if means is None else self._reactions.react(reaction, means, post_id)

    def flag_by_button(
        self, post_id: int, user: str, channel: str, thread_ts: str | None, *, via: Via = "button"
    ) -> Outcome | None:
        """Flag a post for a person who pressed 「レビューに回す」 or asked in another way; `thread_ts` is the thread to
        tell, None for the channel itself.

        Return None if their flag stood already. Raises NotFound.
        """
        if self._posts.get(post_id) is None:
            raise NotFound(f"#{post_id} の記事はありません。「/search 語」で探せます。")
        return self._reactions.flag(
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

    def current(self, post_id: int) -> Review | None:
        """Return the review that a post is under; None if it is under none."""
        return self._stored_reviews.current(post_id)

    def page(self, wanted: ReviewFilter, limit: int | None = None, offset: int = 0) -> ReviewPage:
        """Return a page of the reviews that a filter selects."""
        return self._review_queue.page(wanted, limit, offset)

    def is_card(self, channel: str, ts: str) -> bool:
        """Return whether the message is the card of a review."""
        message = self._outbox.message_at(channel, ts)
        return message is not None and isinstance(message.payload, ReviewCardMessage)

    def act(self, review_id: int, act: ReviewCommand, event_id: str = "") -> Outcome | None:
        """Do to a review what somebody asked for; permission is checked before. Return None if this event was processed
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
        """Return the newest review of a post, open or closed; None if it never was under review."""
        number = self._review_queue.latest(post_id)
        return None if number is None else self._stored_reviews.get(number)

    def share(self, key: str, channel: str, post_id: int, sentences: int, user: str) -> bool:
        """Decide to put a post's summary into a channel; False if this was decided before."""
        return self._outbox.add(SharedSummary(post_id, sentences, user).to(channel, key))

    def get(self, review_id: int) -> tuple[Review, Post, Reading]:
        """Return a review with its post. Raises NotFound."""
        found = self._stored_reviews.with_post(review_id)
        if found is None:
            raise NotFound(f"レビュー #{review_id} はありません。「/review」で一覧できます。")
        return found

    def card(self, review_id: int) -> ReviewCard:
        """Return a review with everything that its card shows. Raises NotFound."""
        found = self._stored_reviews.card(review_id)
        if found is None:
            raise NotFound(f"レビュー #{review_id} はありません。「/review」で一覧できます。")
        return ReviewCard(*found)
