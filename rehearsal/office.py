"""The people of a rehearsal who run it: IT confirms and asks, an approver says yes."""

from collections.abc import Iterable
from datetime import datetime

from actions.approving import approve
from actions.ask_for import ask_for
from actions.desk import Desk
from actions.retirement_awaited import awaited_approval
from config.plan import Plan
from ledger import decisions, records
from rollout.dependents import NOBODY_DEPENDS
from rollout.orders import OrderKind, gate_subject
from rollout.phases import DECOMMISSION, OVER, State
from rollout.snapshot import Snapshot

IT = "r.sital@acme.example"
"""Who leads the rollout at Acme Trading, and signs its mails."""


def leader(plan: Plan) -> str:
    """Tell who applies the plan, confirms and asks: whoever signs the mails."""
    return plan.organisation.signed_by.email


def work(desk: Desk, now: datetime) -> None:
    """Do what IT and the approvers do of a day, on what the ledger shows them."""
    snapshot = desk.look()
    _confirm(desk, snapshot, now)
    _approve_gates(desk, snapshot, now)
    _retire(desk, snapshot, now)


def _confirm(desk: Desk, snapshot: Snapshot, now: datetime) -> None:
    """Go through the launch checklist of a phase that is being prepared."""
    items: Iterable[str] = (
        item
        for phase in desk.plan.phases
        if snapshot.state(phase.name) is State.PREPARING
        for item in desk.plan.checklist_of(phase)
        if item not in snapshot.confirmed
    )
    for item in items:
        with desk.door.write("confirm") as tx:
            records.confirm(tx, desk.rollout, item, leader(desk.plan), now)


def _approve_gates(desk: Desk, snapshot: Snapshot, now: datetime) -> None:
    """Say yes where a gate has found everything met and waits for it."""
    for phase in desk.plan.phases:
        at = snapshot.phases[phase.name]
        if at.state is not State.LIVE:
            continue
        with desk.door.read() as tx:
            looks = decisions.of_phase(tx, desk.rollout, phase.name)
        if looks and looks[-1].document["verdict"]["because"] == "approval":
            subject, digest = gate_subject(phase.name, at.attempt)
            _say_yes(desk, subject, digest, 1, now)


def _retire(desk: Desk, snapshot: Snapshot, now: datetime) -> None:
    """Ask for the old system's end once everybody has moved; approve what waits for it."""
    if any(snapshot.state(p.name) not in OVER for p in desk.plan.phases):
        return
    plan, it = desk.plan, leader(desk.plan)
    with desk.door.read() as tx:
        asked = records.last_order(tx, desk.rollout, OrderKind.RETIRE)
    if asked is None:
        why = "everybody has moved"
        ask_for(desk.door, plan, OrderKind.RETIRE, DECOMMISSION, it, why, now)
    if plan.old_system.logins is None:
        # Nothing can be read off the old system: IT asks around, and says so.
        with desk.door.write("confirm") as tx:
            records.confirm(tx, desk.rollout, NOBODY_DEPENDS, it, now)
    awaited = awaited_approval(desk, now)
    if awaited is not None:
        _say_yes(desk, awaited.subject, awaited.digest, awaited.needed, now)


def _say_yes(desk: Desk, subject: str, digest: str, needed: int, now: datetime) -> None:
    """Approve as the plan's approvers; where it has none, whoever leads types it out."""
    plan = desk.plan
    for approver in plan.approvers[:needed]:
        approve(desk.door, plan, subject, digest, approver, now)
    if not plan.approvers:
        approve(desk.door, plan, subject, digest, leader(plan), now, typed=True)
