"""Where posts come from."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import UTCTime, metadata

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
