"""The newest day on which somebody tried to log in to the old system."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up to this version."""
    op.create_table(
        "old_attempt",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_old_attempt_rollout")),
        sa.PrimaryKeyConstraint("rollout", name=op.f("pk_old_attempt")),
    )


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
