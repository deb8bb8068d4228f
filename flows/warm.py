"""A run of a registered deployment, executed in this process: a quarter of a worker's time."""

from collections.abc import Mapping
from typing import Any

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import DeploymentResponse
from prefect.flow_engine import run_flow
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Pending

from flows.naming import deployment_of, named
from flows.registering import flow_of


class NotRegisteredError(Exception):
    """Prefect does not know a deployment. The message says how to register it."""


def _known(
    client: SyncPrefectClient, deployment: str, parameters: Mapping[str, Any]
) -> DeploymentResponse:
    """Find a deployment (`flow/name`), that of the rollout among the parameters if it is there."""
    flow, _, name = deployment.partition("/")
    rollout = parameters.get("rollout")
    found = (
        deployment_of(client, flow, name, str(rollout)) if rollout else named(client, flow, name)
    )
    if found is None:
        of = f" of {rollout}" if rollout else ""
        msg = f"Prefect does not know {deployment}{of}; `changeover apply` or `up` registers it"
        raise NotRegisteredError(msg)
    return found


def run_here(deployment: str, parameters: Mapping[str, Any]) -> State[Any]:
    """Run a deployment (`flow/name`) here and give the state it ended in.

    The run shows under its deployment like any other. Without a heartbeat: joining its thread
    costs most of a second, and who runs this is watching.
    """
    with get_client(sync_client=True) as client:
        found = _known(client, deployment, parameters)
        run = client.create_flow_run_from_deployment(
            found.id, parameters=dict(parameters), state=Pending()
        )
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state = run_flow(
            flow_of(str(found.entrypoint)),
            flow_run=run,
            parameters={**found.parameters, **parameters},
            return_type="state",
        )
    assert isinstance(state, State)  # noqa: S101 - what return_type says
    return state


def trigger(deployment: str, parameters: Mapping[str, Any] | None = None) -> FlowRun:
    """Ask for a run of a deployment; a worker takes it up."""
    given = dict(parameters or {})
    with get_client(sync_client=True) as client:
        found = _known(client, deployment, given)
        return client.create_flow_run_from_deployment(found.id, parameters=given)
