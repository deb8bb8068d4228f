"""Settle runs that Prefect still believes to be at work though their process is gone."""

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


def settle_runs(rollout: str, quiet_seconds: float) -> list[str]:
    """Set a rollout's dead runs Crashed; say which. Only for who holds the rollout's lease.

    A run whose worker died with it stays Running in Prefect for ever. Who holds the lease knows
    better: any other run that came where it is more than `quiet_seconds` (a lease's length) ago
    would hold it, or be over.
    """
    before = datetime.now(UTC) - timedelta(seconds=quiet_seconds)
    with get_client(sync_client=True) as client:
        dead = [
            run for run in _under_way(client, rollout) if run.state and run.state.timestamp < before
        ]
        return [_settle(client, run) for run in dead]


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
