"""what people do day after day is kept by the day: a bit a person in place of a row."""

from itertools import groupby

import numpy as np
import sqlalchemy as sa
from alembic import op

from gates.days import day_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROWS = {"activity": "activity", "workflow": "workflows", "old_work": "old_work"}
"""The tables that were, and what the source of each is called."""


def upgrade() -> None:
    """Go up to this version."""
    made = op.create_table(
        "day_rows",
        sa.Column("rollout", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.Column("done", sa.LargeBinary(), nullable=True),
        sa.Column("below", sa.LargeBinary(), nullable=False),
        sa.Column("times", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["rollout"], ["rollout.name"], name=op.f("fk_day_rows_rollout")),
        sa.PrimaryKeyConstraint("rollout", "source", "what", "day", name=op.f("pk_day_rows")),
    )
    for name, source in ROWS.items():
        _roll_up(op.get_bind(), name, source, made)
        op.drop_table(name)


def _roll_up(tx: sa.Connection, name: str, source: str, made: sa.Table) -> None:
    """Move a table's rows, a day at a time."""
    work = [] if name == "activity" else [sa.column("workflow"), sa.column("times")]
    columns = (sa.column("rollout"), sa.column("day", sa.Date()), sa.column("person"), *work)
    old = sa.table(name, *columns)
    order = [old.c.rollout, old.c.day, *([old.c.workflow] if work else []), old.c.person]
    for (rollout, day), whole in groupby(
        tx.execute(sa.select(old).order_by(*order)), lambda row: (row.rollout, row.day)
    ):
        for what, rows in groupby(whole, lambda row: row.workflow if work else ""):
            found = [(int(r.person[1:]), r.times if work else 1.0) for r in rows]
            numbers, times = zip(*sorted(found), strict=True)
            often = np.array([np.nan if t is None else t for t in times], dtype=np.float64)
            rolled = day_of(what, day, np.array(numbers, dtype=np.int64), often)
            values = {
                field: getattr(rolled, field)
                for field in ("what", "day", "people", "done", "below", "times")
            }
            tx.execute(made.insert().values(rollout=rollout, source=source, **values))


def downgrade() -> None:
    """Refuse to go back: a ledger forgets nothing."""
    msg = "a ledger is not downgraded; restore its backup"
    raise RuntimeError(msg)
