"""Review statistics: weeks, activity per person, the handover. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.review_query import ReviewPage
from bot.domain.reviews import ReviewState


@dataclass(frozen=True)
class ReviewTimeline:
    """Timeline of a review: when it was opened, first taken and closed (None if not yet), and its state."""

    opened_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    state: ReviewState


@dataclass(frozen=True)
class Week:
    """Figures of one week, starting on Monday `first`. `to_take` and `to_close` are median times since opening of the
    reviews first taken and decided in that week; None if there were none."""

    first: date
    opened: int
    decided: int
    withdrawn: int
    to_take: timedelta | None
    to_close: timedelta | None


@dataclass(frozen=True)
class PersonActivity:
    """Activity of one person: posts they flagged, reviews they took and decided, digests they sent."""

    user: str
    flagged: int = 0
    taken: int = 0
    decided: int = 0
    sent: int = 0


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """An entry of the audit log: an action on a review of a post, or a digest that a person sent (`digest`).

    `user` is empty if the bot itself or the command line acted; `via` distinguishes them. See
    bot.domain.reviews.ReviewCommand.
    """

    at: datetime
    user: str
    action: str
    via: str = ""
    review: int | None = None
    post: int | None = None
    digest: int | None = None
    state: str = ""
    to: str = ""
    until: datetime | None = None
    note: str = ""


def weeks(courses: Iterable[ReviewTimeline], zone: ZoneInfo, now: datetime, count: int = 8) -> tuple[Week, ...]:
    """The last `count` weeks including this one, oldest first, by the newsroom's calendar."""
    courses = tuple(courses)
    this = monday(now, zone)
    return tuple(_week(courses, this - timedelta(weeks=back), zone) for back in range(count - 1, -1, -1))


def monday(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week that contains `at`."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _week(courses: tuple[ReviewTimeline, ...], first: date, zone: ZoneInfo) -> Week:
    taken = [c.taken_at - c.opened_at for c in courses if c.taken_at and monday(c.taken_at, zone) == first]
    closed = [c for c in courses if c.closed_at and monday(c.closed_at, zone) == first]
    decided = [c.closed_at - c.opened_at for c in closed if c.closed_at and c.state != "withdrawn"]
    return Week(
        first=first,
        opened=sum(monday(c.opened_at, zone) == first for c in courses),
        decided=len(decided),
        withdrawn=len(closed) - len(decided),
        to_take=_median(taken),
        to_close=_median(decided),
    )


def _median(spans: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


@dataclass(frozen=True)
class Handover:
    """Changes to the reviews from `since` until `until`, and the reviews that remain.

    `opened` counts the reviews opened, `by_checks` those of them that the checks opened; `taken` counts reviews by the
    person who took them; `closed` are those closed, in order. `owned` counts the reviews in progress by owner,
    `unowned` are those without an owner, oldest first; `snoozed` counts the rest. Both lists contain at most NAMED
    reviews.
    """

    since: datetime
    until: datetime
    opened: int
    by_checks: int
    taken: Mapping[str, int]
    closed: ReviewPage
    owned: Mapping[str, int]
    unowned: ReviewPage
    snoozed: int

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to report."""
        return not (self.opened or self.taken or self.closed.total or self.owned or self.unowned.total)
