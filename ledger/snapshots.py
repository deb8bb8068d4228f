"""Filling a snapshot: everything planning may know, read at one moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from config.plan import Plan
from ledger import people, phases, records
from ledger.evidence_tables import answer, archived, attendance, decision
from ledger.tables import rollout, step
from rollout.snapshot import ArchiveNow, Snapshot
from rollout.steps import StepNow, StepState


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of a rollout as a whole."""

    name: str
    plan: str
    """The plan's text, as it was applied."""
    digest: str
    folder: str
    rehearsal: bool
    only_to: str | None
    paused_at: datetime | None
    paused_by: str | None
    pause_reason: str | None
    ticked_at: datetime | None


class UnknownRolloutError(Exception):
    """No such rollout is recorded. The message says how to record one."""


def recorded(tx: Connection, name: str) -> Recorded:
    """Give a rollout's record; UnknownRolloutError where there is none."""
    r = tx.execute(select(rollout).where(rollout.c.name == name)).first()
    if r is None:
        msg = f"no rollout {name} is recorded in this ledger; `changeover apply` records one"
        raise UnknownRolloutError(msg)
    return Recorded(**{f: getattr(r, f) for f in Recorded.__dataclass_fields__})


def snapshot(tx: Connection, plan: Plan) -> Snapshot:
    """Fill the snapshot of a rollout in the caller's transaction."""
    name = plan.rollout
    whole = recorded(tx, name)
    return Snapshot(
        rollout=name,
        rehearsal=whole.rehearsal,
        paused=whole.paused_at is not None,
        people=people.everyone(tx, name),
        phases=phases.standing(tx, name),
        steps=_steps(tx, name),
        accounts=people.accounts(tx, name),
        only_to=whole.only_to,
        confirmed=records.confirmed(tx, name),
        incidents=records.open_incidents(tx, name),
        orders=records.open_orders(tx, name),
        approvals=records.approvals(tx, name),
        adopted=_adopted(tx, name),
        trained=_trained(tx, name),
        answered=_answered(tx, name),
        archive=_archive(tx, name),
    )


def _steps(tx: Connection, name: str) -> dict[str, StepNow]:
    query = select(step.c.key, step.c.state, step.c.at, step.c.detail)
    rows = tx.execute(query.where(step.c.rollout == name))
    return {r.key: StepNow(StepState(r.state), r.at, r.detail) for r in rows}


def _trained(tx: Connection, name: str) -> frozenset[str]:
    query = select(attendance.c.person).where(attendance.c.rollout == name, attendance.c.attended)
    return frozenset(tx.execute(query).scalars())


def _answered(tx: Connection, name: str) -> frozenset[str]:
    """People who answered since they were activated: the baseline is no answer to the phase."""
    began = {k: a.activated_on for k, a in people.accounts(tx, name).items() if a.activated_on}
    query = select(answer.c.person, answer.c.at).where(
        answer.c.rollout == name, answer.c.person.is_not(None)
    )
    found = ((r.person, r.at.date()) for r in tx.execute(query))
    return frozenset(k for k, day in found if k in began and day > began[k])


def _adopted(tx: Connection, name: str) -> frozenset[str]:
    """People the newest decision of each phase counts as adopters."""
    found: dict[str, list[str]] = {}
    query = select(decision.c.phase, decision.c.document).where(decision.c.rollout == name)
    for r in tx.execute(query.order_by(decision.c.id)):
        found[r.phase] = r.document.get("adopters", [])
    return frozenset(k for keys in found.values() for k in keys)


def _archive(tx: Connection, name: str) -> ArchiveNow | None:
    query = select(archived).where(archived.c.rollout == name).order_by(archived.c.id.desc())
    r = tx.execute(query.limit(1)).first()
    return None if r is None else ArchiveNow(r.path, r.seal, r.proved, r.made_at)
