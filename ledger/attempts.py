"""The newest day on which somebody tried to log in to the old system: of whom, nothing is kept."""

from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from ledger import audit
from ledger.tables import old_attempt


def newest(tx: Connection, rollout: str) -> date | None:
    """Give the day; None where no look has shown one yet."""
    return tx.execute(select(old_attempt.c.day).where(old_attempt.c.rollout == rollout)).scalar()


def record(tx: Connection, rollout: str, day: date, by: str, at: datetime) -> None:
    """Record a day that a look has shown; nothing where a later one is known."""
    known = newest(tx, rollout)
    if known is not None and known >= day:
        return
    tx.execute(delete(old_attempt).where(old_attempt.c.rollout == rollout))
    tx.execute(insert(old_attempt).values(rollout=rollout, day=day, at=at))
    audit.append(tx, rollout, at, by, "old.attempt", {"day": day})
