"""The Store: the only door to the database, made of named parts. One method, one intent, one transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from bot.domain.cross_post import CrossPostRules
from bot.domain.outbox import NotificationSettings
from storage.digests.claims import DigestStore
from storage.digests.drafts import DraftStore
from storage.digests.followed_tags import FollowedTagStore
from storage.digests.schedules import ScheduleStore
from storage.digests.weekly_report import WeeklyReportStore
from storage.engine import connect
from storage.health import HealthStore
from storage.migrate import current, migrate, newest
from storage.posts.findings import FindingStore
from storage.posts.posts import PostStore
from storage.posts.reprocessing import ReprocessingStore
from storage.posts.search import SearchStore
from storage.posts.stories import StoryStore
from storage.posts.tags import TagStore
from storage.reviews.audit_log import AuditLog
from storage.reviews.queue import ReviewQueue
from storage.reviews.reactions import ReactionStore
from storage.reviews.reminders import ReminderStore
from storage.reviews.reviews import ReviewStore
from storage.slack.home_views import HomeViewStore
from storage.slack.inbox import InboxStore
from storage.slack.messages import MessageStore
from storage.slack.outbox import OutboxStore
from storage.sources import SourceStore


class Store:
    """Everything the newsroom keeps. Its parts return frozen data; rows and connections stay inside."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        notifications: NotificationSettings | None = None,
        rules: CrossPostRules | None = None,
    ) -> None:
        """`now` stamps what is written. `notifications` says what the Store announces by itself, None for nothing.
        `rules` compare posts with each other when they are stored; with None nothing is compared."""
        self.engine = engine
        part = (engine, now, notifications, rules)
        self.posts = PostStore(*part)
        self.search = SearchStore(*part)
        self.stories = StoryStore(*part)
        self.tags = TagStore(*part)
        self.findings = FindingStore(*part)
        self.reprocessing = ReprocessingStore(*part)
        self.sources = SourceStore(*part)
        self.schedules = ScheduleStore(*part)
        self.digests = DigestStore(*part)
        self.drafts = DraftStore(*part)
        self.followed_tags = FollowedTagStore(*part)
        self.weekly_report = WeeklyReportStore(*part)
        self.reactions = ReactionStore(*part)
        self.reviews = ReviewStore(*part)
        self.review_queue = ReviewQueue(*part)
        self.reminders = ReminderStore(*part)
        self.audit_log = AuditLog(*part)
        self.messages = MessageStore(*part)
        self.outbox = OutboxStore(*part)
        self.inbox = InboxStore(*part)
        self.home_views = HomeViewStore(*part)
        self.health = HealthStore(*part)

    @classmethod
    def at(
        cls,
        url: str,
        now: Callable[[], datetime],
        notifications: NotificationSettings | None = None,
        rules: CrossPostRules | None = None,
    ) -> "Store":
        """Return the store at a database URL; it connects when it is first asked."""
        return cls(connect(url), now, notifications, rules)

    def migrate(self) -> str:
        """Migrate the database to the newest revision, and return that revision."""
        return migrate(self.engine)

    def is_current(self) -> bool:
        """Whether the database has the revision that this code needs."""
        return current(self.engine) == newest()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
