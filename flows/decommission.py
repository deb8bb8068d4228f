"""The old system's end, a step at a time."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.ending import ending
from flows.moment import Moment, moment, name_of_run
from flows.order import retiring
from tasks.hands import TaskHands


@flow(name="decommission", flow_run_name=name_of_run, validate_parameters=True)
def decommission(rollout: str, now: Moment = None) -> State[Any]:
    """Take the old system's end as far as evidence and approvals allow today.

    Args:
        rollout: Name of the rollout, as its plan says it.

    """
    return ending(retiring(TaskHands(), rollout, moment(rollout, now)))
