"""What the checks found in posts, what people said of it, and what posts are held against each other by."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, String, Table, Text, text

from storage.tables.columns import UTCTime, metadata, post_id_column

findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    post_id_column(nullable=False, index=True),
    Column("rule", String(40), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("quote", Text, nullable=False),
    Column("paragraph", Integer),
    Column("line", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("dismissed", Boolean, nullable=False, server_default=text("false")),  # 誤検知: it does not stand
)

hits = Table(
    "hits",
    metadata,
    post_id_column(primary_key=True),
    Column("rule", String(40), primary_key=True, index=True),  # it finds something in the post, or once did
)

dismissals = Table(
    "dismissals",
    metadata,
    post_id_column(primary_key=True),
    Column("rule", String(40), primary_key=True, index=True),
    Column("quote", Text, primary_key=True),  # the rule is silent for the post while it finds this
    Column("by", String(40), nullable=False),
    Column("at", UTCTime, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("wording", String(64), nullable=False),  # a hash, by which a house rule that was changed is seen
    Column("demoted_at", UTCTime),  # since then its alerts are a weekly count
    Column("share", Float),  # of the week's posts, when it was demoted
)

claims = Table(
    "claims",
    metadata,
    post_id_column(primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("key", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("figure", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("paragraph", Integer),
    Column("line", Integer, nullable=False),
)

links = Table(
    "links",
    metadata,
    post_id_column(primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("address", Text, nullable=False, index=True),
    Column("quote", Text, nullable=False),
    Column("paragraph", Integer),
    Column("line", Integer, nullable=False),
    Column("judged", Boolean, nullable=False, server_default=text("false")),  # whether it is dead; at a delivery's end
    Index("ix_links_unjudged", "post_id", sqlite_where=text("NOT judged"), postgresql_where=text("NOT judged")),
)
