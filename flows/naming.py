"""What deployments are called: by their own name, and by the rollout's too where two share one."""

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound


def named(client: SyncPrefectClient, flow: str, name: str) -> DeploymentResponse | None:
    """Find a deployment by its flow's name and its own; None where there is none."""
    try:
        return client.read_deployment_by_name(f"{flow}/{name}")
    except ObjectNotFound:
        return None


def deployment_of(
    client: SyncPrefectClient, flow: str, name: str, rollout: str
) -> DeploymentResponse | None:
    """Find a rollout's deployment, under whichever of its two names."""
    for called in (second_name(name, rollout), name):
        found = named(client, flow, called)
        if found is not None and found.parameters.get("rollout") == rollout:
            return found
    return None


def name_for(client: SyncPrefectClient, flow: str, name: str, rollout: str) -> str:
    """Give the name a rollout's deployment is registered under.

    Its own name, unless another rollout has it on this server: then with the rollout's beside it,
    for ever after, so that links to it and its runs stay.
    """
    ours = deployment_of(client, flow, name, rollout)
    if ours is not None:
        return ours.name
    return name if named(client, flow, name) is None else second_name(name, rollout)


def second_name(name: str, rollout: str) -> str:
    """Give a deployment's name beside another rollout's: `core-team (acme-crm)`."""
    return f"{name} ({rollout})"
