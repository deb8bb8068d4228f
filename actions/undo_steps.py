"""Undo a phase that is rolling back: everything as it was found, and people told."""

from datetime import datetime

from actions.activate_accounts import OLD_ACCESS, close_account
from actions.desk import Desk
from actions.effects import due, perform
from actions.outcome import Outcome
from connectors.errors import Misconfigured
from ledger import people
from rollout.phases import State
from rollout.steps import Kind, Step


def undo_steps(desk: Desk, phase: str, now: datetime) -> Outcome:
    """Give the old system back first, then close what we opened; mails go with send_notices."""
    if desk.look().state(phase) is not State.ROLLING_BACK:
        return Outcome()
    back = perform(
        desk,
        due(desk, phase, now, [Kind.REOPEN_OLD]),
        lambda s: reopen_old(desk, s),
        now,
        undoing=True,
    )
    closed = perform(
        desk,
        due(desk, phase, now, [Kind.CLOSE]),
        lambda s: close_account(desk, s),
        now,
        undoing=True,
    )
    return back + closed


def reopen_old(desk: Desk, step: Step) -> str:
    """Give a person the access to the old system they had before."""
    access, old, person = desk.plan.old_system.person, desk.outside.old, str(step.person)
    if access is None or old is None:
        msg = "old_system.person and old_system.url are gone from the plan; add them to undo"
        raise Misconfigured(msg)
    with desk.door.read() as tx:
        kept = people.old_before(tx, desk.rollout, OLD_ACCESS, person)
    if kept is None or kept[0] is None:
        return "was not touched"
    old.set_person(access.set, desk.look().people[person].entry.email, kept[0])
    with desk.door.write("old-value") as tx:
        people.forget_old_value(tx, desk.rollout, OLD_ACCESS, person)
    return f"{access.to} -> {kept[0]}"
