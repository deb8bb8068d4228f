"""The review: how the rollout did, a month or a quarter on."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.ending import ending
from flows.moment import Moment, moment, name_of_run
from flows.order import looking_back
from tasks.hands import TaskHands


@flow(name="review", flow_run_name=name_of_run, validate_parameters=True)
def review(rollout: str, now: Moment = None) -> State[Any]:
    """Collect what there is to know, and write the review beside the overview.

    Args:
        rollout: Name of the rollout, as its plan says it.

    """
    hands, at = TaskHands(), moment(rollout, now)
    day = looking_back(hands, rollout, at)
    hands.show_review(rollout, at)
    return ending(day)
