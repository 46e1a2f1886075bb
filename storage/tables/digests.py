"""Schedules and the digests that went out."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from storage.tables.columns import UTCTime, metadata, post_id_column

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
    post_id_column(primary_key=True, index=True),
    Column("place", String(10), nullable=False),  # lead, same (story), held, left out
    Column("position", Integer, nullable=False),
    Column("others", Integer, nullable=False, default=0),
    Column("follow_up", Boolean, nullable=False, default=False),
)
