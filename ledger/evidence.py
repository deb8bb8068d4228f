"""Evidence in the ledger, by person key: what people did, answered, asked and were measured by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from ledger.door import beside_snapshots
from ledger.evidence_tables import (
    activity,
    answer,
    attendance,
    evidence,
    measured,
    old_login,
    old_work,
    ticket,
    workflow,
)
from ledger.tables import incident

TABLES: dict[str, Table] = {
    "activity": activity,
    "attendance": attendance,
    "answers": answer,
    "tickets": ticket,
    "workflows": workflow,
    "old_work": old_work,
    "old_logins": old_login,
    "measured": measured,
}
_KEYS = {
    name: [c.name for c in table.primary_key.columns if c.name != "rollout"]
    for name, table in TABLES.items()
}
Row = Mapping[str, Any]


def put(tx: Connection, rollout: str, source: str, rows: Sequence[Row]) -> int:
    """Write the rows of a source that are new or changed; gives how many. None is ever dropped."""
    table, keys = TABLES[source], _KEYS[source]
    names = [c.name for c in table.c if c.name != "rollout"]
    places = [names.index(k) for k in keys]
    query = select(*(table.c[n] for n in names)).where(table.c.rollout == rollout)
    had = {tuple(row[i] for i in places): tuple(row) for row in tx.execute(query).all()}
    told = (tuple(r[n] for n in names) for r in rows)
    given = {tuple(row[i] for i in places): row for row in told}
    fresh = {k: row for k, row in given.items() if had.get(k) != row}
    changed = fresh.keys() & had.keys()
    if changed:
        here = [table.c[k] == bindparam(f"its_{k}") for k in keys]
        names_of = [f"its_{k}" for k in keys]
        gone = [dict(zip(names_of, key, strict=True)) for key in changed]
        tx.execute(delete(table).where(table.c.rollout == rollout, *here), gone)
    if fresh:
        made = [dict(zip(names, row, strict=True)) for row in fresh.values()]
        tx.execute(insert(table), [{"rollout": rollout} | row for row in made])
    return len(fresh)


def note(
    tx: Connection, rollout: str, source: str, as_of: datetime | None, rows: int, now: datetime
) -> None:
    """Keep when a source was read, how new it is, and how much is in it."""
    here = (evidence.c.rollout == rollout) & (evidence.c.source == source)
    row = {"source": source, "as_of": as_of, "rows": rows, "read_at": now}
    with beside_snapshots(tx):
        tx.execute(delete(evidence).where(here))
        tx.execute(insert(evidence).values(rollout=rollout, **row))


def read(tx: Connection, rollout: str, source: str) -> list[dict[str, Any]]:
    """Give the rows of a source, without the rollout's name."""
    table = TABLES[source]
    columns = [c for c in table.c if c.name != "rollout"]
    rows = tx.execute(select(*columns).where(table.c.rollout == rollout)).all()
    names = [c.name for c in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def noted(tx: Connection, rollout: str) -> dict[str, tuple[datetime | None, int]]:
    """Give how new each source is, and how many rows it has."""
    rows = tx.execute(select(evidence).where(evidence.c.rollout == rollout))
    return {r.source: (r.as_of, r.rows) for r in rows}


def incidents(tx: Connection, rollout: str) -> list[dict[str, Any]]:
    """Give every incident, closed ones too."""
    rows = tx.execute(select(incident).where(incident.c.rollout == rollout))
    return [
        {
            "id": str(r.id),
            "severity": r.severity,
            "title": r.title,
            "opened": r.opened_at,
            "closed": r.closed_at,
            "workaround": r.workaround,
            "phase": r.phase,
        }
        for r in rows
    ]
