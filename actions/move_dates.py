"""Move the dates of phases that cannot launch as planned, and of the old system's end."""

from datetime import datetime

from sqlalchemy import Connection

from actions.desk import Desk
from ledger import audit, leases, phases
from rollout.moves import NewDates, new_dates, new_end
from rollout.phase_day import PhaseDay


def move_dates(desk: Desk, now: datetime) -> list[str]:
    """Move the dates of phases that cannot launch as planned, and the end after them.

    Gives each in words.
    """
    snapshot = desk.look()
    days = {p.name: PhaseDay(desk.plan, snapshot, p, now) for p in desk.plan.phases}
    found = new_dates(desk.plan, days)
    for moved in found:
        record_dates(desk, moved, now)
    said = [f"{m.phase}: launch moves to {m.dates.launch}, {m.reason}" for m in found]
    end = new_end(desk.plan, desk.look())
    if end is None:
        return said
    record_dates(desk, end, now)
    return [*said, f"{end.phase}: may begin on {end.dates.launch}, {end.reason}"]


def record_dates(desk: Desk, moved: NewDates, now: datetime) -> None:
    """Record a phase's new dates."""
    with desk.door.write("dates") as tx:
        leases.renew(tx, desk.held())
        write_dates(tx, desk.rollout, moved, now)


def write_dates(tx: Connection, rollout: str, moved: NewDates, now: datetime) -> None:
    """Write a phase's new dates and their audit entry in the caller's transaction."""
    phases.set_dates(tx, rollout, moved.phase, moved.dates, moved.reason, now)
    data = {"phase": moved.phase, "launch": moved.dates.launch, "why": moved.reason}
    audit.append(tx, rollout, now, "changeover", "phase.dates", data)
