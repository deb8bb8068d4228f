"""What a plan's text says, kept beside it: read again without YAML."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up to this version."""
    op.add_column("rollout", sa.Column("plan_read", sa.Text(), nullable=True))


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
