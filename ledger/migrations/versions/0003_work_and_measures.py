"""work done in either system, last log-ins to the old one, and what the work is measured by."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up to this version."""
    for name in ("workflow", "old_work"):
        op.create_table(
            name,
            sa.Column("rollout", sa.String(length=40), nullable=False),
            sa.Column("person", sa.String(length=12), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.Column("workflow", sa.String(length=80), nullable=False),
            sa.Column("times", sa.Float(), nullable=True),
            sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f(f"fk_{name}_rollout")),
            sa.PrimaryKeyConstraint(
                "rollout", "person", "day", "workflow", name=op.f(f"pk_{name}")
            ),
        )
    op.create_table(
        "old_login",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_old_login_rollout")),
        sa.PrimaryKeyConstraint("rollout", "person", name=op.f("pk_old_login")),
    )
    op.create_table(
        "measured",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=12), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_measured_rollout")),
        sa.PrimaryKeyConstraint("rollout", "measure", "person", "week", name=op.f("pk_measured")),
    )
    # `measure/NAME` is longer than the sources were.
    with op.batch_alter_table("evidence") as evidence:
        evidence.alter_column(
            "source", existing_type=sa.String(length=20), type_=sa.String(length=60)
        )


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
