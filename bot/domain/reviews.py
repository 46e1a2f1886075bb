"""A review: one post under review, from the flag that opened it to the decision. Pure rules.

One table, RULES, says which action is allowed in which state; docs/reviews.md shows it. A review is derived from its
events (`after`), so the last step can be undone by leaving it out.
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
"""How an action arrived: `flag` and `emoji` are reactions, `source` is the post's own source."""
Decision = Literal["fixed", "fine"]
EmojiMeaning = Literal["flag", "take", "fixed"]
"""Meaning of an emoji: it flags, takes, or resolves as fixed."""
Cell = Literal[ReviewState, "stays", "owned", "closed", "before", "–"]
"""Effect of an action in a state. The name of a state: the action leads there. `stays`: it is recorded in the history
and changes nothing else. `owned`: the owner resumes work on the review, anybody else is told who owns it. `closed`:
refused, and the person is told who decided. `before`: the state before the last step is restored. `–`: silently
ignored."""
Refusal = Literal["owned", "closed", "nothing", "again"]
"""Why an action was refused: somebody else owns the review, somebody decided it, there is no step to undo, or the post
has another open review."""

Snooze = Literal["hour", "evening", "morning", "week"]
SNOOZES: tuple[Snooze, ...] = get_args(Snooze)
MORNING, EVENING = time(9), time(18)

STATES: tuple[ReviewState, ...] = get_args(ReviewState)
CLOSED: tuple[ReviewState, ...] = ("resolved", "dismissed", "withdrawn")
WAITING: tuple[ReviewState, ...] = ("open", "taken", "snoozed")

RULES: Mapping[Action, tuple[Cell, ...]] = {
    #             none    open         taken        snoozed      resolved  dismissed withdrawn
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
"""Every action in every state. `none` is a post without an open review: a flag on a post whose review is closed opens
another one."""


@dataclass(frozen=True)
class Flag:
    """One person's active flag on a post, however many messages they flagged; `at` is the first time."""

    user: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewCommand:
    """An action requested on a review, and where it came from.

    `user` is empty if the bot itself acts. `channel` and `ts` are the message acted on, empty if there is none. `to` is
    the new owner, `until` the end of a snooze, `note` the person's text. `facts` are the figures of a revision:
    `revision`, and the number of findings `gone` and `left`.
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
    """An action that was performed on a review: when, and the state after it."""

    state: ReviewState
    at: datetime
    id: int = 0


@dataclass(frozen=True, kw_only=True)
class Review:
    """A post under review, as derived from its events.

    `owner` has owned it since `taken_at`, None if nobody does; it is kept when the review is closed. `decided_by`
    closed it at `closed_at`, with `decision` if it is resolved. `opened_by` is empty if the checks opened it.
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
        """The active flags, or those active when it was closed: one per person, oldest first."""
        standing: dict[str, Flag] = {}
        for event in self.history:
            if event.action == "flag":
                standing.setdefault(event.user, Flag(event.user, event.at))
            elif event.action in ("unflag", "withdraw"):
                standing.pop(event.user, None)
        return tuple(standing.values())

    @property
    def is_closed(self) -> bool:
        """Whether it is resolved, dismissed or withdrawn."""
        return self.state in CLOSED

    @property
    def looks_fixed(self) -> bool:
        """Whether the post's newest revision removed its findings, so that the card suggests 「修正済み」."""
        revisions = [e.action for e in self.history if e.action in ("revision", "mending")]
        return not self.is_closed and revisions[-1:] == ["mending"]

    @property
    def can_undo(self) -> bool:
        """Whether the last step can be undone: it exists, and is neither the opening nor an undo."""
        return any(step.action not in ("flag", "check", "undo") for step in steps(self.history)[-1:])

    def event(self, event_id: int) -> ReviewEvent:
        """Return the event with this number. Raises LookupError."""
        found = next((event for event in self.history if event.id == event_id), None)
        if found is None:
            raise LookupError(f"review {self.id} has no event {event_id}")
        return found


@dataclass(frozen=True)
class Outcome:
    """Outcome of an action: the `review` after it, and the `event` recorded, None if it was refused (`why`) or changed
    nothing. `opened` if it opened the review."""

    review: Review
    event: ReviewEvent | None = None
    why: Refusal | None = None
    opened: bool = False

    @property
    def withdrawn(self) -> bool:
        """Whether this action withdrew the review."""
        return self.event is not None and self.event.action == "withdraw" and self.event.state == "withdrawn"


def rule(action: Action, state: ReviewState | None) -> Cell:
    """The cell of RULES; `state` is None for a post without an open review."""
    return RULES[action][0 if state is None else STATES.index(state) + 1]


def decide(review: Review, action: Action, user: str, to: str = "") -> tuple[ReviewState | None, Refusal | None]:
    """Decide an action of `user`: return the new state, or None and the reason for the refusal; both None if it changes
    nothing."""
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
    """Return the review after one more event."""
    history = (*review.history, event)
    if event.action == "undo":
        return replace(_replayed(review, steps(history)), history=history)
    return replace(_done(review, event), state=event.state, history=history)


def steps(history: Iterable[ReviewEvent]) -> list[ReviewEvent]:
    """Return the events that moved the review and were not undone, oldest first.

    If the last move was an undo, that event comes last, since nothing can be undone then.
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
    """The review with the effects of the event's action, except on its state."""
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
    """The end of a snooze, as aware UTC: in an hour; today at 18:00, but not within the hour; tomorrow at 9:00; on
    Monday at 9:00, in the newsroom's time zone."""
    today, hour = now.astimezone(zone).date(), now + timedelta(hours=1)
    if choice == "hour":
        return hour
    if choice == "evening":
        return max(hour, datetime.combine(today, EVENING, zone).astimezone(UTC))
    days = 1 if choice == "morning" else 7 - today.weekday()
    return datetime.combine(today + timedelta(days=days), MORNING, zone).astimezone(UTC)


def is_fixed(gone: int, left: Iterable[Finding]) -> bool:
    """Whether a revision that removed `gone` findings and left `left` is suggested as 「修正済み」: only notes are
    left."""
    return gone > 0 and all(finding.severity == "note" for finding in left)


def emoji_name(reaction: str) -> str:
    """The name of a reaction's emoji without colons and skin tone: `+1::skin-tone-3` and `:+1:` are `+1`."""
    return reaction.strip(":").split("::")[0]
