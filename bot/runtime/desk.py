"""The half of the composition root that knows no Slack: the store and the use cases, for the command line too.

A command that only reads is to start fast: neither this module nor what it imports brings the libraries of Slack, HTTP,
feeds, HTML or migrations before they are used.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.checks import RULES, house_rules
from bot.checks.cross_post_rules import CROSS_POST_RULES
from bot.desk import Desk
from bot.desk.checks import Checks
from bot.desk.digests import Digests
from bot.desk.followed_tags import FollowedTags
from bot.desk.intake import Fetch, Intake
from bot.desk.lookup import Lookup
from bot.desk.polling import Polling
from bot.desk.reminders import Reminders
from bot.desk.reviews import Reviews
from bot.desk.schedules import Schedules
from bot.desk.sources import Sources
from bot.desk.weekly_report import WeeklyReport
from bot.domain.outbox import NotificationSettings
from bot.domain.reviews import ReviewState
from bot.errors import NotReady
from bot.settings import Settings
from bot.sources.web_page import WebPage
from handlers.messages import weekly_chart
from storage.migrate import newest
from storage.store import Store


def prepare(settings: Settings, *, migrate: bool = False) -> str:
    """Make sure that the database has the shape this code needs, and return its revision.

    The embedded SQLite file is migrated where it must be; a server's database only with `migrate`, since other
    processes may be at work on it. Raises NotReady where it is not ready and may not be made so.
    """
    store = Store.at(settings.database, lambda: datetime.now(UTC))
    try:
        if not store.is_current():
            if not migrate and store.engine.dialect.name != "sqlite":
                raise NotReady("データベースの準備ができていません。「kawaraban migrate」を実行してください。")
            store.migrate()
        return newest()
    finally:
        store.close()


def notification_settings(settings: Settings) -> NotificationSettings:
    """What the store tells and shows by itself."""
    emoji: dict[ReviewState, tuple[str, ...]] = {
        "open": settings.flag_emoji,
        "taken": settings.take_emoji,
        "snoozed": settings.take_emoji,
        "resolved": settings.resolve_emoji,
    }
    marks = {state: names[0] for state, names in emoji.items() if names}
    return NotificationSettings(settings.review_channel, settings.checks_open_reviews, marks)


def desk_on(store: Store, settings: Settings, *, now: Callable[[], datetime], fetch: Fetch) -> Desk:
    """Build the use cases on a store.

    `now` returns the aware time; `fetch` brings a page from the network (see bot.sources.fetch). Raises WrongUse for a
    file of house rules (settings.rules) that cannot be read.
    """
    rules = house_rules.rules(Path(settings.rules)) if settings.rules else RULES
    given: Any = {"settings": settings, "now": now}
    lookup = Lookup(store.posts, store.search, store.stories, store.tags, store.messages, zone=settings.zone, now=now)
    intake = Intake(store.posts, store.sources, store.messages, store.reprocessing, fetch=fetch, rules=rules, **given)
    polling = Polling(store.sources, store.posts, intake, fetch=fetch, **given)
    schedules = Schedules(store.schedules, store.sources, **given)
    return Desk(
        settings=settings,
        now=now,
        lookup=lookup,
        intake=intake,
        polling=polling,
        sources=Sources(store.sources, polling, fetch=fetch, **given),
        schedules=schedules,
        digests=Digests(store.digests, store.drafts, store.outbox, lookup, intake, schedules, **given),
        followed_tags=FollowedTags(store.followed_tags, store.schedules, now=now),
        reviews=Reviews(
            store.reactions, store.reviews, store.review_queue, store.messages, store.posts, store.outbox, **given
        ),
        reminders=Reminders(store.reminders, store.audit_log, **given),
        checks=Checks(store.posts, store.findings, rules=rules, **given),
        weekly_report=WeeklyReport(
            store.weekly_report, store.audit_log, schedules, draws_charts=weekly_chart.available(), **given
        ),
    )


def build_desk(settings: Settings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> tuple[Store, Desk]:
    """The store and the use cases on the settings' database, with no Slack: what the command line needs."""
    store = Store.at(settings.database, now, notification_settings(settings), CROSS_POST_RULES)
    return store, desk_on(store, settings, now=now, fetch=partial(_fetch, settings.private_hosts))


def _fetch(private_hosts: Collection[str], url: str, **known: str) -> WebPage:
    from bot.sources.fetch import fetch  # requests takes a third of a second to import

    return fetch(url, private_hosts, **known)
