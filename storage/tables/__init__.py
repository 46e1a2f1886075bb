"""The tables. SQLAlchemy's Core, no mapped classes: rows never leave storage/."""

from storage.tables.checks import (
    claims,
    dismissals,
    findings,
    hits,
    links,
    rules,
)
from storage.tables.columns import UTCTime, metadata
from storage.tables.digests import digest_posts, digests, schedules
from storage.tables.health import ticks
from storage.tables.homes import homes
from storage.tables.outbox import events, outbox, showings
from storage.tables.posts import (
    addresses,
    aliases,
    post_tags,
    posts,
    readings,
    revisions,
    sketches,
    stories,
)
from storage.tables.reviews import reactions, review_events, reviews
from storage.tables.sources import entries, inbox, sources

__all__ = [
    "UTCTime",
    "addresses",
    "aliases",
    "claims",
    "digest_posts",
    "digests",
    "dismissals",
    "entries",
    "events",
    "findings",
    "hits",
    "homes",
    "inbox",
    "links",
    "metadata",
    "outbox",
    "post_tags",
    "posts",
    "reactions",
    "readings",
    "review_events",
    "reviews",
    "revisions",
    "rules",
    "schedules",
    "showings",
    "sketches",
    "sources",
    "stories",
    "ticks",
]
