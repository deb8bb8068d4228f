"""IT says go: mails go to the people from here on, and everything withheld may happen."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from config.plan import Plan
from ledger import audit
from ledger.door import Door
from ledger.snapshots import snapshot
from ledger.tables import rollout
from rollout.calendar import local_day
from rollout.phases import NotAllowedError, State
from rollout.steps import ONLY_TO, StepState


@dataclass(frozen=True, slots=True)
class Gone:
    """What ended with the word."""

    address: str
    """Where every mail went until now."""
    mails: int
    """How many did."""
    hurried: tuple[str, ...]
    """In words, each phase whose people are told later than the plan wants."""


def say_go(door: Door, plan: Plan, by: str, now: datetime) -> Gone:
    """Let the rollout begin, at once; NotAllowedError where there is nothing to let go.

    It is refused while a phase's launch is past: its people would be told and moved on one day.
    """
    with door.write("go") as tx:
        look, today = snapshot(tx, plan), local_day(now, plan.zone)
        if look.only_to is None:
            msg = f"{plan.rollout} withholds nothing: its mails go to its people already"
            raise NotAllowedError(msg)
        hurried: list[str] = []
        for phase in plan.phases:
            at = look.phases[phase.name]
            launch = at.dates.launch
            if at.state is not State.PLANNED or launch is None:
                continue
            if launch <= today:
                msg = f"{phase.name} was to launch on {launch}; apply the plan with a later start"
                raise NotAllowedError(msg)
            if today > launch - plan.prepare:
                left, wanted = (launch - today).days, plan.prepare.days
                hurried.append(f"{phase.name} launches in {left} days; the plan prepares {wanted}")
        tx.execute(update(rollout).where(rollout.c.name == plan.rollout).values(only_to=None))
        done = [k for k, s in look.steps.items() if s.state is StepState.DONE]
        mails = sum(1 for k in done if k.startswith(ONLY_TO))
        data = {"only_to": look.only_to, "mails": mails}
        audit.append(tx, plan.rollout, now, by, "rollout.go", data)
    return Gone(look.only_to, mails, tuple(hurried))
