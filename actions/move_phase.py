"""Make the transitions that dates and readiness make due, and move dates where a phase holds."""

from datetime import datetime

from actions.desk import Desk
from ledger import audit, leases, phases
from rollout.moves import NewDates, new_dates, next_move
from rollout.planning import PhaseDay

MOVES_AT_ONCE_AT_MOST = 3


def move_phase(desk: Desk, phase: str, now: datetime) -> list[str]:
    """Make every transition of a phase that is due now; gives each in words."""
    said: list[str] = []
    for _ in range(MOVES_AT_ONCE_AT_MOST):
        move = next_move(PhaseDay(desk.plan, desk.look(), desk.plan.phase(phase), now))
        if move is None:
            break
        with desk.door.write("move") as tx:
            leases.renew(tx, desk.held())
            phases.record(tx, desk.rollout, move, "changeover", now)
        said.append(f"{phase}: {move.start} -> {move.end}, {move.reason}")
    return said


def move_dates(desk: Desk, now: datetime) -> list[str]:
    """Move the dates of phases that cannot launch as planned; gives each in words."""
    snapshot = desk.look()
    days = {p.name: PhaseDay(desk.plan, snapshot, p, now) for p in desk.plan.phases}
    found = new_dates(desk.plan, days)
    for moved in found:
        record_dates(desk, moved, now)
    return [f"{m.phase}: launch moves to {m.dates.launch}, {m.reason}" for m in found]


def record_dates(desk: Desk, moved: NewDates, now: datetime) -> None:
    """Record a phase's new dates."""
    with desk.door.write("dates") as tx:
        leases.renew(tx, desk.held())
        phases.set_dates(tx, desk.rollout, moved.phase, moved.dates, moved.reason, now)
        data = {"phase": moved.phase, "launch": moved.dates.launch, "why": moved.reason}
        audit.append(tx, desk.rollout, now, "changeover", "phase.dates", data)
