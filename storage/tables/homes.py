"""The App Homes that people look at."""

from sqlalchemy import Column, Integer, String, Table

from storage.tables.columns import UTCTime, metadata

homes = Table(
    "homes",
    metadata,
    Column("user", String(40), primary_key=True),
    Column("tab", String(40), nullable=False),
    Column("at", Integer, nullable=False),
    Column("stamp", String(40), nullable=False),  # of what there was to show when it was published
    Column("seen_at", UTCTime, nullable=False, index=True),  # when the person last did something there
)
