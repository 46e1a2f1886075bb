"""Add editable schedules, digest drafts, corrections and followed tags."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("schedules") as table:
        table.drop_constraint("uq_schedules_channel", type_="unique")
        table.add_column(sa.Column("name", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("times", sa.JSON(), server_default='["08:00"]', nullable=False))
        table.add_column(sa.Column("weekdays", sa.JSON(), server_default="[0,1,2,3,4,5,6]", nullable=False))
        table.add_column(sa.Column("on_holidays", sa.Boolean(), server_default="1", nullable=False))
        table.add_column(sa.Column("tags", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("sources", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("categories", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("quiet", sa.String(length=10), server_default="line", nullable=False))
        table.add_column(sa.Column("draft_minutes", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("settings", sa.JSON(), nullable=True))
        table.add_column(sa.Column("added_by", sa.String(length=40), server_default="", nullable=False))
        table.add_column(sa.Column("paused_until", UTCTime(), nullable=True))
        table.add_column(sa.Column("removed_at", UTCTime(), nullable=True))
        table.create_index("ix_schedules_channel", ["channel"])
    _move_times()
    with op.batch_alter_table("schedules") as table:
        table.drop_column("at")
    with op.batch_alter_table("digests") as table:
        table.add_column(sa.Column("until", UTCTime(), nullable=True))
        table.add_column(sa.Column("state", sa.String(length=10), server_default="sent", nullable=False))
        table.add_column(sa.Column("edits", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("edited_by", sa.String(length=40), server_default="", nullable=False))
        table.add_column(sa.Column("decided_by", sa.String(length=40), server_default="", nullable=False))
        table.add_column(sa.Column("decided_at", UTCTime(), nullable=True))
        table.add_column(sa.Column("reminded_at", UTCTime(), nullable=True))
        table.create_index("ix_digests_state", ["state", "slot"])
    op.execute("UPDATE digests SET until = slot")
    with op.batch_alter_table("digests") as table:
        table.alter_column("until", existing_type=UTCTime(), nullable=False)
    op.add_column("digest_posts", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.add_column("digest_posts", sa.Column("told", sa.String(length=16), nullable=True))
    op.add_column("digest_posts", sa.Column("corrected_at", UTCTime(), nullable=True))
    op.add_column("digest_posts", sa.Column("removed_by", sa.String(length=40), nullable=True))
    op.create_index("ix_digest_posts_place", "digest_posts", ["place", "digest_id"])


def _move_times() -> None:
    """Turn the single time of each schedule into a list; until now all schedules came from the settings."""
    table = sa.table(
        "schedules", sa.column("id"), sa.column("at"), sa.column("times", sa.JSON()), sa.column("settings", sa.JSON()),
        sa.column("channel"),
    )  # fmt: skip
    for row in op.get_bind().execute(sa.select(table.c.id, table.c.at, table.c.channel)).all():
        values = {"times": [row.at], "settings": {"channel": row.channel}}
        op.get_bind().execute(sa.update(table).where(table.c.id == row.id).values(values))


def downgrade() -> None:
    op.drop_index("ix_digest_posts_place", table_name="digest_posts")
    for column in ("removed_by", "corrected_at", "told", "revision"):
        op.drop_column("digest_posts", column)
    with op.batch_alter_table("digests") as table:
        table.drop_index("ix_digests_state")
        for column in (
            "reminded_at",
            "decided_at",
            "decided_by",
            "edited_by",
            "edits",
            "state",
            "until",
        ):
            table.drop_column(column)
    with op.batch_alter_table("schedules") as table:
        table.add_column(sa.Column("at", sa.String(length=5), server_default="08:00", nullable=False))
        table.drop_index("ix_schedules_channel")
        for column in (
            "removed_at", "paused_until", "added_by", "settings", "draft_minutes", "quiet", "categories", "sources",
            "tags", "on_holidays", "weekdays", "times", "name",
        ):  # fmt: skip
            table.drop_column(column)
        table.create_unique_constraint("uq_schedules_channel", ["channel"])
