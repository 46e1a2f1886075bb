"""Once a week: what came up, and what the desk did."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.desk.schedules import Schedules
from bot.domain.review_stats import ReviewTimeline, weeks
from bot.domain.weekly_report import Lookback, announced_at, bounds, trends, whole_weeks
from bot.settings import Settings


class StoredWeeklyReport(Protocol):
    """What is needed of the stored weekly report."""

    def announce(self, channel: str, last: date, *, chart: bool) -> bool: ...
    def tag_weeks(self, edges: Sequence[datetime]) -> tuple[tuple[int, ...], dict[str, list[int]]]: ...


class StoredAuditLog(Protocol):
    """What is needed of the stored audit log."""

    def timelines(self, since: datetime) -> tuple[ReviewTimeline, ...]: ...


class WeeklyReport:
    """The part of the desk that looks back on the week."""

    def __init__(
        self,
        weekly_report: StoredWeeklyReport,
        audit_log: StoredAuditLog,
        schedules: Schedules,
        *,
        settings: Settings,
        now: Callable[[], datetime],
        draws_charts: bool,
    ) -> None:
        self._stored_weekly_report = weekly_report
        self._audit_log = audit_log
        self._schedules = schedules
        self.settings = settings
        self.now = now
        self._draws_charts = draws_charts
        self.zone = settings.zone

    def announce(self) -> bool:
        """Decide this week's look back, where its time has come; False where it was decided, or there is none yet.

        It goes to the digest's channel, and like a digest counts only from when that has a schedule on, and is late by
        no more than the settings allow.
        """
        now = self.now()
        at = announced_at(now, self.settings.weekly, self.zone)
        schedule = next((s for s in self._schedules.standing() if not s.is_personal), None)
        if at is None or schedule is None or (schedule.since is not None and at <= schedule.since):
            return False
        if now - at > timedelta(hours=self.settings.digest_catch_up_hours):
            return False
        return self._stored_weekly_report.announce(
            schedule.channel, whole_weeks(at, self.zone)[-1], chart=self._draws_charts
        )

    def lookback(self, last: date) -> Lookback:
        """What is told of the week from that Monday on."""
        shown = whole_weeks(datetime.combine(last + timedelta(weeks=1), datetime.min.time(), self.zone), self.zone)
        edges = bounds(shown, self.zone)
        posts, tags = self._stored_weekly_report.tag_weeks(edges)
        empty = min(next((n for n, count in enumerate(posts) if count), 0), len(posts) - 2)  # before the first post
        (told,) = weeks(self._audit_log.timelines(edges[-2]), self.zone, edges[-1] - timedelta(seconds=1), 1)
        kept = {tag: counts[empty:] for tag, counts in tags.items()}
        return Lookback(shown[empty:], posts[empty:], trends(kept), told)
