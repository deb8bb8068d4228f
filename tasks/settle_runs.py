"""Settle runs that Prefect still believes to be at work though their process is gone."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.runtime import flow_run
from prefect.states import Crashed

TAG = "changeover"
_UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


def settle_runs(
    rollout: str, dead: Collection[str], alive: Collection[str], quiet_seconds: float
) -> list[str]:
    """Set a rollout's dead runs Crashed; say which. Only for who holds the rollout's lease.

    A run whose worker died with it stays Running in Prefect for ever. `dead`: ids of runs that
    died holding a lease; these are settled at once. `alive`: ids of runs that hold another lease
    than ours, and are spared however long they take. Of all others nothing is known but their age:
    a run that came where it is more than `quiet_seconds` ago would hold a lease, or be over.
    """
    before = datetime.now(UTC) - timedelta(seconds=quiet_seconds)
    with get_client(sync_client=True) as client:
        over = [
            run
            for run in _under_way(client, rollout)
            if str(run.id) in dead
            or (str(run.id) not in alive and run.state and run.state.timestamp < before)
        ]
        return [_settle(client, run) for run in over]


def _under_way(client: SyncPrefectClient, rollout: str) -> list[FlowRun]:
    states = FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))
    wanted = FlowRunFilter(state=states, tags=FlowRunFilterTags(all_=[TAG]))
    ours = UUID(flow_run.id) if flow_run.id else None
    found = client.read_flow_runs(flow_run_filter=wanted)
    return [r for r in found if r.id != ours and r.parameters.get("rollout") == rollout]


def _settle(client: SyncPrefectClient, run: FlowRun) -> str:
    words = (
        f"its process died at work ({run.state_name} since "
        f"{run.state.timestamp if run.state else '?':%Y-%m-%d %H:%M:%S} UTC); what it had begun is "
        f"settled by {flow_run.name or 'a later run'}"
    )
    client.set_flow_run_state(run.id, Crashed(message=words), force=True)
    return f"{run.name} had died at work; Prefect now says Crashed"
