"""One phase's day: what is due in it, and its gate."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.ending import ending
from flows.moment import Moment, moment, name_of_run
from flows.order import phase_day
from tasks.hands import TaskHands


@flow(name="run-phase", flow_run_name=name_of_run, validate_parameters=True)
def run_phase(rollout: str, phase: str, now: Moment = None) -> State[Any]:
    """Do what is due in one phase today, and judge it; running it twice is safe.

    Args:
        rollout: Name of the rollout, as its plan says it.
        phase: Name of the phase, as the plan says it.

    """
    return ending(phase_day(TaskHands(), rollout, phase, moment(rollout, now)))
