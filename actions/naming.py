"""What runs are called, and whether a rollout is a rehearsal."""

from datetime import datetime

from config.loading import parse
from ledger.opening import open_ledger
from ledger.place import ledger_url
from ledger.snapshots import UnknownRolloutError, recorded, snapshot
from rollout.agenda import agenda
from rollout.calendar import local_day


def is_rehearsal(rollout: str) -> bool:
    """Whether a rollout is a rehearsal; UnknownRolloutError where it is not recorded."""
    door = open_ledger(ledger_url(), rollout)
    try:
        with door.read() as tx:
            return recorded(tx, rollout).rehearsal
    finally:
        door.engine.dispose()


def run_name(rollout: str, phase: str | None, now: datetime) -> str:
    """Name a run by rollout, phase, day of the phase and local day."""
    door = open_ledger(ledger_url(), rollout)
    try:
        with door.read() as tx:
            plan = parse(recorded(tx, rollout).plan, f"{rollout} (as applied)")
            days = agenda(plan, snapshot(tx, plan), now) if phase else []
    except UnknownRolloutError:
        return f"{rollout} · not recorded"
    finally:
        door.engine.dispose()
    parts = [rollout]
    for today in days:
        if today.phase == phase:
            parts += [today.words, f"day {today.day}" if today.day else str(today.state)]
    return " · ".join([*parts, f"{local_day(now, plan.zone)}"])
