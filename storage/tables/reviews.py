"""Flags and the reviews they open."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from storage.tables.columns import UTCTime, metadata, post_id_column

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    post_id_column(nullable=False),
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
    post_id_column(primary_key=True, index=True),
    Column("stands", Boolean, nullable=False),
    Column("event_ts", String(40), nullable=False),  # the newest event decides, in whatever order they come
    Column("at", UTCTime, nullable=False),
)
