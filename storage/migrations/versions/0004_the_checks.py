"""Findings are silenced, baselined and counted; posts are compared."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
