"""The morning of a working day: snoozes end, owners are reminded, the desk hands over."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.desk.store import Store
from bot.holidays import is_working_day
from bot.queue import Deeds, Handover, Week, monday, weeks
from bot.settings import Settings

LATE = timedelta(hours=3)
"""How long after its hour a morning missed while everything was down is still made up for."""
WEEKS = 8


class MorningDesk:
    """The part of the desk that reminds, and looks back."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    zone: ZoneInfo

    def remind(self) -> bool:
        """Decide the reminders of today, where it is a working day and their hour has come: once a day, whoever asks.
        Unowned reviews are told to the review channel, or where there is none to that of the digest."""
        at = self._morning(self.now().astimezone(self.zone).date())
        if not is_working_day(at.date()) or not at <= self.now() < at + LATE:
            return False
        channel = self.settings.kawaraban_review_channel or self.settings.kawaraban_digest_channel
        return self.store.remind(at.date().isoformat(), self._before(at), channel)

    def handover(self) -> Handover:
        """What became of the reviews since the last handover, as of now."""
        today = self._morning(self.now().astimezone(self.zone).date())
        newest = today if self.now() > today and is_working_day(today.date()) else self._before(today)
        return self.store.handover(newest, self.now())

    def deeds(self) -> tuple[Deeds, ...]:
        """What each person did in the last 30 days, who did most first."""
        return self.store.deeds(self.now() - timedelta(days=30))

    def weeks(self) -> tuple[Week, ...]:
        """What the last eight weeks came to, the oldest first."""
        first = monday(self.now(), self.zone) - timedelta(weeks=WEEKS - 1)
        since = datetime.combine(first, datetime.min.time(), self.zone)
        return weeks(self.store.courses(since), self.zone, self.now(), WEEKS)

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, self.settings.kawaraban_reminder_at, self.zone)

    def _before(self, morning: datetime) -> datetime:
        day = morning.date() - timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
        return self._morning(day)
