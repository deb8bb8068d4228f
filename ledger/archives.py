"""Archives of the old system in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from ledger import audit
from ledger.evidence_tables import archived


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive, and what restoring it showed."""

    path: str
    seal: str
    proved: bool
    report: Mapping[str, Any]
    made_at: datetime


def record(tx: Connection, rollout: str, found: Archived, line: str) -> None:
    """Record an archive and its audit entry; `line` says in words what was shown."""
    here = archived.c.rollout == rollout
    query = select(func.coalesce(func.max(archived.c.id), 0) + 1).where(here)
    row = {"path": found.path, "seal": found.seal, "proved": found.proved}
    values = row | {"report": dict(found.report), "made_at": found.made_at}
    tx.execute(insert(archived).values(rollout=rollout, id=tx.execute(query).scalar(), **values))
    audit.append(tx, rollout, found.made_at, "changeover", "archive", row | {"shown": line})


def every(tx: Connection, rollout: str) -> list[Archived]:
    """Give every archive, oldest first."""
    rows = tx.execute(select(archived).where(archived.c.rollout == rollout).order_by(archived.c.id))
    return [Archived(r.path, r.seal, r.proved, r.report, r.made_at) for r in rows]
