"""Posts, their readings and where they came from."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.columns import UTCTime, metadata, post_id_column

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
    Column("shared_by", String(40)),  # who brought it by sharing it in Slack
    Column("story_id", ForeignKey("stories.id"), index=True),
    UniqueConstraint("source_id", "path"),
    sqlite_autoincrement=True,  # a number is never given again
)

addresses = Table(
    "addresses",
    metadata,
    Column("address", Text, primary_key=True),
    post_id_column(primary_key=True, index=True),
)

readings = Table(
    "readings",
    metadata,
    post_id_column(primary_key=True),
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
    post_id_column(primary_key=True, index=True),
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
    post_id_column(primary_key=True),
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("origin", String(10), nullable=False),
    Column("score", Float, nullable=False),
    Column("in_text", Boolean, nullable=False),
    Index("ix_post_tags_key_post_id", "key", "post_id"),
)

revisions = Table(
    "revisions",
    metadata,
    post_id_column(primary_key=True),
    Column("number", Integer, primary_key=True),  # the revision that these changes made
    Column("at", UTCTime, nullable=False),
    Column("changes", JSON, nullable=False),
)
