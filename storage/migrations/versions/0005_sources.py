"""Add state, health and polling to sources; add rejected entries, the inbox and revisions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for column in _columns():
        op.add_column("sources", column)
    op.add_column("posts", sa.Column("shared_by", sa.String(length=40)))
    op.create_index(op.f("ix_sources_next_poll_at"), "sources", ["next_poll_at"], unique=False)
    op.create_index("ix_sources_host_claimed_until", "sources", ["host", "claimed_until"], unique=False)
    op.create_table(
        "entries",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=600), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_entries_source_id_sources"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "place", name=op.f("pk_entries")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("not_before", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("event_id", name=op.f("uq_inbox_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_waiting", "inbox", ["state", "channel", "ts", "id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_revisions_post_id_posts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "number", name=op.f("pk_revisions")),
    )


def downgrade() -> None:
    op.drop_table("revisions")
    op.drop_table("inbox")
    op.drop_table("entries")
    op.drop_column("posts", "shared_by")
    op.drop_index("ix_sources_host_claimed_until", table_name="sources")
    op.drop_index(op.f("ix_sources_next_poll_at"), table_name="sources")
    for column in reversed(_columns()):
        op.drop_column("sources", column.name)


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("state", sa.String(length=10), server_default="active", nullable=False),
        sa.Column("every", sa.Integer(), server_default="0", nullable=False),
        sa.Column("host", sa.Text()),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("modified", sa.Text(), server_default="", nullable=False),
        sa.Column("succeeded_at", UTCTime()),
        sa.Column("last_post_at", UTCTime()),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("next_poll_at", UTCTime()),
        sa.Column("claimed_until", UTCTime()),
        sa.Column("added_by", sa.String(length=40), server_default="", nullable=False),
    )
