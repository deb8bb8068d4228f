"""The newest look at the old system; what it showed each day stands in the audit trail."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from ledger import audit
from ledger.tables import probe
from rollout.probe import ProbeNow


def newest(tx: Connection, rollout: str) -> ProbeNow | None:
    """Give the newest look; None where nobody has looked yet."""
    r = tx.execute(select(probe).where(probe.c.rollout == rollout)).first()
    return None if r is None else ProbeNow(r.at, r.answered, r.words, r.fingerprint, r.known)


def record(tx: Connection, rollout: str, found: ProbeNow, by: str, now: datetime) -> None:
    """Record a look in the place of the one before it, and its audit entry."""
    tx.execute(delete(probe).where(probe.c.rollout == rollout))
    row = {"answered": found.answered, "words": found.words, "fingerprint": found.fingerprint}
    tx.execute(insert(probe).values(rollout=rollout, at=found.at, known=found.known, **row))
    audit.append(tx, rollout, now, by, "old.probe", row | {"another": found.is_another})
