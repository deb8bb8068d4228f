"""Decisions of gates: each with all it was decided on, so that it replays."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from ledger import audit
from ledger.evidence_tables import decision


@dataclass(frozen=True, slots=True)
class Decided:
    """A stored decision."""

    id: int
    phase: str
    attempt: int
    at: datetime
    verdict: str
    document: dict[str, Any]
    """The decision as `gates.decision` writes it."""


def keep(  # what a decision is
    tx: Connection,
    rollout: str,
    phase: str,
    attempt: int,
    verdict: str,
    document: dict[str, Any],
    adopters: Sequence[str],
    now: datetime,
) -> int:
    """Keep a decision with its inputs and who has adopted; gives its number."""
    query = select(func.coalesce(func.max(decision.c.id), 0) + 1)
    number = int(tx.execute(query.where(decision.c.rollout == rollout)).scalar_one())
    row = {"phase": phase, "attempt": attempt, "at": now, "verdict": verdict}
    kept = {"decision": document, "adopters": list(adopters)}
    tx.execute(insert(decision).values(rollout=rollout, id=number, document=kept, **row))
    said = document.get("verdict", {}).get("headline", "")
    data = {"decision": number, "phase": phase, "verdict": verdict, "why": said}
    audit.append(tx, rollout, now, "changeover", "gate.decided", data)
    return number


def of_phase(tx: Connection, rollout: str, phase: str | None = None) -> list[Decided]:
    """Give the decisions of a phase, or of all, oldest first."""
    query = select(decision).where(decision.c.rollout == rollout).order_by(decision.c.id)
    if phase is not None:
        query = query.where(decision.c.phase == phase)
    return [
        Decided(r.id, r.phase, r.attempt, r.at, r.verdict, r.document["decision"])
        for r in tx.execute(query)
    ]


def one(tx: Connection, rollout: str, number: int) -> Decided | None:
    """Give a decision by its number; None: there is none."""
    here = (decision.c.rollout == rollout) & (decision.c.id == number)
    r = tx.execute(select(decision).where(here)).one_or_none()
    if r is None:
        return None
    return Decided(r.id, r.phase, r.attempt, r.at, r.verdict, r.document["decision"])


def newest_verdict(tx: Connection, rollout: str, phase: str) -> dict[str, Any]:
    """Give the verdict of the newest look at a phase, as it was kept; empty where there is none."""
    here = (decision.c.rollout == rollout) & (decision.c.phase == phase)
    query = select(decision.c.document).where(here).order_by(decision.c.id.desc()).limit(1)
    document = tx.execute(query).scalar() or {}
    verdict: dict[str, Any] = document.get("decision", {}).get("verdict", {})
    return verdict


def looks(
    tx: Connection, rollout: str, phase: str, attempt: int
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the local day and the findings of each look at one attempt, oldest first, no more."""
    here = (decision.c.rollout == rollout) & (decision.c.phase == phase)
    query = select(
        decision.c.document[("decision", "moment", "today")].label("day"),
        decision.c.document[("decision", "verdict", "findings")].label("findings"),
    )
    query = query.where(here & (decision.c.attempt == attempt)).order_by(decision.c.id)
    for row in tx.execute(query):
        yield row.day, row.findings


def count_adopters(tx: Connection, rollout: str, phase: str, adopters: Collection[str]) -> None:
    """Add who has adopted since the newest decision on a phase: that does not un-happen."""
    number, document = _newest(tx, rollout, phase)
    known = set(document.get("adopters", []))
    if number is None or known.issuperset(adopters):
        return
    fresh = document | {"adopters": sorted(known.union(adopters))}
    here = (decision.c.rollout == rollout) & (decision.c.id == number)
    tx.execute(update(decision).where(here).values(document=fresh))


def _newest(tx: Connection, rollout: str, phase: str) -> tuple[int | None, dict[str, Any]]:
    here = (decision.c.rollout == rollout) & (decision.c.phase == phase)
    query = select(decision.c.id, decision.c.document).where(here).order_by(decision.c.id.desc())
    found = tx.execute(query.limit(1)).first()
    return (None, {}) if found is None else (found.id, found.document)


def name_of(number: int) -> str:
    """Name a decision as reports do."""
    return f"d-{number:04}"
