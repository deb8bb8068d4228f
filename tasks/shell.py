"""What every task has in common: it caches nothing, and tries again only what may be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from prefect import Task, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run, task_run
from prefect.tasks import exponential_backoff

from actions.desk import at_desk
from actions.hands import Did, Verb, call, discreet, lease_of
from archive.copying import Progress, quiet
from connectors.errors import OutsideError, Unreachable

TRIES_AGAIN = 3
BACK_OFF_SECONDS = 2.0
"""First wait; each further one is twice as long. All of them fit well into a lease."""

Rollouts = Callable[[str, datetime, int], Did]
Phases = Callable[[str, str, datetime, int], Did]


def is_unreachable(_task: Any, _run: TaskRun, state: State[Any]) -> bool:  # noqa: ANN401 - Prefect's
    """Tell whether nothing happened and trying again may help."""
    try:
        state.result()
    except Unreachable:
        return True
    except Exception:  # noqa: BLE001 - whatever else it is, it is not tried again
        return False
    return False


def shell(name: str) -> Callable[[Callable[..., Did]], Task[..., Did]]:
    """Make a verb a task; `name` may use its parameters: "create accounts · {phase}"."""
    return task(
        name=name.partition(" · ")[0],
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=TRIES_AGAIN,
        retry_delay_seconds=exponential_backoff(BACK_OFF_SECONDS),
        retry_condition_fn=is_unreachable,
    )


def work(
    verb: Verb,
    rollout: str,
    phase: str | None,
    now: datetime,
    lease: int | None,
    told: Progress = quiet,
) -> Did:
    """Open the desk, do one verb, and log its counts; words may name people, so they stay out.

    What could be reached for nobody is tried again with Prefect's back-off. Where a person is
    needed anyway it is not: the next try would tell nothing of what this one was refused.
    """
    held = None if lease is None else lease_of(rollout, lease)
    with at_desk(rollout, held) as opened:
        desk = replace(opened, run=str(flow_run.id or ""), told=told)
        try:
            did = call(verb, desk, phase, now)
        except OutsideError as error:
            raise type(error)(discreet(str(error))) from None
    get_run_logger().info("%s: %s", verb.replace("_", " "), did.counts)
    if did.unreachable and not (did.refused or did.unknown) and _may_try_again():
        raise Unreachable(f"{did.unreachable} steps could not be done; nothing of them happened")
    return did


def _may_try_again() -> bool:
    return int(task_run.run_count or 0) <= TRIES_AGAIN
