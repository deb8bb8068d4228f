"""Which key signs archives, and who has shown that they can open one: fingerprints only."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from ledger import audit
from ledger.evidence_tables import archive_key


def newest(tx: Connection, rollout: str) -> str | None:
    """Give the fingerprint of the key that signs now; None where there never was one."""
    query = select(archive_key.c.fingerprint).where(archive_key.c.rollout == rollout)
    return tx.execute(query.order_by(archive_key.c.id.desc()).limit(1)).scalar()


def every(tx: Connection, rollout: str) -> list[str]:
    """Give every key there was, oldest first."""
    query = select(archive_key.c.fingerprint).where(archive_key.c.rollout == rollout)
    return list(tx.execute(query.order_by(archive_key.c.id)).scalars())


def record(tx: Connection, rollout: str, fingerprint: str, by: str, at: datetime) -> None:
    """Record a key that signs from now on; nothing where it is the newest already."""
    if newest(tx, rollout) == fingerprint:
        return
    here = archive_key.c.rollout == rollout
    number = tx.execute(select(func.coalesce(func.max(archive_key.c.id), 0) + 1).where(here))
    row = {"id": number.scalar(), "fingerprint": fingerprint, "by": by, "at": at}
    tx.execute(insert(archive_key).values(rollout=rollout, **row))
    audit.append(tx, rollout, at, by, "archive.key", {"fingerprint": fingerprint})
