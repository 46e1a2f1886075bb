"""Add hits, dismissals and demotion of rules, and the claims and links by which posts are compared."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("findings", sa.Column("dismissed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    _of_posts(
        "hits",
        sa.Column("rule", sa.String(length=40), nullable=False),
        key=("rule",),
    )
    op.create_index(op.f("ix_hits_rule"), "hits", ["rule"], unique=False)
    _of_posts(
        "dismissals",
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", UTCTime(), nullable=False),
        key=("rule", "quote"),
    )
    op.create_index(op.f("ix_dismissals_rule"), "dismissals", ["rule"], unique=False)
    op.create_table(
        "rules",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("demoted_at", UTCTime(), nullable=True),
        sa.Column("share", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rules")),
    )
    _of_posts(
        "claims",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        key=("place",),
    )
    op.create_index(op.f("ix_claims_key"), "claims", ["key"], unique=False)
    _of_posts(
        "links",
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        key=("place",),
    )
    op.create_index(op.f("ix_links_address"), "links", ["address"], unique=False)
    unjudged = sa.text("NOT judged")
    op.create_index("ix_links_unjudged", "links", ["post_id"], sqlite_where=unjudged, postgresql_where=unjudged)
    # the findings stored so far count as hits
    op.execute("INSERT INTO hits (post_id, rule) SELECT DISTINCT post_id, rule FROM findings")


def _of_posts(name: str, *columns: sa.Column[object], key: tuple[str, ...]) -> None:
    """Create a table whose rows belong to a post and are deleted with it."""
    op.create_table(
        name,
        sa.Column("post_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f(f"fk_{name}_post_id_posts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", *key, name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    for table in ("links", "claims", "rules", "dismissals", "hits"):
        op.drop_table(table)
    op.drop_column("findings", "dismissed")
