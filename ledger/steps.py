"""Steps in the ledger: claimed before they happen, marked after, never done twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from ledger.columns import OF
from ledger.leases import Lease, renew
from ledger.tables import rollout as rollouts
from ledger.tables import step
from rollout.steps import Step, StepState

CHUNK = 400
"""Keys in one query: well under SQLite's and PostgreSQL's limits of bound values."""

_OPEN = (StepState.PLANNED, StepState.CLAIMED)
_PAUSED = select(rollouts.c.paused_at).where(rollouts.c.name == OF)


class PausedError(Exception):
    """The rollout is paused: no effect may start."""


class WithheldError(Exception):
    """Mails go to one address only, or no longer do. The message says what was not begun."""


def claim(
    tx: Connection, lease: Lease, steps: Sequence[Step], now: datetime, *, undoing: bool = False
) -> list[Step]:
    """Claim the steps that nobody has begun; give those claimed. The only way to an effect.

    In the caller's transaction: the lease must hold (it is renewed) and the rollout must not be
    paused, unless a recorded rollback is undoing. While mails go to one address only, those mails
    are the only effect (WithheldError), and none of them is begun once they do not.
    """
    renew(tx, lease)
    query = select(rollouts.c.paused_at, rollouts.c.only_to)
    whole = tx.execute(query.where(rollouts.c.name == lease.rollout)).one()
    if whole.paused_at is not None and not undoing:
        raise PausedError(lease.rollout)
    wrong = [s.key for s in steps if s.is_only_to != (whole.only_to is not None)]
    if wrong:
        raise WithheldError(wrong[0])
    claimed: list[Step] = []
    for begin in range(0, len(steps), CHUNK):
        part = {s.key: s for s in steps[begin : begin + CHUNK]}
        known = _states(tx, lease.rollout, part)
        fresh = [s for k, s in part.items() if k not in known]
        again = [s for k, s in part.items() if known.get(k) in _OPEN]
        _insert(tx, lease, fresh, now)
        _mark(tx, lease, [(s.key, StepState.CLAIMED, "") for s in again], now)
        claimed += [s for s in part.values() if s.key not in known or known[s.key] in _OPEN]
    return claimed


def is_paused(tx: Connection, rollout: str) -> bool:
    """Whether the rollout is paused."""
    return tx.execute(_PAUSED, {OF.key: rollout}).scalar_one() is not None


def _states(tx: Connection, rollout: str, keys: Iterable[str]) -> dict[str, str]:
    query = select(step.c.key, step.c.state).where(
        step.c.rollout == rollout, step.c.key.in_(list(keys))
    )
    return dict(tx.execute(query).tuples().all())


def _insert(tx: Connection, lease: Lease, steps: Sequence[Step], now: datetime) -> None:
    rows = [
        {
            "rollout": lease.rollout,
            "key": s.key,
            "kind": s.kind,
            "phase": s.phase,
            "person": s.person,
            "attempt": s.attempt,
            "occurrence": s.occurrence,
            "state": StepState.CLAIMED,
            "token": lease.token,
            "due": s.due,
            "at": now,
            "detail": "",
        }
        for s in steps
    ]
    if rows:
        tx.execute(insert(step), rows)


Mark = tuple[str, StepState, str]
"""Key, new state, detail."""

_MARK = (
    update(step)
    .where(
        step.c.rollout == bindparam("of"),
        step.c.key == bindparam("the_key"),
        or_(*(step.c.state == s for s in (*_OPEN, StepState.ON_WIRE))),
    )
    .values(
        state=bindparam("to"), token=bindparam("by"), at=bindparam("now"), detail=bindparam("why")
    )
)


def mark(tx: Connection, lease: Lease, marks: Sequence[Mark], now: datetime) -> None:
    """Record how far steps are, in the caller's transaction; the lease must hold.

    A settled step stays as it is.
    """
    renew(tx, lease)
    _mark(tx, lease, marks, now)


def _mark(tx: Connection, lease: Lease, marks: Sequence[Mark], now: datetime) -> None:
    rows = [
        {"of": lease.rollout, "the_key": k, "to": s, "by": lease.token, "now": now, "why": why}
        for k, s, why in marks
    ]
    if rows:
        tx.execute(_MARK, rows)


def begin_by_hand(tx: Connection, rollout: str, begun: Step, why: str, now: datetime) -> None:
    """Record a step a person's command does at once, without a lease: its fate is not known yet.

    `settle_unknown` ends it; of a command that died in between it says what is true.
    """
    row: dict[str, object] = {"rollout": rollout, "key": begun.key, "kind": begun.kind}
    row |= {
        "phase": begun.phase,
        "person": begun.person,
        "attempt": begun.attempt,
        "occurrence": begun.occurrence,
    }
    row |= {"state": StepState.UNKNOWN, "token": None, "detail": why}
    tx.execute(insert(step).values(**row, due=begun.due, at=now))


def count_of(tx: Connection, rollout: str, kind: str, person: str) -> int:
    """Count the steps of a kind that a person ever had."""
    here = (step.c.rollout == rollout) & (step.c.kind == kind) & (step.c.person == person)
    return int(tx.execute(select(func.count()).select_from(step).where(here)).scalar_one())


def settle_unknown(
    tx: Connection, rollout: str, key: str, outcome: StepState, why: str, now: datetime
) -> bool:
    """Record what a person found out of a step of unknown fate; False where there is none."""
    done = tx.execute(
        update(step)
        .where(step.c.rollout == rollout, step.c.key == key, step.c.state == StepState.UNKNOWN)
        .values(state=outcome, at=now, detail=why)
    )
    return done.rowcount == 1


def orphans(tx: Connection, lease: Lease) -> dict[str, str]:
    """Give keys and kinds of steps left on the wire by workers whose lease is gone."""
    query = select(step.c.key, step.c.kind).where(
        step.c.rollout == lease.rollout,
        step.c.state == StepState.ON_WIRE,
        step.c.token < lease.token,
    )
    return dict(tx.execute(query).tuples().all())
