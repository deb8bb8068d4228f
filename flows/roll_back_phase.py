"""Rolling back a phase, once a person has ordered it."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.ending import ending
from flows.moment import Moment, moment, name_of_run
from flows.order import undoing
from tasks.hands import TaskHands


@flow(name="roll-back-phase", flow_run_name=name_of_run, validate_parameters=True)
def roll_back_phase(rollout: str, phase: str, now: Moment = None) -> State[Any]:
    """Carry out an ordered rolling back: old access given back, accounts closed, people told.

    It undoes nothing that was not ordered: a person says `changeover roll-back PHASE` with their
    own token first, for whoever may start a run here proves nothing.

    Args:
        rollout: Name of the rollout, as its plan says it.
        phase: Name of the phase, as the plan says it.

    """
    return ending(undoing(TaskHands(), rollout, phase, moment(rollout, now)))
