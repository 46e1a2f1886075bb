"""What the bot says by itself: one dataclass for each kind of message.

A message holds what it is about, not its words: those are made from the store when it is sent or edited. `to` addresses
it: where it goes, and the key under which it is written once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self, get_origin


@dataclass(frozen=True)
class NewMessage:
    """A message that is to be posted once: a second one under the same `key` is not written.

    `channel` may be a person: their direct messages. It goes into the thread of the message under `parent_key`, after
    that is posted, or into the thread of the Slack message at `thread_ts`, or else into the channel itself. It goes out
    as soon as it can, or at `not_before`: for messages without replies.
    """

    key: str
    channel: str
    payload: "Payload"
    parent_key: str | None = None
    thread_ts: str | None = None
    not_before: datetime | None = None


@dataclass(frozen=True)
class Payload:
    """What a message is about. `kind` and `to_json` are what the outbox stores of it."""

    kind: ClassVar[str]

    def __init_subclass__(cls, kind: str) -> None:
        cls.kind = kind

    def to_json(self) -> dict[str, Any]:
        """Return the values that the outbox stores, dates in ISO format."""
        return {_stored_name(f.name): _dump(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_json(cls, ids: Mapping[str, Any]) -> Self:
        """Return what `to_json` stored. Raises KeyError, TypeError or ValueError if it was of another kind."""
        return cls(**{f.name: _load(f.type, ids[_stored_name(f.name)]) for f in fields(cls)})


# ---- digests
@dataclass(frozen=True)
class DigestMessage(Payload, kind="digest"):
    """A digest, in whose thread its replies stand."""

    digest_id: int

    def to(self, channel: str) -> NewMessage:
        return NewMessage(digest_key(self.digest_id), channel, self)


@dataclass(frozen=True)
class DigestEntry(Payload, kind="entry"):
    """The reply with one story of a digest, by its lead post."""

    digest_id: int
    post_id: int

    def to(self, channel: str) -> NewMessage:
        key = entry_key(self.digest_id, self.post_id)
        return NewMessage(key, channel, self, parent_key=digest_key(self.digest_id))


@dataclass(frozen=True)
class HeldPosts(Payload, kind="held"):
    """The reply that names the posts a digest holds back."""

    digest_id: int

    def to(self, channel: str) -> NewMessage:
        return NewMessage(held_key(self.digest_id), channel, self, parent_key=digest_key(self.digest_id))


@dataclass(frozen=True)
class PersonalDigest(Payload, kind="personal"):
    """A person's digest of the tags that they follow: a single message."""

    digest_id: int

    def to(self, person: str) -> NewMessage:
        return NewMessage(digest_key(self.digest_id), person, self)


@dataclass(frozen=True)
class DigestDraft(Payload, kind="draft"):
    """A digest that waits for approval."""

    digest_id: int

    def to(self, channel: str) -> NewMessage:
        return NewMessage(draft_key(self.digest_id), channel, self)


@dataclass(frozen=True)
class DraftReminder(Payload, kind="draft-waits"):
    """The reply to a draft that still waits although its slot has come."""

    digest_id: int

    def to(self, channel: str) -> NewMessage:
        parent = draft_key(self.digest_id)
        return NewMessage(f"{parent}:waits", channel, self, parent_key=parent)


@dataclass(frozen=True)
class DigestMissed(Payload, kind="digest-missed"):
    """For the administrators: a channel's digest was missed, and comes too late now. `zone` is the schedule's."""

    channel: str
    slot: datetime
    zone: str

    def to(self, admins: str, schedule_id: int | None) -> NewMessage:
        return NewMessage(f"missed:{schedule_id}:{self.slot:%Y-%m-%dT%H:%M}", admins, self)


@dataclass(frozen=True)
class WeeklyReportMessage(Payload, kind="weekly"):
    """The look back on the `week` from that Monday on; `chart` if a picture follows in its thread."""

    week: date
    chart: bool

    def to(self, channel: str) -> NewMessage:
        return NewMessage(_weekly_key(channel, self.week), channel, self)


@dataclass(frozen=True)
class WeeklyChart(Payload, kind="weekly-chart"):
    """The picture in the thread of a weekly report."""

    week: date
    chart: bool = True

    def to(self, channel: str) -> NewMessage:
        parent = _weekly_key(channel, self.week)
        return NewMessage(f"{parent}:chart", channel, self, parent_key=parent)


@dataclass(frozen=True)
class SharedSummary(Payload, kind="shared"):
    """A post's summary that `user` shares with a channel."""

    post_id: int
    sentences: int
    user: str

    def to(self, channel: str, key: str) -> NewMessage:
        return NewMessage(key, channel, self)


# ---- reviews
@dataclass(frozen=True)
class ReviewCardMessage(Payload, kind="review-card"):
    """The card of a review, in whose thread its history stands."""

    review_id: int

    def to(self, channel: str, thread_ts: str | None = None) -> NewMessage:
        return NewMessage(card_key(self.review_id), channel, self, thread_ts=thread_ts)


@dataclass(frozen=True)
class ReviewNotice(Payload, kind="review-notice"):
    """The line in a thread where `user` flagged the post, while the card stands elsewhere."""

    review_id: int
    user: str

    def to(self, channel: str, thread_ts: str) -> NewMessage:
        key = f"{review_key(self.review_id)}:notice:{channel}:{thread_ts}"
        return NewMessage(key, channel, self, thread_ts=thread_ts)


@dataclass(frozen=True)
class ReviewLine(Payload, kind="review-line"):
    """The line of a review's history in the thread of its card."""

    review_id: int
    event_id: int

    def to(self, channel: str, thread_ts: str | None) -> NewMessage:
        """Address it as a reply to the card, or if the card itself is a reply, to the thread the card stands in."""
        key = f"{review_key(self.review_id)}:line:{self.event_id}"
        parent = None if thread_ts else card_key(self.review_id)
        return NewMessage(key, channel, self, parent_key=parent, thread_ts=thread_ts)


@dataclass(frozen=True)
class ReviewHandedOver(Payload, kind="review-handed"):
    """For the person that a review was handed to."""

    review_id: int
    event_id: int

    def to(self, person: str) -> NewMessage:
        return NewMessage(f"{review_key(self.review_id)}:handed:{self.event_id}", person, self)


@dataclass(frozen=True)
class HandoverMessage(Payload, kind="review-handover"):
    """What became of all reviews from `since` to `until`, and which nobody owns."""

    since: datetime
    until: datetime

    def to(self, channel: str, day: str) -> NewMessage:
        return NewMessage(reminders_key(day), channel, self)

    def to_json(self) -> dict[str, Any]:
        return {"since": self.since.timestamp(), "until": self.until.timestamp()}

    @classmethod
    def from_json(cls, ids: Mapping[str, Any]) -> Self:
        return cls(datetime.fromtimestamp(ids["since"], UTC), datetime.fromtimestamp(ids["until"], UTC))


@dataclass(frozen=True)
class ReviewReminder(Payload, kind="review-reminder"):
    """For a person: the reviews that they own."""

    owner: str

    def to(self, day: str) -> NewMessage:
        return NewMessage(f"{reminders_key(day)}:{self.owner}", self.owner, self)


@dataclass(frozen=True)
class ReviewWoken(Payload, kind="review-woken"):
    """For a review's owner: its snooze has ended."""

    review_id: int

    def to(self, owner: str, snoozed_until: datetime) -> NewMessage:
        return NewMessage(f"review-woken:{self.review_id}:{snoozed_until:%Y%m%dT%H%M%S}", owner, self)


# ---- findings
@dataclass(frozen=True)
class FindingsAlert(Payload, kind="findings"):
    """New findings in a `revision` of a post, each by its rule and quotation."""

    post_id: int
    revision: int
    findings: tuple[tuple[str, str], ...]

    def to(self, channel: str) -> NewMessage:
        return NewMessage(findings_key(self.post_id, self.revision), channel, self)


@dataclass(frozen=True)
class RuleDemoted(Payload, kind="rule-demoted"):
    """A rule's alerts become a weekly count, since it hit so many of the week's posts."""

    rule: str
    hits: int
    posts: int

    def to(self, channel: str, at: datetime) -> NewMessage:
        return NewMessage(f"rule-demoted:{self.rule}:{at.isoformat()}", channel, self)


@dataclass(frozen=True)
class WeeklyRuleCounts(Payload, kind="rules-week"):
    """The week's `posts`, and for each demoted rule its hits and whether its alerts come back."""

    posts: int
    rules: tuple[tuple[str, int, bool], ...]

    def to(self, channel: str, key: str) -> NewMessage:
        return NewMessage(key, channel, self)


# ---- sources
@dataclass(frozen=True)
class SourceStateChanged(Payload, kind="source-state"):
    """For the administrators: a source fails, works again or is gone."""

    source_id: int
    state: str
    before: str
    error: str

    def to(self, admins: str, at: datetime) -> NewMessage:
        return NewMessage(f"source:{self.source_id}:{self.state}:{_moment(at)}", admins, self)


@dataclass(frozen=True)
class BacklogRegistered(Payload, kind="source-registered"):
    """A new source's `posts` are registered, for the person or channel that asked for it."""

    source_id: int
    posts: int

    def to(self, channel: str, at: datetime) -> NewMessage:
        return NewMessage(f"source:{self.source_id}:registered:{channel}:{_moment(at)}", channel, self)


@dataclass(frozen=True)
class EntriesRejected(Payload, kind="source-aside"):
    """For the administrators: a source has more entries that could not be taken in."""

    source_id: int

    def to(self, admins: str, at: datetime) -> NewMessage:
        return NewMessage(f"source:{self.source_id}:aside:{_moment(at)}", admins, self)


# ---- delivery
@dataclass(frozen=True)
class MessageGivenUp(Payload, kind="given-up"):
    """For the administrators: Slack will never take the message under `failed_key`. Once a day for each channel and
    reason."""

    channel: str
    failed_kind: str
    failed_key: str
    error: str

    def to(self, admins: str, at: datetime) -> NewMessage:
        return NewMessage(f"given-up:{self.channel}:{at:%Y-%m-%d}:{self.error[:60]}", admins, self)

    def to_json(self) -> dict[str, Any]:
        return {"channel": self.channel, "kind": self.failed_kind, "key": self.failed_key, "error": self.error}

    @classmethod
    def from_json(cls, ids: Mapping[str, Any]) -> Self:
        return cls(ids["channel"], ids["kind"], ids["key"], ids["error"])


AnyMessage = (
    DigestMessage | DigestEntry | HeldPosts | PersonalDigest | DigestDraft | DraftReminder | DigestMissed
    | WeeklyReportMessage | WeeklyChart | SharedSummary
    | ReviewCardMessage | ReviewNotice | ReviewLine | ReviewHandedOver | HandoverMessage | ReviewReminder | ReviewWoken
    | FindingsAlert | RuleDemoted | WeeklyRuleCounts
    | SourceStateChanged | BacklogRegistered | EntriesRejected
    | MessageGivenUp
)  # fmt: skip
"""Every kind of message; handlers/renderers.py has a renderer for each."""


def digest_key(digest_id: int) -> str:
    """Return the key of a digest's message."""
    return f"digest:{digest_id}"


def entry_key(digest_id: int, post_id: int) -> str:
    """Return the key of the reply with an entry of a digest."""
    return f"{digest_key(digest_id)}:{post_id}"


def held_key(digest_id: int) -> str:
    """Return the key of the reply that names the held posts of a digest."""
    return f"{digest_key(digest_id)}:held"


def draft_key(digest_id: int) -> str:
    """Return the key of the message that shows a digest's draft."""
    return f"draft:{digest_id}"


def review_key(review_id: int) -> str:
    """Return what the keys of all messages about a review begin with."""
    return f"review:{review_id}"


def card_key(review_id: int) -> str:
    """Return the key of a review's card."""
    return f"{review_key(review_id)}:card"


def reminders_key(day: str) -> str:
    """Return the key of a day's reminders."""
    return f"review-reminder:{day}"


def findings_key(post_id: int, revision: int) -> str:
    """Return the key of the alert about a revision of a post."""
    return f"findings:{post_id}:{revision}"


def _weekly_key(channel: str, week: date) -> str:
    return f"weekly:{channel}:{week}"


def _moment(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S%f}"


def _stored_name(name: str) -> str:
    """Return the name under which rows hold a field: `post` for `post_id`."""
    return name.removesuffix("_id")


def _dump(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _load(type_: Any, value: Any) -> Any:
    if type_ in (date, datetime):
        return type_.fromisoformat(value)
    return tuple(map(tuple, value)) if get_origin(type_) is tuple else value
