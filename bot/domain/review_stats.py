"""Statistics and records of reviews: weeks, people, the morning's handover. Pure rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.review_query import ReviewPage
from bot.domain.reviews import ReviewState


@dataclass(frozen=True)
class ReviewTimeline:
    """How one review went: when it was opened, first taken and closed, and how it stands. None: not yet."""

    opened_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    state: ReviewState


@dataclass(frozen=True)
class Week:
    """What one week came to, from Monday `first` on. `to_take` and `to_close` are medians over the reviews that were
    first taken, and decided, in that week, counted from their opening; None where there was none."""

    first: date
    opened: int
    decided: int
    withdrawn: int
    to_take: timedelta | None
    to_close: timedelta | None


@dataclass(frozen=True)
class PersonActivity:
    """What one person did: posts they flagged, reviews they took and decided, digests they sent."""

    user: str
    flagged: int = 0
    taken: int = 0
    decided: int = 0
    sent: int = 0


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One thing that was done, for the record: to a review of a post, or a digest that a person sent (`digest`).

    `user` is empty if the bot itself or the command line did it; `via` tells them apart. See
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
    """The last `count` weeks up to this one, the oldest first, by the newsroom's calendar."""
    courses = tuple(courses)
    this = monday(now, zone)
    return tuple(_week(courses, this - timedelta(weeks=back), zone) for back in range(count - 1, -1, -1))


def monday(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the week in which that moment lies."""
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
    """What became of the reviews from `since` until `until`, and what is left.

    `opened` and `by_checks` count those opened, and those of them that the checks opened; `taken` counts reviews by who
    took them; `closed` are those closed, in that order. `owned` counts the reviews in work by their owner, `unowned`
    are those nobody has, oldest first; `snoozed` counts the rest. Of either at most NAMED are named.
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
        """Whether there is nothing to tell."""
        return not (self.opened or self.taken or self.closed.total or self.owned or self.unowned.total)
