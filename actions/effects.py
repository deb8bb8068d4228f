"""Record, act, record: the one way an action touches the outside, a step at a time."""

from collections.abc import Callable, Sequence
from datetime import datetime

from actions.desk import Desk
from actions.outcome import Outcome
from connectors.errors import FateUnknown, Refused, Unreachable
from ledger import steps as ledger_steps
from ledger.steps import Mark
from rollout.planning import due_steps
from rollout.steps import Step, StepState

Work = Callable[[Step], str]
"""Does one step outside; gives a detail to keep."""


def due(desk: Desk, phase: str, now: datetime, kinds: Sequence[str]) -> list[Step]:
    """Give the due steps of a phase of some kinds; none while only mail to one address may go."""
    if desk.only_to is not None:
        return []
    return [s for s in due_steps(desk.plan, desk.look(), phase, now) if s.kind in kinds]


def perform(
    desk: Desk, due_now: Sequence[Step], work: Work, now: datetime, *, undoing: bool = False
) -> Outcome:
    """Do steps one after another: claimed together, each on the wire before it happens.

    The mark of one that is done travels with the next one's: one commit a step, and at most one
    step of unknown fate after a crash. A step nobody could reach goes back to be planned again.
    """
    if not due_now:
        return Outcome()
    with desk.door.write("claim") as tx:
        claimed = ledger_steps.claim(tx, desk.held(), due_now, now, undoing=undoing)
    pending: list[Mark] = []
    ended: list[Mark] = []
    for step in claimed:
        with desk.door.write("on-wire") as tx:
            marks = [*pending, (step.key, StepState.ON_WIRE, "")]
            ledger_steps.mark(tx, desk.held(), marks, now)
        state, detail = _try(step, work)
        pending = [(step.key, state, detail)]
        ended += pending
    with desk.door.write("done") as tx:
        ledger_steps.mark(tx, desk.held(), pending, now)
    return Outcome.of(ended)


def _try(step: Step, work: Work) -> tuple[StepState, str]:
    try:
        return StepState.DONE, work(step)
    except Refused as error:
        return StepState.REFUSED, str(error)
    except FateUnknown as error:
        return StepState.UNKNOWN, str(error)
    except Unreachable as error:
        return StepState.PLANNED, str(error)
