"""The mails due while every mail goes to one address: planned as if nothing were withheld.

Nothing is recorded for anybody, so each morning asks the planner anew: if all had happened until
now that the plan says, which mails would be due, but for those the one address has had?
"""

from dataclasses import replace
from datetime import datetime, timedelta

from config.names import Notice
from config.plan import Plan
from rollout.preview import as_if
from rollout.quarters import last_asked
from rollout.snapshot import Snapshot
from rollout.steps import NOTICE, ONLY_TO, Step, StepNow, StepState
from rollout.trainings import session_of

_TRAINING = f"{ONLY_TO}{Notice.TRAINING}"


def mails_to_one(plan: Plan, snapshot: Snapshot, now: datetime) -> tuple[Snapshot, list[Step]]:
    """Give the rollout the mails speak of, and the steps of the mails that are due to one address.

    None while the rollout is paused.
    """
    if snapshot.paused:
        return snapshot, []
    had = {k: s for k, s in snapshot.steps.items() if k.startswith(ONLY_TO) and snapshot.over(k)}
    told = {NOTICE + k.removeprefix(ONLY_TO): StepNow(StepState.DONE, s.at) for k, s in had.items()}
    trained = {key for step in had if (key := _trained_by(plan, snapshot, step, now))}
    steps_then = {**snapshot.steps, **told}
    seen = replace(
        snapshot,
        steps=steps_then,
        asked=last_asked(steps_then),
        trained=snapshot.trained | trained,
    )
    then, mailed = as_if(plan, seen, now)
    steps = [step.to_one_address() for step in mailed]
    return then, [s for s in steps if not snapshot.over(s.key)]


def _trained_by(plan: Plan, snapshot: Snapshot, key: str, now: datetime) -> str | None:
    """Tell who would have sat in the session that a mail invited to, once it is over."""
    kind, phase, person, _, occurrence = key.split(":")
    known = snapshot.people.get(person)
    if kind != _TRAINING or known is None or known.phase != phase or not known.in_scope:
        return None
    week = int(occurrence[1:].split("d")[0])
    session = session_of(
        plan,
        plan.phase(phase),
        snapshot.phases[phase].dates,
        known,
        snapshot.place(known),
        week,
    )
    over = session is not None and session.starts + timedelta(minutes=session.minutes) <= now
    return person if over else None
