"""Evidence in the ledger, by person key: what people did, answered, asked and were measured by."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from ledger import days
from ledger.columns import OF
from ledger.door import beside_snapshots
from ledger.evidence_tables import (
    answer,
    attendance,
    evidence,
    measured,
    old_login,
    ticket,
)
from ledger.tables import incident, person

TABLES: dict[str, Table] = {
    "attendance": attendance,
    "answers": answer,
    "tickets": ticket,
    "old_logins": old_login,
    "measured": measured,
}
"""Sources kept as rows; those of `days.DAILY` are kept by the day."""
_KEYS = {
    name: [c.name for c in table.primary_key.columns if c.name != "rollout"]
    for name, table in TABLES.items()
}
Row = Mapping[str, Any]
_NAMES = {n: [c.name for c in table.c if c.name != "rollout"] for n, table in TABLES.items()}
_READ = {
    n: select(*(table.c[c] for c in _NAMES[n])).where(table.c.rollout == OF)
    for n, table in TABLES.items()
}
_OF_PHASE = select(person.c.key).where(
    person.c.rollout == OF, person.c.phase == bindparam("of_phase")
)
_READ_OF = {n: query.where(TABLES[n].c.person.in_(_OF_PHASE)) for n, query in _READ.items()}
_NOTED = select(evidence).where(evidence.c.rollout == OF)
_NOTE = (
    update(evidence)
    .where(evidence.c.rollout == OF, evidence.c.source == bindparam("of_source"))
    .values({c: bindparam(c) for c in ("as_of", "rows", "read_at")})
)
_INCIDENTS = select(incident).where(incident.c.rollout == OF)
_BESIDE = TABLES.keys() - {"attendance", "answers"}
"""Sources no snapshot shows."""
AT_ONCE = {"yield_per": 20_000}
"""Rows fetched at once where columns are asked for."""


def put(tx: Connection, rollout: str, source: str, rows: Sequence[Row]) -> int:
    """Write the rows of a source that are new or changed; gives how many. None is ever dropped."""
    if not rows:
        return 0
    if source in days.DAILY:
        return days.put(tx, rollout, source, days.rolled_up(rows))
    table, keys = TABLES[source], _KEYS[source]
    names = _NAMES[source]
    places = [names.index(k) for k in keys]
    rows_had = tx.execute(_READ[source], {OF.key: rollout}).all()
    had = {tuple(row[i] for i in places): tuple(row) for row in rows_had}
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
        with beside_snapshots(tx) if source in _BESIDE else nullcontext():
            tx.execute(insert(table), [{"rollout": rollout} | row for row in made])
    return len(fresh)


def note(
    tx: Connection, rollout: str, source: str, as_of: datetime | None, rows: int, now: datetime
) -> None:
    """Keep when a source was read, how new it is, and how much is in it."""
    row = {"as_of": as_of, "rows": rows, "read_at": now}
    with beside_snapshots(tx):
        if not tx.execute(_NOTE, {OF.key: rollout, "of_source": source} | row).rowcount:
            tx.execute(insert(evidence).values(rollout=rollout, source=source, **row))


def read(tx: Connection, rollout: str, source: str) -> list[dict[str, Any]]:
    """Give the rows of a source, without the rollout's name."""
    if source in days.DAILY:
        return list(days.unrolled(source, days.read(tx, rollout, source)))
    rows = tx.execute(_READ[source], {OF.key: rollout}).all()
    names = _NAMES[source]
    return [dict(zip(names, row, strict=True)) for row in rows]


def columns(
    tx: Connection, rollout: str, source: str, phase: str | None = None
) -> dict[str, list[Any]]:
    """Give the columns of a source that is kept as rows; a phase's people's rows alone, if asked.

    In no particular order of rows.
    """
    query = _READ[source] if phase is None else _READ_OF[source]
    rows = tx.execute(query, {OF.key: rollout, "of_phase": phase}, execution_options=AT_ONCE)
    found: dict[str, list[Any]] = {name: [] for name in _NAMES[source]}
    for part in rows.partitions():
        for name, values in zip(found, zip(*part, strict=True), strict=True):
            found[name] += values
    return found


def noted(tx: Connection, rollout: str) -> dict[str, tuple[datetime | None, int]]:
    """Give how new each source is, and how many rows it has."""
    rows = tx.execute(_NOTED, {OF.key: rollout})
    return {r.source: (r.as_of, r.rows) for r in rows}


def incidents(tx: Connection, rollout: str) -> list[dict[str, Any]]:
    """Give every incident, closed ones too."""
    rows = tx.execute(_INCIDENTS, {OF.key: rollout})
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
