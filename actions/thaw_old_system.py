"""Give the old system back to everybody as it was found."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from actions.desk import Desk
from actions.retirement_look import FINGERPRINT, RETIRE, swapped
from actions.retirement_outcome import RetirementOutcome, stay
from actions.turn_switches import NOBODY, put_back
from connectors.errors import OutsideError
from ledger import leases, people, phases, records
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION, Verb

SWAPPED = (
    "this is not the database that was frozen: mend old_system.url, or a person must find out why"
)


def thaw(desk: Desk, by: str, reason: str, now: datetime) -> RetirementOutcome:
    """Give the old system back to everybody as it was found; possible until it is off.

    NotAllowedError where there is nothing to thaw. What cannot be put back holds the transition.
    """
    snapshot = desk.look()
    move = snapshot.phases[DECOMMISSION].move(Verb.THAW, reason)
    try:
        # Log-ins are not looked at: what cannot be asked any more must not keep it frozen.
        if swapped(desk):
            return stay(snapshot.state(DECOMMISSION), SWAPPED, needs_person=True)
        done = put_back(desk, now)
    except OutsideError as error:
        return stay(snapshot.state(DECOMMISSION), str(error), needs_person=True)
    if done.refused or done.unknown:
        return RetirementOutcome(snapshot.state(DECOMMISSION), done.words, needs_person=True)
    with desk.door.write("thaw") as tx:
        leases.renew(tx, desk.held())
        # Another attempt: a freeze to come is another step, under another approval.
        again = replace(move, attempt=move.attempt + 1)
        phases.record(tx, desk.rollout, again, by, now)
        people.forget_old_value(tx, desk.rollout, FINGERPRINT, NOBODY)
        end_orders(tx, desk.rollout, "thawed", now)
    return RetirementOutcome(move.end, (reason, *done.words), needs_person=False)


def end_orders(tx: Connection, rollout: str, outcome: str, now: datetime) -> None:
    """End every open order to retire the old system or to give it back."""
    for order in records.open_orders(tx, rollout):
        if order.kind in (RETIRE, OrderKind.THAW):
            records.end_order(tx, rollout, order.id, outcome, now)
