"""Make an inactive account for everybody who needs one, or link the one they have."""

from datetime import datetime

from actions.desk import Desk
from actions.effects import due, perform
from actions.outcome import Outcome
from config.outside import ScimAccounts
from connectors.errors import Refused
from connectors.ports import Account, NewAccount
from ledger import people
from rollout.people import Person
from rollout.snapshot import AccountNow
from rollout.steps import Kind, Step


def external_id(rollout: str, person: str) -> str:
    """Give the mark our accounts bear: a second try finds the first by it."""
    return f"changeover:{rollout}:{person}"


def create_accounts(desk: Desk, phase: str, now: datetime) -> Outcome:
    """Create the accounts of a phase that are due."""
    steps = due(desk, phase, now, [Kind.CREATE])
    if not steps:
        return Outcome()
    everybody = desk.look().people

    def work(step: Step) -> str:
        person = everybody[str(step.person)]
        account, ours = _find_or_make(desk, person)
        found = AccountNow(account.id, ours, not ours and account.active, account.active)
        with desk.door.write("account") as tx:
            people.set_accounts(tx, desk.rollout, {person.key: found})
        return "made" if ours else "linked"

    return perform(desk, steps, work, now)


def _find_or_make(desk: Desk, person: Person) -> tuple[Account, bool]:
    accounts, mark = desk.outside.accounts, external_id(desk.rollout, person.key)
    found = accounts.find(person.entry.email)
    if found is not None and found.external_id != mark:
        spec = desk.plan.new_tool.accounts
        if isinstance(spec, ScimAccounts) and spec.link == "none":
            msg = f"{person.key} has an account already, not ours; set link: by_email to use it"
            raise Refused(msg)
        return found, False
    entry = person.entry
    new = NewAccount(mark, entry.email, entry.given, entry.family, entry.language)
    return found or accounts.create(new), True
