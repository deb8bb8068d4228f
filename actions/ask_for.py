"""Record what a person asks for; the next tick carries it out."""

from datetime import datetime

from config.plan import Plan
from ledger import records
from ledger.door import Door
from ledger.snapshots import snapshot
from rollout.orders import OrderKind, check_order
from rollout.snapshot import OrderNow


def ask_for(
    door: Door, plan: Plan, kind: OrderKind, target: str, by: str, reason: str, now: datetime
) -> OrderNow:
    """Record an order; NotAllowedError where it makes no sense as the rollout stands."""
    with door.write("order") as tx:
        check_order(snapshot(tx, plan), kind, target)
        number = records.add_order(tx, plan.rollout, kind, target, by, reason, now)
    return OrderNow(number, kind, target, by, reason, now)
