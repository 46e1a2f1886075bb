"""The outbox can edit what it posted, react, and write to a person."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
