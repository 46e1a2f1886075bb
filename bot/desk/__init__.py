"""The desk: everything an editor, the clock or the command line can ask for, in named parts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.checks import Checks
from bot.desk.digests import Digests
from bot.desk.followed_tags import FollowedTags
from bot.desk.intake import Intake
from bot.desk.lookup import Lookup
from bot.desk.polling import Polling
from bot.desk.reminders import Reminders
from bot.desk.reviews import Reviews
from bot.desk.schedules import Schedules
from bot.desk.sources import Sources
from bot.desk.weekly_report import WeeklyReport
from bot.settings import Settings


@dataclass(frozen=True)
class Desk:
    """The use cases. They decide by the pure rules of the nouns, keep everything in the Store, and know no Slack.

    `now` returns the aware time.
    """

    settings: Settings
    now: Callable[[], datetime]
    lookup: Lookup
    intake: Intake
    polling: Polling
    sources: Sources
    schedules: Schedules
    digests: Digests
    followed_tags: FollowedTags
    reviews: Reviews
    reminders: Reminders
    checks: Checks
    weekly_report: WeeklyReport

    @property
    def zone(self) -> ZoneInfo:
        """The newsroom's time zone."""
        return self.settings.zone
