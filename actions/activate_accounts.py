"""Open accounts on launch day; take back people's old access where the plan says so."""

from dataclasses import replace
from datetime import datetime

from actions.desk import Desk
from actions.effects import due, perform
from actions.outcome import Outcome
from connectors.errors import Misconfigured, Refused
from ledger import people
from rollout.calendar import local_day
from rollout.people import Person
from rollout.steps import Kind, Step

OLD_ACCESS = "person"


def activate_accounts(desk: Desk, phase: str, now: datetime) -> Outcome:
    """Open the accounts that are due, close those of leavers, then turn people's old access."""
    opened = perform(
        desk, due(desk, phase, now, [Kind.ACTIVATE]), lambda s: open_account(desk, s, now), now
    )
    closed = perform(
        desk, due(desk, phase, now, [Kind.CLOSE]), lambda s: close_account(desk, s), now
    )
    everybody = desk.look().people
    old = perform(
        desk,
        due(desk, phase, now, [Kind.CLOSE_OLD]),
        lambda s: close_old(desk, everybody[str(s.person)], now),
        now,
    )
    return opened + closed + old


def open_account(desk: Desk, step: Step, now: datetime) -> str:
    """Open a person's account, and keep that and the day."""
    person = str(step.person)
    with desk.door.read() as tx:
        known = people.accounts(tx, desk.rollout)[person]
    if not known.active:
        desk.outside.accounts.set_active(known.id, active=True)
    today = local_day(now, desk.plan.zone)
    opened = replace(known, active=True, activated_on=known.activated_on or today)
    with desk.door.write("account") as tx:
        people.set_accounts(tx, desk.rollout, {person: opened})
    return "was open already" if known.was_active else "opened"


def close_account(desk: Desk, step: Step) -> str:
    """Close a person's account that the rollout opened; one that was open before stays open."""
    person = str(step.person)
    with desk.door.read() as tx:
        known = people.accounts(tx, desk.rollout)[person]
    if known.was_active:
        with desk.door.write("account") as tx:
            people.set_accounts(tx, desk.rollout, {person: replace(known, activated_on=None)})
        return "was open before, and stays as found"
    if desk.outside.accounts.get(known.id) is not None:
        desk.outside.accounts.set_active(known.id, active=False)
    closed = replace(known, active=False, activated_on=None)
    with desk.door.write("account") as tx:
        people.set_accounts(tx, desk.rollout, {person: closed})
    return "closed"


def close_old(desk: Desk, person: Person, now: datetime) -> str:
    """Take back a person's access to the old system, the earlier value kept first."""
    access, old = desk.plan.old_system.person, desk.outside.old
    if access is None or old is None:
        msg = "old_system.person needs old_system.url; add it to the plan"
        raise Misconfigured(msg)
    email = person.entry.email
    before = old.person_value(access.read, email)
    if before is None:
        return "has no account in the old system"
    with desk.door.write("old-value") as tx:
        people.keep_old_value(tx, desk.rollout, OLD_ACCESS, person.key, before, now)
    old.set_person(access.set, email, access.to)
    if old.person_value(access.read, email) != access.to:
        msg = f"{person.key}: the old system said yes but did not set {access.to}"
        raise Refused(msg)
    return f"{before} -> {access.to}"
