"""What the bot is about to say, what its messages show, and what of Slack was dealt with."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text

from storage.tables.columns import UTCTime, metadata, post_id_column

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("parent_key", String(120)),  # the message in whose thread it goes
    Column("edits", String(120), index=True),  # the message whose blocks it makes anew; NULL for one that is posted
    Column("channel", String(40), nullable=False),
    Column("thread_ts", String(40)),
    Column("kind", String(20), nullable=False),
    Column("ids", JSON, nullable=False),
    Column("state", String(10), nullable=False),  # pending, sending, sent, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", UTCTime, nullable=False),
    Column("not_before", UTCTime, nullable=False),
    Column("ts", String(40)),
    Column("sent_at", UTCTime),  # by our clock: between two messages to one channel lies Slack's pace
    Column("place", String(40)),  # the conversation it stands in: the channel, or a person's direct messages
    Column("error", Text),
    Index("ix_outbox_waiting", "state", "channel", "id"),
    Index("ix_outbox_standing", "place", "ts"),
    Index("ix_outbox_kind", "kind", "edits"),
    Index("ix_outbox_told", "channel", "sent_at"),
    sqlite_autoincrement=True,
)

showings = Table(
    "showings",
    metadata,
    Column("channel", String(40), primary_key=True),
    Column("ts", String(40), primary_key=True),
    post_id_column(primary_key=True),
    Column("thread_ts", String(40)),  # the thread the message stands in; None for one that stands in the channel
)

events = Table(
    "events",
    metadata,
    Column("event_id", String(60), primary_key=True),  # written in the transaction of its effect
    Column("at", UTCTime, nullable=False),
)
