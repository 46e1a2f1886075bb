"""Reactions and pressed flags: recorded, and turned into reviews and what is done to them, in one transaction.

The newest event for each message, person, emoji and post decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from bot.domain.outbox import NotificationSettings
from bot.domain.reactions import Ask, NotSeen, Reaction
from bot.domain.review_announcements import FlagPlace
from bot.domain.reviews import Action, EmojiMeaning, Outcome, Review, ReviewCommand, Via, steps
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.mapping import load_posts
from storage.reviews.reviews import last_of, opened, perform, review_of
from storage.slack.events import once
from storage.tables import reactions, reviews, showings

_OPEN = reviews.c.closed_at.is_(None)


class ReactionKey(NamedTuple):
    """A reaction as it is stored: its message, person and emoji, and the post it is meant for. A button has no `ts`."""

    channel: str
    ts: str
    user: str
    emoji: str
    post_id: int


@dataclass(frozen=True)
class Flagging:
    """A flag that was put up (`stands`) or taken back, and the thread that is told of it."""

    key: ReactionKey
    stands: bool
    event_ts: str
    via: Via
    thread_ts: str | None


class ReactionStore(StorePart):
    """The part of the Store that knows who put which emoji where."""

    def react(
        self, reaction: Reaction, means: EmojiMeaning, post_id: int | None = None
    ) -> Outcome | Ask | NotSeen | None:
        """Record a reaction and do what it means: flag the post of its message or take the flag back, or take or
        resolve the post's open review or take that back.

        `post_id` says which of the message's posts is meant; otherwise it is the only one that can be. If there are
        several, return Ask, once for each event; an emoji taken away concerns them all. Return NotSeen for a flag if it
        is not known which posts the message shows; None if no post can be meant, nothing changed, or the event was
        processed before.
        """
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            shown, thread_ts = _shown_by(c, reaction.channel, reaction.ts)
            if post_id is not None:
                shown = [post_id]
            elif means == "flag" and not shown:
                return NotSeen()
            elif means != "flag" and reaction.stands:
                shown = _under_review(c, shown)
            if reaction.stands and len(shown) > 1:
                return _ask(c, now, reaction, means, shown)
            thread_ts = reaction.thread_ts or thread_ts
            changes = [_react(c, now, self.notifications, reaction, means, i, thread_ts) for i in shown]
            return next((change for change in changes if change is not None), None)

    def may_concern(self, channel: str, ts: str, stands: bool) -> bool:
        """Return whether an emoji that takes or resolves can concern a message: if it `stands` one that shows a post
        under review, otherwise one that shows any post."""
        with self.reading() as c:
            shown, _ = _shown_by(c, channel, ts)
            return bool(_under_review(c, shown) if shown and stands else shown)

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
    ) -> Outcome | None:
        """Record that a person's flag stands on a post, or no longer does, and open or withdraw its review.

        The flag is on a message (channel, ts), or for a pressed button in a channel; the newest `event_ts` for the same
        place, user, emoji and post decides. Each thread (`thread_ts`, or else the message's own; the channel if there
        is neither) is told once that the review is open, and once that it is withdrawn. Return None if this event was
        processed before or changes nothing.
        """
        flag = Flagging(ReactionKey(channel, ts, user, emoji, post_id), stands, event_ts, via, thread_ts)
        with self.writing() as c:
            serialise(c, Lock.REVIEWS)
            now = self.now()
            return _flag(c, now, self.notifications, flag) if once(c, event_id, now) else None


def _ask(c: Connection, now: datetime, reaction: Reaction, means: EmojiMeaning, post_ids: Sequence[int]) -> Ask | None:
    """Return the question which post is meant; None if this event asked it before."""
    if reaction.event_id and not once(c, f"ask:{reaction.event_id}", now):
        return None
    found = load_posts(c, post_ids)
    return Ask(tuple(found[i] for i in post_ids if i in found), means)


def _react(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    reaction: Reaction,
    means: EmojiMeaning,
    post_id: int,
    thread_ts: str | None,
) -> Outcome | None:
    # one event may concern several posts: each is an effect of its own
    if reaction.event_id and not once(c, f"{reaction.event_id}:{post_id}", now):
        return None
    key = ReactionKey(reaction.channel, reaction.ts, reaction.user, reaction.emoji.strip(":"), post_id)
    if means == "flag":
        flag = Flagging(key, reaction.stands, reaction.event_ts, "flag", thread_ts)
        return _flag(c, now, notifications, flag)
    return _apply(c, now, notifications, key, means, reaction.stands, reaction.event_ts)


def _flag(c: Connection, now: datetime, notifications: NotificationSettings, flag: Flagging) -> Outcome | None:
    key, stands = flag.key, flag.stands
    if not _record(c, now, key, "flag", stands, flag.event_ts):
        return None
    review = review_of(c, key.post_id)
    if not stands and (review is None or _stands_elsewhere(c, review, key.user, "flag")):
        return None
    flagged_at = FlagPlace(key.channel, flag.thread_ts or key.ts or None) if stands and key.channel else None
    last = review is not None and {f.user for f in review.flags} <= {key.user} and review.opened_via != "checks"
    action: Action = "flag" if stands else "withdraw" if last else "unflag"
    act = ReviewCommand(action=action, user=key.user, via=flag.via, channel=key.channel, ts=key.ts)
    if review is None:
        return opened(c, now, notifications, key.post_id, act, flagged_at)
    return perform(c, now, notifications, review, act, flagged_at)


def _apply(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    key: ReactionKey,
    means: EmojiMeaning,
    stands: bool,
    event_ts: str,
) -> Outcome | None:
    """Take or resolve the review of a post by emoji. Taking one's own emoji away takes back what it did: the review is
    released, or the decision undone while nothing followed."""
    if not _record(c, now, key, means, stands, event_ts):
        return None
    review = review_of(c, key.post_id) if stands or means == "take" else last_of(c, key.post_id)
    if review is None or (not stands and _stands_elsewhere(c, review, key.user, means)):
        return None
    action = means if stands else _taken_back(review, means, key.user)
    if action is None:
        return None
    act = ReviewCommand(action=action, user=key.user, via="emoji", channel=key.channel, ts=key.ts)
    return perform(c, now, notifications, review, act)


def _taken_back(review: Review, means: EmojiMeaning, user: str) -> Action | None:
    """Return what taking an emoji away does; None if the emoji did nothing, or something followed."""
    if means == "take":
        return "release" if review.owner == user else None
    last = steps(review.history)[-1]
    return "undo" if (last.action, last.user, last.via) == ("fixed", user, "emoji") else None


def _shown_by(c: Connection, channel: str, ts: str) -> tuple[list[int], str | None]:
    """Return the posts that a message shows, as far as known, and the thread it is in."""
    rows = c.execute(select(showings).where(showings.c.channel == channel, showings.c.ts == ts)).all()
    return sorted(row.post_id for row in rows), next((row.thread_ts for row in rows), None)


def _under_review(c: Connection, post_ids: Sequence[int]) -> list[int]:
    """Return those of the posts that have an open review."""
    open_ones = set(c.scalars(select(reviews.c.post_id).where(_OPEN, reviews.c.post_id.in_(post_ids))))
    return [post_id for post_id in post_ids if post_id in open_ones]


def _record(c: Connection, now: datetime, key: ReactionKey, means: EmojiMeaning, stands: bool, event_ts: str) -> bool:
    """Record a reaction. Return False if a newer event is recorded, or this one changes nothing for the open review."""
    here = [reactions.c[name] == value for name, value in key._asdict().items()]
    known = c.execute(select(reactions).where(*here)).first()
    values = {"means": means, "stands": stands, "event_ts": event_ts, "at": now}
    if known is None:
        c.execute(insert(reactions).values(**key._asdict(), **values))
        return stands
    if _moment(event_ts) <= _moment(known.event_ts):
        return False
    since = c.scalar(select(reviews.c.opened_at).where(_OPEN, reviews.c.post_id == key.post_id))
    # a flag that stands since an earlier review counts anew when its button is pressed again
    changed = known.stands != stands or (stands and (since is None or since > known.at))
    c.execute(update(reactions).where(*here).values(values if changed else {"event_ts": event_ts}))
    return bool(changed)


def _stands_elsewhere(c: Connection, review: Review, user: str, means: EmojiMeaning) -> bool:
    """Return whether this person has put up the same sign for the post on another message or in another skin tone."""
    theirs = select(reactions.c.ts).where(
        reactions.c.post_id == review.post_id,
        reactions.c.user == user,
        reactions.c.means == means,
        reactions.c.stands,
        reactions.c.at >= review.opened_at,
    )
    return c.execute(theirs.limit(1)).first() is not None


def _moment(ts: str) -> tuple[int, int]:
    seconds, _, fraction = ts.partition(".")
    return int(seconds or 0), int((fraction + "000000")[:6])
