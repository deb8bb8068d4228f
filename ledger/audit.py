"""The audit trail: append-only, each entry bound to the one before it by SHA-256."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ledger.tables import audit

NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    seq: int
    at: datetime
    by: str
    event: str
    data: str
    """Canonical JSON."""
    hash: str


class BrokenChainError(Exception):
    """The audit trail was changed. The message names the first entry that does not fit."""


def append(
    tx: Connection, rollout: str, at: datetime, by: str, event: str, data: Mapping[str, object]
) -> str:
    """Add an entry in the caller's transaction; give its hash, the trail's new head."""
    last = tx.execute(
        select(audit.c.seq, audit.c.hash)
        .where(audit.c.rollout == rollout)
        .order_by(audit.c.seq.desc())
        .limit(1)
    ).first()
    seq, before = (last.seq + 1, last.hash) if last else (1, NOTHING_BEFORE)
    words = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
    digest = _hash(before, rollout, seq, at, by, event, words)
    row = {"rollout": rollout, "seq": seq, "before_hash": before, "hash": digest}
    tx.execute(insert(audit).values(**row, at=at, by=by, event=event, data=words))
    return digest


def _hash(
    before: str, rollout: str, seq: int, at: datetime, by: str, event: str, words: str
) -> str:
    body = json.dumps([before, rollout, seq, at.timestamp(), by, event, words], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def trail(tx: Connection, rollout: str) -> list[Entry]:
    """Give the whole trail, oldest first; BrokenChainError where it was changed."""
    rows = tx.execute(select(audit).where(audit.c.rollout == rollout).order_by(audit.c.seq))
    before, found = NOTHING_BEFORE, []
    for number, r in enumerate(rows, 1):
        digest = _hash(before, rollout, number, r.at, r.by, r.event, r.data)
        if (r.seq, r.before_hash, r.hash) != (number, before, digest):
            msg = f"entry {number} of the audit trail was changed; restore the ledger's backup"
            raise BrokenChainError(msg)
        found.append(Entry(r.seq, r.at, r.by, r.event, r.data, r.hash))
        before = digest
    return found


def head(tx: Connection, rollout: str) -> str:
    """Give the newest entry's hash."""
    query = select(audit.c.hash).where(audit.c.rollout == rollout).order_by(audit.c.seq.desc())
    return tx.execute(query.limit(1)).scalar() or NOTHING_BEFORE
