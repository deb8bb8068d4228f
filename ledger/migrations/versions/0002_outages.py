"""Outages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up to this version."""
    op.create_table(
        "outage",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_outage_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_outage")),
    )


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
