"""The desk: everything an editor, the clock or the command line can ask for."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.checks import RULES, house
from bot.desk.batches import read
from bot.desk.checks import CheckDesk
from bot.desk.digests import DigestDesk
from bot.desk.following import FollowDesk
from bot.desk.intake import Fetch
from bot.desk.lookup import LookupDesk
from bot.desk.morning import MorningDesk
from bot.desk.reviews import ReviewDesk
from bot.desk.schedules import ScheduleDesk
from bot.desk.sources import SourceDesk
from bot.desk.store import GIVEN_UP, REACTION, Letter, Saved, Store
from bot.desk.weekly import WeeklyDesk
from bot.settings import Settings

__all__ = ["GIVEN_UP", "REACTION", "Desk", "Letter", "Saved", "Store", "read"]


class Desk(
    SourceDesk, LookupDesk, DigestDesk, ScheduleDesk, FollowDesk, ReviewDesk, MorningDesk, WeeklyDesk, CheckDesk
):
    """The use cases. It decides by the pure rules of the nouns, keeps everything in the Store, and knows no Slack.

    `now` gives the aware time; `fetch` brings a page from the network (see bot.sources.fetch). Raises WrongUse for a
    file of house rules (settings.kawaraban_rules) that cannot be read.
    """

    def __init__(self, store: Store, settings: Settings, *, now: Callable[[], datetime], fetch: Fetch) -> None:
        self.store = store
        self.settings = settings
        self.zone = settings.zone
        self.now = now
        self.rules = house.rules(Path(settings.kawaraban_rules)) if settings.kawaraban_rules else RULES
        self.fetch = fetch
        self.missed = set()
