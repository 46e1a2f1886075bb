"""What tells whether everything runs."""

from sqlalchemy import Column, String, Table

from storage.tables.columns import UTCTime, metadata

ticks = Table(
    "ticks",
    metadata,
    Column("part", String(20), primary_key=True),  # clock
    Column("at", UTCTime, nullable=False),  # its last sign of life
)
