"""Phases nobody is in may be skipped: the pairs of states that joins."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FROM = ("planned", "preparing", "ready", "live", "paused")


def upgrade() -> None:
    """Go up to this version."""
    allowed = sa.table("allowed_transition", sa.column("from_state"), sa.column("to_state"))
    op.bulk_insert(allowed, [{"from_state": a, "to_state": "skipped"} for a in FROM])


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
