"""Once a week: what came up, and what the desk did."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import charts
from bot.desk.store import Store
from bot.digest import Schedule
from bot.queue import weeks
from bot.settings import Settings
from bot.weekly import Lookback, bounds, told_at, trends, whole_weeks


class WeeklyDesk:
    """The part of the desk that looks back on the week."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    zone: ZoneInfo
    standing: Callable[[], list[Schedule]]

    def look_back(self) -> bool:
        """Decide this week's look back, where its time has come; False where it was decided, or there is none yet.

        It goes to the digest's channel, and like a digest counts only from when that has a schedule on, and is late by
        no more than the settings allow.
        """
        now = self.now()
        at = told_at(now, self.settings.weekly, self.zone)
        schedule = next((s for s in self.standing() if not s.is_personal), None)
        if at is None or schedule is None or (schedule.since is not None and at <= schedule.since):
            return False
        if now - at > timedelta(hours=self.settings.kawaraban_digest_catch_up_hours):
            return False
        return self.store.tell_lookback(schedule.channel, whole_weeks(at, self.zone)[-1], chart=charts.available())

    def lookback(self, last: date) -> Lookback:
        """What is told of the week from that Monday on."""
        shown = whole_weeks(datetime.combine(last + timedelta(weeks=1), datetime.min.time(), self.zone), self.zone)
        edges = bounds(shown, self.zone)
        posts, tags = self.store.tag_weeks(edges)
        empty = min(next((n for n, count in enumerate(posts) if count), 0), len(posts) - 2)  # before the first post
        (told,) = weeks(self.store.courses(edges[-2]), self.zone, edges[-1] - timedelta(seconds=1), 1)
        kept = {tag: counts[empty:] for tag, counts in tags.items()}
        return Lookback(shown[empty:], posts[empty:], trends(kept), told)
