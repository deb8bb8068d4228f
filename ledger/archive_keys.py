"""Which key signs archives, and who has shown that they can open one: fingerprints only."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from ledger import audit
from ledger.evidence_tables import archive_key, archive_opened


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


def opened(tx: Connection, rollout: str, seal: str) -> frozenset[str]:
    """Give the ids of the keys whose holders have shown that they open an archive."""
    query = select(archive_opened.c.recipient).where(
        archive_opened.c.rollout == rollout, archive_opened.c.seal == seal
    )
    return frozenset(tx.execute(query).scalars())


def record_opened(
    tx: Connection, rollout: str, seal: str, key: str, name: str, by: str, at: datetime
) -> None:
    """Record that a key's holder opened an archive; nothing where that is known."""
    if key in opened(tx, rollout, seal):
        return
    row = {"seal": seal, "recipient": key, "by": by, "at": at}
    tx.execute(insert(archive_opened).values(rollout=rollout, **row))
    audit.append(tx, rollout, at, by, "archive.opened", {"seal": seal, "key": name})
