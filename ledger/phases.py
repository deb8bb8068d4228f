"""Transitions and dates of phases in the ledger."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from ledger import audit
from ledger.columns import OF
from ledger.tables import allowed_transition, phase_dates, transition
from rollout.phases import RULES, Dates, Move, PhaseNow, State, Verb

_TRANSITIONS = (
    select(transition)
    .where(transition.c.rollout == OF)
    .order_by(transition.c.phase, transition.c.seq)
)
_DATES = (
    select(phase_dates)
    .where(phase_dates.c.rollout == OF)
    .order_by(phase_dates.c.phase, phase_dates.c.sequence)
)


def allowed_pairs() -> list[dict[str, str]]:
    """Give every pair of states a transition may join, for the table of that name."""
    pairs = {(a, b) for starts, ends in RULES.values() for a in starts for b in ends}
    return [{"from_state": a, "to_state": b} for a, b in sorted(pairs)]


def write_allowed(tx: Connection) -> None:
    """Fill the table of allowed pairs; done once, when the ledger is made or upgraded."""
    known = {tuple(r) for r in tx.execute(select(allowed_transition))}
    new = [p for p in allowed_pairs() if (p["from_state"], p["to_state"]) not in known]
    if new:
        tx.execute(insert(allowed_transition), new)


def begin(tx: Connection, rollout: str, phase: str, dates: Dates, by: str, now: datetime) -> None:
    """Record a phase as planned, with its first dates."""
    row = {"rollout": rollout, "phase": phase, "seq": 1, "before_seq": None, "verb": "plan"}
    row |= {"from_state": None, "to_state": State.PLANNED, "attempt": 1}
    tx.execute(insert(transition).values(**row, at=now, by=by, reason="the plan", decision=None))
    set_dates(tx, rollout, phase, dates, "the plan", now)


def set_dates(
    tx: Connection, rollout: str, phase: str, dates: Dates, reason: str, now: datetime
) -> None:
    """Record a phase's new dates; its sequence number is new."""
    row = {"rollout": rollout, "phase": phase, "sequence": dates.sequence}
    row |= {"launch": dates.launch, "soak_ends_on": dates.soak_ends_on}
    tx.execute(insert(phase_dates).values(**row, reason=reason, at=now))


def set_soak_end(tx: Connection, rollout: str, phase: str, dates: Dates) -> None:
    """Record another end of a phase's soak, its launch and sequence number unchanged.

    People are told of a launch alone; another number would tell them of it again.
    """
    here = (phase_dates.c.rollout == rollout) & (phase_dates.c.phase == phase)
    here &= phase_dates.c.sequence == dates.sequence
    tx.execute(update(phase_dates).where(here).values(soak_ends_on=dates.soak_ends_on))


def record(
    tx: Connection,
    rollout: str,
    move: Move,
    by: str,
    now: datetime,
    decision: int | None = None,
) -> None:
    """Record a transition and its audit entry.

    The database refuses (IntegrityError) one that does not start where the phase stands: of two
    actors, one advances.
    """
    here = (transition.c.rollout == rollout) & (transition.c.phase == move.phase)
    last = tx.execute(select(func.max(transition.c.seq)).where(here)).scalar_one()
    row = {"rollout": rollout, "phase": move.phase, "seq": last + 1, "before_seq": last}
    row |= {"verb": move.verb, "from_state": move.start, "to_state": move.end}
    row |= {"attempt": move.attempt, "reason": move.reason, "decision": decision}
    tx.execute(insert(transition).values(**row, at=now, by=by))
    data = {"phase": move.phase, "from": move.start, "to": move.end, "why": move.reason}
    audit.append(tx, rollout, now, by, f"phase.{move.verb}", data)


def standing(tx: Connection, rollout: str) -> dict[str, PhaseNow]:
    """Give where every phase stands, by name."""
    found: dict[str, PhaseNow] = {}
    dates = _dates(tx, rollout)
    first: dict[str, int] = {}
    for r in tx.execute(_TRANSITIONS, {OF.key: rollout}):
        paused = State(r.from_state) if r.verb == Verb.PAUSE else None
        state, (when, moved_at) = State(r.to_state), dates[r.phase][-1]
        if r.verb == Verb.TRY_AGAIN:
            # Its new dates are recorded with it, in one commit: the first not older than it.
            first[r.phase] = next((d.sequence for d, at in dates[r.phase] if at >= r.at), 0)
        began = first.get(r.phase, 0)
        found[r.phase] = PhaseNow(r.phase, state, r.attempt, when, r.at, paused, moved_at, began)
    return found


def _dates(tx: Connection, rollout: str) -> dict[str, list[tuple[Dates, datetime]]]:
    """Give every phase's dates, oldest first, each with when it was recorded."""
    rows = tx.execute(_DATES, {OF.key: rollout})
    found: dict[str, list[tuple[Dates, datetime]]] = {}
    for r in rows:
        found.setdefault(r.phase, []).append((Dates(r.launch, r.soak_ends_on, r.sequence), r.at))
    return found


def launches(tx: Connection, rollout: str, phase: str) -> list[Dates]:
    """Give all dates a phase ever had, oldest first."""
    query = select(phase_dates).where(phase_dates.c.rollout == rollout)
    rows = tx.execute(query.where(phase_dates.c.phase == phase).order_by(phase_dates.c.sequence))
    return [Dates(r.launch, r.soak_ends_on, r.sequence) for r in rows]


def resumed_at(tx: Connection, rollout: str, phase: str) -> datetime | None:
    """Tell when a phase was last resumed after a pause."""
    here = (transition.c.rollout == rollout) & (transition.c.phase == phase)
    query = select(transition.c.at).where(here, transition.c.verb == Verb.RESUME)
    return tx.execute(query.order_by(transition.c.seq.desc()).limit(1)).scalar()
