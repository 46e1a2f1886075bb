"""The Store: the only door to the database. One method, one intent, one transaction."""

from collections.abc import Callable
from datetime import datetime

from bot.desk.store import Watch
from storage.audit import Audit
from storage.digests import Digests
from storage.drafts import Drafts
from storage.engine import connect
from storage.findings import Findings
from storage.follows import Follows
from storage.health import Vitals
from storage.homes import Homes
from storage.inbox import Inbox
from storage.intake import Intake
from storage.lookups import Lookups
from storage.migrate import current, migrate, newest
from storage.morning import Morning
from storage.outbox import Outbox
from storage.queue import Queue
from storage.reread import Rereading
from storage.reviews import Reviews
from storage.revisions import Revisions
from storage.schedules import Schedules
from storage.sources import Sources
from storage.tags import Tags
from storage.weekly import Weekly


class Store(
    Inbox,
    Intake,
    Sources,
    Rereading,
    Revisions,
    Findings,
    Lookups,
    Tags,
    Schedules,
    Digests,
    Drafts,
    Reviews,
    Queue,
    Morning,
    Audit,
    Homes,
    Follows,
    Vitals,
    Weekly,
    Outbox,
):
    """Everything the newsroom keeps. Returns frozen data; rows and connections stay inside."""

    @classmethod
    def at(cls, url: str, now: Callable[[], datetime], watch: Watch | None = None) -> "Store":
        """The store at a database URL; `now` stamps what is written, `watch` says what it tells by itself, None that it
        tells nothing. Connects when it is first asked."""
        return cls(connect(url), now, watch)

    def migrate(self) -> str:
        """Bring the database to the newest shape and return its revision."""
        return migrate(self.engine)

    def is_current(self) -> bool:
        """Whether the database has the shape this code needs."""
        return current(self.engine) == newest()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
