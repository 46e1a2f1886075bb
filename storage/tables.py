"""The tables. SQLAlchemy's Core, no mapped classes: rows never leave storage/."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine


class UTCTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite drops offsets, so it is stored there as naive UTC and read back aware."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was about to be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _post_id(**options: Any) -> Column[int]:
    return Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), **options)


sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # jekyll, link, file
    Column("location", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_contact_at", UTCTime),  # when its backlog was in, whole; until then nothing of it is news
    Column("checked_at", UTCTime),
    UniqueConstraint("kind", "location"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lead_post_id", Integer),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("path", Text),
    Column("file", Text),
    Column("url", Text),
    Column("title", Text, nullable=False),
    Column("author", Text),
    Column("categories", JSON, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("content_hash", String(64), nullable=False, index=True),
    Column("published_at", UTCTime, nullable=False, index=True),
    Column("dated_by", String(20), nullable=False),
    Column("first_seen_at", UTCTime, nullable=False),
    Column("news_at", UTCTime, nullable=False, index=True),
    Column("revision", Integer, nullable=False, default=1),
    Column("withdrawn_at", UTCTime),
    Column("story_id", ForeignKey("stories.id"), index=True),
    UniqueConstraint("source_id", "path"),
    sqlite_autoincrement=True,  # a number is never given again
)

addresses = Table(
    "addresses",
    metadata,
    Column("address", Text, primary_key=True),
    _post_id(primary_key=True, index=True),
)

readings = Table(
    "readings",
    metadata,
    _post_id(primary_key=True),
    Column("paragraphs", JSON, nullable=False),
    Column("ranked", JSON, nullable=False),
    Column("terms", JSON, nullable=False),
    Column("headline", Text, nullable=False, server_default=""),
    Column("figures", JSON, nullable=False, server_default="[]"),
    Column("signature", JSON, nullable=False),
    Column("ai_score", Float, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("version", Integer, nullable=False, server_default="0", index=True),  # of the rules that made it
)

sketches = Table(
    "sketches",
    metadata,
    Column("band", BigInteger, primary_key=True),  # a part of the signature: near-copies share one
    _post_id(primary_key=True, index=True),
)

aliases = Table(
    "aliases",
    metadata,
    Column("key", Text, primary_key=True),  # a tag's folded name, which means the tag `tag_key`
    Column("name", Text, nullable=False),
    Column("tag_key", Text, nullable=False, index=True),
    Column("tag_name", Text, nullable=False),
    Column("added_by", String(40), nullable=False),
    Column("added_at", UTCTime, nullable=False),
)

post_tags = Table(
    "post_tags",
    metadata,
    _post_id(primary_key=True),
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("score", Float, nullable=False),
    Column("in_text", Boolean, nullable=False),
    Index("ix_post_tags_key_post_id", "key", "post_id"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    _post_id(nullable=False, index=True),
    Column("rule", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("quote", Text, nullable=False),
    Column("paragraph", Integer),
    Column("line", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("remedy", Text, nullable=False),
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(40), nullable=False, unique=True),
    Column("at", String(5), nullable=False),  # "08:00", the wall clock in `zone`
    Column("zone", String(60), nullable=False),
    Column("limit", Integer, nullable=False),
    Column("ai_only", Boolean, nullable=False),
    Column("since", UTCTime, nullable=False),  # set when made or moved: only later slots are ever sent
)

digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schedule_id", ForeignKey("schedules.id"), nullable=False),
    Column("slot", UTCTime, nullable=False),
    Column("claimed_at", UTCTime, nullable=False),
    UniqueConstraint("schedule_id", "slot"),  # the claim: whoever writes this row sends the digest
)

digest_posts = Table(
    "digest_posts",
    metadata,
    Column("digest_id", ForeignKey("digests.id"), primary_key=True),
    _post_id(primary_key=True, index=True),
    Column("place", String(10), nullable=False),  # lead, same (story), held, left out
    Column("position", Integer, nullable=False),
    Column("others", Integer, nullable=False, default=0),
    Column("follow_up", Boolean, nullable=False, default=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("parent_key", String(120)),
    Column("channel", String(40), nullable=False),
    Column("thread_ts", String(40)),
    Column("kind", String(20), nullable=False),
    Column("ids", JSON, nullable=False),
    Column("state", String(10), nullable=False),  # pending, sending, sent, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", UTCTime, nullable=False),
    Column("not_before", UTCTime, nullable=False),
    Column("ts", String(40)),
    Column("error", Text),
    Index("ix_outbox_waiting", "state", "channel", "id"),
    sqlite_autoincrement=True,
)

showings = Table(
    "showings",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("ts", String(40), primary_key=True),
    _post_id(primary_key=True),
    Column("thread_ts", String(40)),  # the thread the message stands in; None for one that stands in the channel
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    _post_id(nullable=False),
    Column("state", String(20), nullable=False),
    Column("opened_at", UTCTime, nullable=False),
    Column("closed_at", UTCTime),
    # one open review for a post, whoever races
    Index(
        "uq_reviews_open",
        "post_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

review_events = Table(
    "review_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("review_id", ForeignKey("reviews.id"), nullable=False, index=True),
    Column("at", UTCTime, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("action", String(20), nullable=False),
)

reactions = Table(
    "reactions",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("ts", String(40), primary_key=True),
    Column("user", String(40), primary_key=True),
    Column("emoji", String(80), primary_key=True),
    _post_id(primary_key=True, index=True),
    Column("stands", Boolean, nullable=False),
    Column("event_ts", String(40), nullable=False),  # the newest event decides, in whatever order they come
    Column("at", UTCTime, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("event_id", String(60), primary_key=True),  # written in the transaction of its effect
    Column("at", UTCTime, nullable=False),
)
