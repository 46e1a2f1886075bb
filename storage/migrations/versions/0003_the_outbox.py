"""The outbox edits what it posted, and knows the direct messages that a letter to a person stands in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("edits", sa.String(length=120), nullable=True))
    op.add_column("outbox", sa.Column("place", sa.String(length=40), nullable=True))
    op.create_index(op.f("ix_outbox_edits"), "outbox", ["edits"], unique=False)
    op.create_index("ix_outbox_standing", "outbox", ["place", "ts"], unique=False)
    op.execute("UPDATE outbox SET place = channel WHERE state = 'sent'")


def downgrade() -> None:
    op.drop_index("ix_outbox_standing", table_name="outbox")
    op.drop_index(op.f("ix_outbox_edits"), table_name="outbox")
    op.drop_column("outbox", "place")
    op.drop_column("outbox", "edits")
