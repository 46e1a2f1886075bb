"""Flags and the reviews they open."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from storage.tables.columns import UTCTime, metadata, post_id_column

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    post_id_column(nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("opened_at", UTCTime, nullable=False),
    Column("opened_by", String(40), nullable=False, server_default=""),  # empty: the checks
    Column("opened_via", String(20), nullable=False, server_default="flag"),
    Column("owner", String(40), index=True),
    Column("taken_at", UTCTime),
    Column("snoozed_until", UTCTime, index=True),
    Column("decision", String(10)),
    Column("decided_by", String(40)),
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
    Column("actor", String(40), nullable=False),  # empty: the bot itself
    Column("action", String(20), nullable=False),
    Column("state", String(20), nullable=False, server_default="open"),  # the review's afterwards
    Column("via", String(20), nullable=False, server_default="flag"),
    Column("channel", String(40), nullable=False, server_default=""),
    Column("ts", String(40), nullable=False, server_default=""),
    Column("handed_to", String(40), nullable=False, server_default=""),
    Column("until", UTCTime),
    Column("note", Text, nullable=False, server_default=""),
    Column("facts", JSON, nullable=False, server_default="{}"),
)

reactions = Table(
    "reactions",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("ts", String(40), primary_key=True),
    Column("user", String(40), primary_key=True),
    Column("emoji", String(80), primary_key=True),
    post_id_column(primary_key=True, index=True),
    Column("means", String(10), nullable=False, server_default="flag"),  # flag, take, fixed
    Column("stands", Boolean, nullable=False),
    Column("event_ts", String(40), nullable=False),  # the newest event decides, in whatever order they come
    Column("at", UTCTime, nullable=False),
)
