"""The morning of a working day: snoozes end, owners are reminded, the desk hands over."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.domain.holidays import is_working_day
from bot.domain.review_stats import AuditEntry, Handover, PersonActivity, ReviewTimeline, Week, monday, weeks
from bot.settings import Settings

LATE = timedelta(hours=3)
"""How long after its hour a morning missed while everything was down is still made up for."""
WEEKS = 8


class StoredReminders(Protocol):
    """What is needed of the stored reminders."""

    def wake(self) -> int: ...
    def remind(self, day: str, since: datetime, channel: str) -> bool: ...
    def handover(self, since: datetime, until: datetime) -> Handover: ...


class StoredAuditLog(Protocol):
    """What is needed of the stored audit log."""

    def entries(self, since: datetime, until: datetime) -> tuple[AuditEntry, ...]: ...
    def activity(self, since: datetime) -> tuple[PersonActivity, ...]: ...
    def timelines(self, since: datetime) -> tuple[ReviewTimeline, ...]: ...


class Reminders:
    """The part of the desk that reminds, and looks back."""

    def __init__(
        self,
        reminders: StoredReminders,
        audit_log: StoredAuditLog,
        *,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        self._stored_reminders = reminders
        self._audit_log = audit_log
        self.settings = settings
        self.now = now
        self.zone = settings.zone

    def wake(self) -> int:
        """End the snoozes that are over, and return how many."""
        return self._stored_reminders.wake()

    def remind(self) -> bool:
        """Decide the reminders of today, where it is a working day and their hour has come: once a day, whoever asks.
        Unowned reviews are told to the review channel, or where there is none to that of the digest."""
        at = self._morning(self.now().astimezone(self.zone).date())
        if not is_working_day(at.date()) or not at <= self.now() < at + LATE:
            return False
        channel = self.settings.review_channel or self.settings.digest_channel
        return self._stored_reminders.remind(at.date().isoformat(), self._before(at), channel)

    def handover(self) -> Handover:
        """What became of the reviews since the last handover, as of now."""
        today = self._morning(self.now().astimezone(self.zone).date())
        newest = today if self.now() > today and is_working_day(today.date()) else self._before(today)
        return self._stored_reminders.handover(newest, self.now())

    def between(self, since: datetime, until: datetime) -> Handover:
        """Return what became of the reviews in that time, and what is left now."""
        return self._stored_reminders.handover(since, until)

    def log(self, since: datetime, until: datetime) -> tuple[AuditEntry, ...]:
        """Return who did what to reviews and digests in that time, oldest first."""
        return self._audit_log.entries(since, until)

    def activity(self) -> tuple[PersonActivity, ...]:
        """What each person did in the last 30 days, who did most first."""
        return self._audit_log.activity(self.now() - timedelta(days=30))

    def weeks(self) -> tuple[Week, ...]:
        """What the last eight weeks came to, the oldest first."""
        first = monday(self.now(), self.zone) - timedelta(weeks=WEEKS - 1)
        since = datetime.combine(first, datetime.min.time(), self.zone)
        return weeks(self._audit_log.timelines(since), self.zone, self.now(), WEEKS)

    def _morning(self, day: date) -> datetime:
        return datetime.combine(day, self.settings.reminder_at, self.zone)

    def _before(self, morning: datetime) -> datetime:
        day = morning.date() - timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
        return self._morning(day)
