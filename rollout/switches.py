"""The old system's switches that only a person turns: by what name each is confirmed."""

import re
from collections.abc import Iterator

from config.outside import ConfirmedSwitch
from config.plan import Plan
from rollout.phases import DECOMMISSION
from rollout.snapshot import Snapshot


def switch_item(snapshot: Snapshot, switch: ConfirmedSwitch) -> str:
    """Name what is confirmed; after a thaw it is another, for the old yes is about the past."""
    at = snapshot.phases.get(DECOMMISSION)
    again = f"-{at.attempt}" if at is not None and at.attempt > 1 else ""
    return f"{DECOMMISSION}/{_slug(switch.name)}{again}"


def by_hand(plan: Plan, stage: str) -> Iterator[ConfirmedSwitch]:
    """Give a stage's switches that only a person turns; `stage` is freeze or off."""
    switches = plan.old_system.freeze if stage == "freeze" else plan.old_system.off
    return (s for s in switches if isinstance(s, ConfirmedSwitch))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50]
