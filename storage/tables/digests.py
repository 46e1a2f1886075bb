"""Schedules and the digests that went out."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import UTCTime, metadata, post_id_column

schedules = Table(
    "schedules",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(40), nullable=False, index=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("times", JSON, nullable=False, server_default='["08:00"]'),  # the wall clock in `zone`
    Column("weekdays", JSON, nullable=False, server_default="[0,1,2,3,4,5,6]"),  # from 0, Monday
    Column("on_holidays", Boolean, nullable=False, server_default="1"),
    Column("zone", String(60), nullable=False),
    Column("limit", Integer, nullable=False),
    Column("ai_only", Boolean, nullable=False),
    Column("tags", JSON, nullable=False, server_default="[]"),  # names as shown
    Column("sources", JSON, nullable=False, server_default="[]"),  # numbers
    Column("categories", JSON, nullable=False, server_default="[]"),
    Column("quiet", String(10), nullable=False, server_default="line"),  # line, nothing
    Column("draft_minutes", Integer, nullable=False, server_default="0"),
    Column("since", UTCTime, nullable=False),  # set when made, moved or resumed: only later slots are ever sent
    Column("settings", JSON),  # what the settings said when they made or changed it last; NULL: made by a person
    Column("added_by", String(40), nullable=False, server_default=""),
    Column("paused_until", UTCTime),
    Column("removed_at", UTCTime),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schedule_id", ForeignKey("schedules.id"), nullable=False),
    Column("slot", UTCTime, nullable=False),
    Column("until", UTCTime, nullable=False),  # the newest news it may hold; the next one begins here
    Column("claimed_at", UTCTime, nullable=False),
    Column("state", String(10), nullable=False, server_default="sent"),  # draft, approved, sent, skipped
    Column("edits", Integer, nullable=False, server_default="0"),  # changes to the draft: an old button is noticed
    Column("edited_by", String(40), nullable=False, server_default=""),  # the last one
    Column("decided_by", String(40), nullable=False, server_default=""),  # who sent the draft
    Column("decided_at", UTCTime),
    Column("reminded_at", UTCTime),  # that its draft waits
    UniqueConstraint("schedule_id", "slot"),  # the claim: whoever writes this row decides the digest
    Index("ix_digests_state", "state", "slot"),
)

digest_posts = Table(
    "digest_posts",
    metadata,
    Column("digest_id", ForeignKey("digests.id"), primary_key=True),
    post_id_column(primary_key=True, index=True),
    Column("place", String(10), nullable=False),  # lead, same (story), held, left out
    Column("position", Integer, nullable=False),  # of its story from 1, counted for held and left out by themselves
    Column("others", Integer, nullable=False, default=0),
    Column("follow_up", Boolean, nullable=False, default=False),
    Column("revision", Integer, nullable=False, server_default="0"),  # of the post as it was told; 0: not known
    Column("told", String(16)),  # a mark of the words its channel was told; NULL: not known, or no lead
    Column("corrected_at", UTCTime),  # when other words than those were put in their place
    Column("removed_by", String(40)),  # who left its story out of the draft
    Index("ix_digest_posts_place", "place", "digest_id"),
)
