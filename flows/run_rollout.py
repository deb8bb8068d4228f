"""The scheduled tick: everything that is due in a rollout, and then it ends."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.ending import ending
from flows.moment import Moment, moment, name_of_run
from flows.order import tick
from tasks.hands import TaskHands


@flow(name="run-rollout", flow_run_name=name_of_run, validate_parameters=True)
def run_rollout(rollout: str, now: Moment = None) -> State[Any]:
    """Do everything that is due in a rollout today; running it twice is safe.

    Args:
        rollout: Name of the rollout, as its plan says it.

    """
    return ending(tick(TaskHands(), rollout, moment(rollout, now)))
