"""Add owner, decision and history to reviews."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCTime

revision = "0006"
down_revision = "0005"

_ACTIONS = {"opened": "flag", "flagged": "flag", "unflagged": "unflag", "withdrawn": "withdraw"}


def upgrade() -> None:
    op.add_column("reviews", sa.Column("opened_by", sa.String(length=40), server_default="", nullable=False))
    op.add_column("reviews", sa.Column("opened_via", sa.String(length=20), server_default="flag", nullable=False))
    op.add_column("reviews", sa.Column("owner", sa.String(length=40), nullable=True))
    op.add_column("reviews", sa.Column("taken_at", UTCTime(), nullable=True))
    op.add_column("reviews", sa.Column("snoozed_until", UTCTime(), nullable=True))
    op.add_column("reviews", sa.Column("decision", sa.String(length=10), nullable=True))
    op.add_column("reviews", sa.Column("decided_by", sa.String(length=40), nullable=True))
    for column in ("post_id", "owner", "snoozed_until"):
        op.create_index(op.f(f"ix_reviews_{column}"), "reviews", [column], unique=False)
    op.add_column("review_events", sa.Column("state", sa.String(length=20), server_default="open", nullable=False))
    op.add_column("review_events", sa.Column("via", sa.String(length=20), server_default="flag", nullable=False))
    for column in ("channel", "ts", "handed_to"):
        op.add_column("review_events", sa.Column(column, sa.String(length=40), server_default="", nullable=False))
    op.add_column("review_events", sa.Column("until", UTCTime(), nullable=True))
    op.add_column("review_events", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column("review_events", sa.Column("facts", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("reactions", sa.Column("means", sa.String(length=10), server_default="flag", nullable=False))
    op.create_table(
        "homes",
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("tab", sa.String(length=40), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=40), nullable=False),
        sa.Column("seen_at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_homes")),
    )
    op.create_index(op.f("ix_homes_seen_at"), "homes", ["seen_at"], unique=False)
    op.create_table(
        "ticks",
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_ticks")),
    )
    op.create_index("ix_outbox_kind", "outbox", ["kind", "edits"], unique=False)
    _carry_over()


def _carry_over() -> None:
    """Rewrite the stored reviews in the new terms."""
    op.execute("UPDATE review_events SET state = 'withdrawn' WHERE action = 'withdrawn'")
    for old, new in _ACTIONS.items():
        op.execute(f"UPDATE review_events SET action = '{new}' WHERE action = '{old}'")
    op.execute("UPDATE outbox SET kind = 'review-notice' WHERE kind IN ('review-opened', 'review-withdrawn')")
    first = "SELECT actor FROM review_events WHERE review_id = reviews.id ORDER BY id LIMIT 1"
    last = "SELECT actor FROM review_events WHERE review_id = reviews.id ORDER BY id DESC LIMIT 1"
    op.execute(f"UPDATE reviews SET opened_by = coalesce(({first}), '')")
    op.execute(f"UPDATE reviews SET decided_by = ({last}) WHERE closed_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_outbox_kind", table_name="outbox")
    op.drop_table("ticks")
    op.drop_table("homes")
    op.drop_column("reactions", "means")
    for column in ("facts", "note", "until", "handed_to", "ts", "channel", "via", "state"):
        op.drop_column("review_events", column)
    for column in ("post_id", "owner", "snoozed_until"):
        op.drop_index(op.f(f"ix_reviews_{column}"), table_name="reviews")
    for column in ("decided_by", "decision", "snoozed_until", "taken_at", "owner", "opened_via", "opened_by"):
        op.drop_column("reviews", column)
