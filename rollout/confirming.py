"""What a person may confirm of the old system's end."""

from config.plan import Plan
from rollout.dependents import NOBODY_DEPENDS, moved_item
from rollout.probe import same_item
from rollout.renewal import NOTICE_GIVEN
from rollout.snapshot import Snapshot
from rollout.switches import by_hand, switch_item


def items_of_the_end(plan: Plan, snapshot: Snapshot) -> list[str]:
    """Give the items of `changeover confirm` that belong to the decommission."""
    old = plan.old_system
    found = [switch_item(snapshot, s) for stage in ("freeze", "off") for s in by_hand(plan, stage)]
    found += [moved_item(name) for name in old.integrations]
    found += [] if old.logins else [NOBODY_DEPENDS]
    found += [NOTICE_GIVEN] if old.renews else []
    found += [same_item(snapshot.probe)] if snapshot.probe and snapshot.probe.is_another else []
    return found
