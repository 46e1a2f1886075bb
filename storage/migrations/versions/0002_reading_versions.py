"""Add the version of the rules to readings, sketches to find near-copies, and tag aliases."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "aliases",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tag_key", sa.Text(), nullable=False),
        sa.Column("tag_name", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", UTCTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_aliases")),
    )
    op.create_index(op.f("ix_aliases_tag_key"), "aliases", ["tag_key"], unique=False)
    op.create_table(
        "sketches",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_sketches_post_id_posts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("band", "post_id", name=op.f("pk_sketches")),
    )
    op.create_index(op.f("ix_sketches_post_id"), "sketches", ["post_id"], unique=False)
    op.add_column("readings", sa.Column("headline", sa.Text(), server_default="", nullable=False))
    op.add_column("readings", sa.Column("figures", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("readings", sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_readings_version"), "readings", ["version"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_readings_version"), table_name="readings")
    op.drop_column("readings", "version")
    op.drop_column("readings", "figures")
    op.drop_column("readings", "headline")
    op.drop_table("sketches")
    op.drop_table("aliases")
