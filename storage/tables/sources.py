"""Where posts come from, what they were last seen to hold, and what Slack told that is not dealt with yet."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import UTCTime, metadata

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),  # see bot.domain.sources.Kind
    Column("location", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_contact_at", UTCTime),  # when its backlog was in, whole; until then nothing of it is news
    Column("checked_at", UTCTime),
    Column("state", String(10), nullable=False, server_default="active"),
    Column("every", Integer, nullable=False, server_default="0"),  # seconds between two polls
    Column("host", Text),
    Column("etag", Text, nullable=False, server_default=""),
    Column("modified", Text, nullable=False, server_default=""),
    Column("succeeded_at", UTCTime),
    Column("last_post_at", UTCTime),  # when it last brought a post that was new
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("error", Text, nullable=False, server_default=""),
    Column("next_poll_at", UTCTime, index=True),  # None: the clock does not poll it
    Column("claimed_until", UTCTime),  # until then a clock is polling it; after that another may
    Column("added_by", String(40), nullable=False, server_default=""),
    UniqueConstraint("kind", "location"),
    Index("ix_sources_host_claimed_until", "host", "claimed_until"),
)

entries = Table(
    "entries",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("place", String(600), primary_key=True),  # a path or an address in the source
    Column("content_hash", String(64), nullable=False),  # as it was last delivered: the same words are not read again
    Column("reason", Text, nullable=False),  # why it is set aside; empty where it was taken in
    Column("at", UTCTime, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", String(60), nullable=False, unique=True),
    Column("channel", String(40), nullable=False),
    Column("ts", String(40), nullable=False),  # of the message that it is about
    Column("event", JSON, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, done
    Column("attempts", Integer, nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("not_before", UTCTime, nullable=False),
    Index("ix_inbox_waiting", "state", "channel", "ts", "id"),
    sqlite_autoincrement=True,
)
