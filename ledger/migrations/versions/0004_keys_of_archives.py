"""keys that signed archives, and who showed that they can open one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up to this version."""
    op.create_table(
        "archive_key",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_archive_key_rollout")),
        sa.PrimaryKeyConstraint("rollout", "id", name=op.f("pk_archive_key")),
    )
    op.create_table(
        "archive_opened",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rollout"], ["rollout.name"], name=op.f("fk_archive_opened_rollout")
        ),
        sa.PrimaryKeyConstraint("rollout", "seal", "recipient", name=op.f("pk_archive_opened")),
    )


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
