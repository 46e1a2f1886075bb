"""Add edits, sending times and direct messages to the outbox."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("edits", sa.String(length=120), nullable=True))
    op.add_column("outbox", sa.Column("place", sa.String(length=40), nullable=True))
    op.add_column("outbox", sa.Column("sent_at", UTCTime(), nullable=True))
    op.create_index("ix_outbox_told", "outbox", ["channel", "sent_at"], unique=False)
    op.create_index(op.f("ix_outbox_edits"), "outbox", ["edits"], unique=False)
    op.create_index("ix_outbox_standing", "outbox", ["place", "ts"], unique=False)
    op.execute("UPDATE outbox SET place = channel WHERE state = 'sent'")


def downgrade() -> None:
    op.drop_index("ix_outbox_standing", table_name="outbox")
    op.drop_index(op.f("ix_outbox_edits"), table_name="outbox")
    op.drop_index("ix_outbox_told", table_name="outbox")
    op.drop_column("outbox", "sent_at")
    op.drop_column("outbox", "place")
    op.drop_column("outbox", "edits")
