"""A review: one post under review, from the flag that opened it to its end. Pure rules.

What may be done in which state is one table, RULES; docs/reviews.md shows it. A review is what its events made of it
(`after`), so that the last step can be taken back by leaving it out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from bot.domain.findings import Finding

ReviewState = Literal["open", "taken", "snoozed", "resolved", "dismissed", "withdrawn"]
Action = Literal[
    "flag", "check", "unflag", "withdraw", "take", "hand over", "release", "snooze", "wake",
    "fixed", "fine", "dismiss", "note", "undo", "revision", "mending", "removal",
]  # fmt: skip
Via = Literal["flag", "emoji", "button", "shortcut", "command", "home", "terminal", "checks", "source", "clock"]
"""The way an action came: `flag` and `emoji` are reactions, `source` is the post's own source."""
Decision = Literal["fixed", "fine"]
EmojiMeaning = Literal["flag", "take", "fixed"]
"""What an emoji says: it flags, it takes, or it resolves as fixed."""
Cell = Literal[ReviewState, "stays", "owned", "closed", "before", "–"]
"""What an action does in a state: a state is where it leads. `stays`: it is written into the history and changes
nothing. `owned`: who has the review takes it on, anybody else is told who has it. `closed`: refused, who decided is
told. `before`: what was before the last step. `–`: passed over in silence."""
Refusal = Literal["owned", "closed", "nothing", "again"]
"""Why an action was refused: somebody has the review, somebody decided it, there is no step to take back, or the post
is under review again."""

Snooze = Literal["hour", "evening", "morning", "week"]
SNOOZES: tuple[Snooze, ...] = get_args(Snooze)
MORNING, EVENING = time(9), time(18)

STATES: tuple[ReviewState, ...] = get_args(ReviewState)
CLOSED: tuple[ReviewState, ...] = ("resolved", "dismissed", "withdrawn")
WAITING: tuple[ReviewState, ...] = ("open", "taken", "snoozed")

RULES: Mapping[Action, tuple[Cell, ...]] = {
    # where there is none: open      taken     snoozed    resolved  dismissed withdrawn
    "flag":      ("open", "stays",     "stays",     "stays",     "–",      "–",      "–"),
    "check":     ("open", "stays",     "stays",     "stays",     "–",      "–",      "–"),
    "unflag":    ("–",    "stays",     "stays",     "stays",     "–",      "–",      "–"),
    "withdraw":  ("–",    "withdrawn", "stays",     "stays",     "–",      "–",      "–"),
    "take":      ("–",    "taken",     "owned",     "owned",     "closed", "closed", "closed"),
    "hand over": ("–",    "taken",     "taken",     "taken",     "closed", "closed", "closed"),
    "release":   ("–",    "–",         "open",      "open",      "closed", "closed", "closed"),
    "snooze":    ("–",    "snoozed",   "snoozed",   "snoozed",   "closed", "closed", "closed"),
    "wake":      ("–",    "–",         "–",         "taken",     "–",      "–",      "–"),
    "fixed":     ("–",    "resolved",  "resolved",  "resolved",  "closed", "closed", "closed"),
    "fine":      ("–",    "resolved",  "resolved",  "resolved",  "closed", "closed", "closed"),
    "dismiss":   ("–",    "dismissed", "dismissed", "dismissed", "closed", "closed", "closed"),
    "note":      ("–",    "stays",     "stays",     "stays",     "stays",  "stays",  "stays"),
    "undo":      ("–",    "before",    "before",    "before",    "before", "before", "before"),
    "revision":  ("–",    "stays",     "stays",     "stays",     "–",      "–",      "–"),
    "mending":   ("–",    "stays",     "stays",     "stays",     "–",      "–",      "–"),
    "removal":   ("–",    "stays",     "stays",     "stays",     "–",      "–",      "–"),
}  # fmt: skip
"""The whole life of a review. A flag on a post whose review is closed opens another review: there is none then."""


@dataclass(frozen=True)
class Flag:
    """One person's standing flag on a post, however often and wherever they put it up; `at` is the first time."""

    user: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewCommand:
    """What somebody asks to be done to a review, and from where.

    `user` is empty where the bot itself does it. `channel` and `ts` are the message it is done on, empty where it is
    none. `to` is who the review is handed to, `until` the end of a snooze, `note` what the person wrote. `facts` are
    the figures of a revision: `revision`, and how many findings are `gone` and `left`.
    """

    action: Action
    user: str
    via: Via
    channel: str = ""
    ts: str = ""
    to: str = ""
    until: datetime | None = None
    note: str = ""
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(ReviewCommand):
    """What was done to a review: when, and the state it was in afterwards."""

    state: ReviewState
    at: datetime
    id: int = 0


@dataclass(frozen=True, kw_only=True)
class Review:
    """A post under review, as its events left it.

    `owner` is who has it since `taken_at`, None where nobody has; it stays when the review is closed. `decided_by` is
    who closed it at `closed_at`, by `decision` where it is resolved. `opened_by` is empty where the checks opened it.
    """

    id: int
    post_id: int
    state: ReviewState
    opened_at: datetime
    opened_by: str = ""
    opened_via: Via = "flag"
    owner: str | None = None
    taken_at: datetime | None = None
    snoozed_until: datetime | None = None
    decision: Decision | None = None
    decided_by: str | None = None
    closed_at: datetime | None = None
    history: tuple[ReviewEvent, ...] = ()

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """The flags that stand, or stood when it was closed: one a person, oldest first."""
        standing: dict[str, Flag] = {}
        for event in self.history:
            if event.action == "flag":
                standing.setdefault(event.user, Flag(event.user, event.at))
            elif event.action in ("unflag", "withdraw"):
                standing.pop(event.user, None)
        return tuple(standing.values())

    @property
    def is_closed(self) -> bool:
        """Whether it has come to an end."""
        return self.state in CLOSED

    @property
    def mended(self) -> bool:
        """Whether the post's newest revision took its findings away, so that 「修正済み」 is proposed."""
        told = [e.action for e in self.history if e.action in ("revision", "mending")]
        return not self.is_closed and told[-1:] == ["mending"]

    @property
    def can_undo(self) -> bool:
        """Whether the last step can be taken back: there is one, and it is neither the opening nor an undoing."""
        return any(step.action not in ("flag", "check", "undo") for step in steps(self.history)[-1:])

    def event(self, event_id: int) -> ReviewEvent:
        """The event of this number. Raises LookupError."""
        found = next((event for event in self.history if event.id == event_id), None)
        if found is None:
            raise LookupError(f"review {self.id} has no event {event_id}")
        return found


@dataclass(frozen=True)
class Outcome:
    """What an action did: `review` after it, and the `event` it left; None where it was refused (`why`) or changed
    nothing. `opened` where it opened the review."""

    review: Review
    event: ReviewEvent | None = None
    why: Refusal | None = None
    opened: bool = False

    @property
    def withdrawn(self) -> bool:
        """Whether this very action withdrew the review."""
        return self.event is not None and self.event.action == "withdraw" and self.event.state == "withdrawn"


def rule(action: Action, state: ReviewState | None) -> Cell:
    """The cell of RULES; a `state` of None is a post with no open review."""
    return RULES[action][0 if state is None else STATES.index(state) + 1]


def decide(review: Review, action: Action, user: str, to: str = "") -> tuple[ReviewState | None, Refusal | None]:
    """What an action of `user` leads to: the state afterwards, or None and why it is refused; both None where it
    changes nothing."""
    cell = rule(action, review.state)
    if cell == "–" or (action == "hand over" and (review.state, review.owner) == ("taken", to)):
        return None, None
    if cell == "stays":
        return review.state, None
    if cell == "closed":
        return None, "closed"
    if cell == "owned":
        if review.owner != user:
            return None, "owned"
        return ("taken" if review.state == "snoozed" else None), None
    if cell == "before":
        return (steps(review.history)[-2].state, None) if review.can_undo else (None, "nothing")
    return cell, None


def after(review: Review, event: ReviewEvent) -> Review:
    """The review after one more event."""
    history = (*review.history, event)
    if event.action == "undo":
        return replace(_replayed(review, steps(history)), history=history)
    return replace(_done(review, event), state=event.state, history=history)


def steps(history: Iterable[ReviewEvent]) -> list[ReviewEvent]:
    """The events that moved the review and were not taken back, oldest first.

    An undoing that was the last to move it stands at the end, since nothing can be taken back then.
    """
    left: list[ReviewEvent] = []
    undone: ReviewEvent | None = None
    for event in history:
        if event.action == "undo":
            left.pop()
            undone = event
        elif not left or _moves(event, left[-1].state):
            left.append(event)
            undone = None
    return [*left, undone] if undone else left


def _moves(event: ReviewEvent, before: ReviewState) -> bool:
    return event.state != before or event.action in ("hand over", "snooze")


def _replayed(review: Review, events: Iterable[ReviewEvent]) -> Review:
    fresh = replace(
        review, owner=None, taken_at=None, snoozed_until=None, decision=None, decided_by=None, closed_at=None
    )
    for event in events:
        if event.action != "undo":
            fresh = replace(_done(fresh, event), state=event.state)
    return fresh


def _done(review: Review, event: ReviewEvent) -> Review:
    """The review with what the event's action changes, apart from its state."""
    if event.action in ("take", "hand over"):
        owner = event.to or event.user
        taken = review.taken_at if owner == review.owner else event.at
        return replace(review, owner=owner, taken_at=taken, snoozed_until=None)
    if event.action == "release":
        return replace(review, owner=None, taken_at=None, snoozed_until=None)
    if event.action == "snooze":
        taken = review.taken_at if review.owner else event.at
        return replace(review, owner=review.owner or event.user, taken_at=taken, snoozed_until=event.until)
    if event.action == "wake":
        return replace(review, snoozed_until=None)
    if event.state in CLOSED and review.closed_at is None:
        decision: Decision | None = event.action if event.action in ("fixed", "fine") else None
        return replace(review, decision=decision, decided_by=event.user, closed_at=event.at, snoozed_until=None)
    return review


def snoozed_until(choice: Snooze, now: datetime, zone: ZoneInfo) -> datetime:
    """When a snooze ends: in an hour; today at six in the evening, but not within the hour; tomorrow at nine in the
    morning; on Monday at nine. By the newsroom's clock, as aware UTC."""
    today, hour = now.astimezone(zone).date(), now + timedelta(hours=1)
    if choice == "hour":
        return hour
    if choice == "evening":
        return max(hour, datetime.combine(today, EVENING, zone).astimezone(UTC))
    days = 1 if choice == "morning" else 7 - today.weekday()
    return datetime.combine(today + timedelta(days=days), MORNING, zone).astimezone(UTC)


def is_fixed(gone: int, left: Iterable[Finding]) -> bool:
    """Whether a revision after which so many findings are gone and these are left is proposed as 「修正済み」: nothing
    is left but notes."""
    return gone > 0 and all(finding.severity == "note" for finding in left)


def emoji_name(reaction: str) -> str:
    """The emoji of a reaction without colons and skin tone: `+1::skin-tone-3` and `:+1:` are `+1`."""
    return reaction.strip(":").split("::")[0]
