"""Registering a plan with Prefect: the deployments of prefect.yaml, and one for each phase."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
)
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker
from ruamel.yaml import YAML
from sqlalchemy import make_url

from config.plan import Plan
from flows.naming import name_for

HOUSE = Path(__file__).parents[1]
FILE = HOUSE / "prefect.yaml"
POOL = "changeover"
PHASE_ENTRY = "flows.run_phase.run_phase"
PULL = "prefect.deployments.steps.set_working_directory"


@dataclass(frozen=True)
class Deployment:
    """One deployment to be registered."""

    name: str
    entrypoint: str
    description: str
    parameters: Mapping[str, str]
    tags: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    """Parameter -> what its form offers."""
    schedule: Mapping[str, Any] | None = None


def register(plan: Plan, ledger_url: str, *, scheduled: bool = True) -> list[str]:
    """Register a plan; gives the deployments' full names. Doing it again changes nothing.

    Another rollout's deployments on the same server stay as they are (`flows.naming`); those of
    phases that are no longer in the plan go. A ledger's password is kept out of Prefect: such a
    worker gets CHANGEOVER_LEDGER from its own environment. `scheduled`: False for a rehearsal whose
    clock is its own, so that no morning of the real one ticks in it.
    """
    env = {"PYTHONSAFEPATH": "1"}
    if make_url(ledger_url).password is None:
        env["CHANGEOVER_LEDGER"] = absolute(ledger_url)
    wanted = [*_standing(plan, ledger_url, scheduled), *_of_phases(plan)]
    with get_client(sync_client=True) as client:
        _pool(client)
        names = [_register(client, plan.rollout, one, env) for one in wanted]
        _forget(client, plan, set(names))
    return names


def cron_of(plan: Plan) -> str:
    """Give the morning tick as cron, in the plan's zone."""
    at = plan.organisation.morning.at
    return f"{at.minute} {at.hour} * * *"


def absolute(url: str) -> str:
    """Give a ledger's address so that it is the same from any folder."""
    made = make_url(url)
    if made.get_backend_name() != "sqlite" or not made.database:
        return url
    return made.set(database=str(Path(made.database).absolute())).render_as_string(
        hide_password=False
    )


def _standing(plan: Plan, ledger_url: str, scheduled: bool) -> Iterator[Deployment]:  # noqa: FBT001
    """Read prefect.yaml's deployments, a plan's words filled in."""
    words = {"CHANGEOVER_ROLLOUT": plan.rollout, "CHANGEOVER_LEDGER": ledger_url}
    words |= {"CHANGEOVER_CRON": cron_of(plan), "CHANGEOVER_ZONE": plan.zone}
    text = re.sub(r"\{\{ \$(\w+) \}\}", lambda m: words[m[1]], FILE.read_text(encoding="utf-8"))
    phases = tuple(p.name for p in plan.phases)
    for entry in YAML(typ="safe").load(text)["deployments"]:
        yield Deployment(
            name=entry["name"],
            entrypoint=entry["entrypoint"],
            description=entry["description"],
            parameters=entry["parameters"],
            tags=(*entry["tags"], plan.rollout),
            choices={"rollout": (plan.rollout,), "phase": phases},
            schedule=next(iter(entry.get("schedules", [])), None) if scheduled else None,
        )


def _of_phases(plan: Plan) -> Iterator[Deployment]:
    for phase in plan.phases:
        activities = "".join(f"\n- {activity}" for activity in phase.activities)
        yield Deployment(
            name=phase.name,
            entrypoint=PHASE_ENTRY,
            description=f"What is due in {phase.words} today, and its gate.\n{activities}",
            parameters={"rollout": plan.rollout, "phase": phase.name},
            tags=("changeover", "phase", plan.rollout),
            choices={"rollout": (plan.rollout,), "phase": (phase.name,)},
        )


def _pool(client: SyncPrefectClient) -> None:
    template = ProcessWorker.get_default_base_job_template()
    try:
        client.create_work_pool(
            WorkPoolCreate(name=POOL, type="process", base_job_template=template)
        )
    except ObjectAlreadyExists:
        return


def flow_of(entrypoint: str) -> Flow[..., Any]:
    """Give the flow of a module entry point."""
    module, _, name = entrypoint.rpartition(".")
    found: Flow[..., Any] = getattr(import_module(module), name)
    return found


def _register(
    client: SyncPrefectClient, rollout: str, wanted: Deployment, env: Mapping[str, str]
) -> str:
    flow = flow_of(wanted.entrypoint)
    name = name_for(client, flow.name, wanted.name, rollout)
    schedules = [_schedule(wanted.schedule)] if wanted.schedule else []
    client.create_deployment(
        flow_id=client.create_flow(flow),
        name=name,
        description=wanted.description,
        parameters=dict(wanted.parameters),
        parameter_openapi_schema=_form(flow, wanted),
        enforce_parameter_schema=True,
        tags=list(wanted.tags),
        schedules=schedules,
        work_pool_name=POOL,
        entrypoint=wanted.entrypoint,
        pull_steps=[{PULL: {"directory": str(HOUSE)}}],
        job_variables={"env": dict(env)},
    )
    return f"{flow.name}/{name}"


def _schedule(entry: Mapping[str, Any]) -> DeploymentScheduleCreate:
    cron = CronSchedule(cron=entry["cron"], timezone=entry["timezone"])
    return DeploymentScheduleCreate(schedule=cron, active=entry["active"], slug=entry["slug"])


def _form(flow: Flow[..., Any], wanted: Deployment) -> dict[str, Any]:
    """Give the run form's schema: what a person may choose, as lists."""
    form = parameter_schema(flow.fn).model_dump(exclude_none=True)
    for name, choices in wanted.choices.items():
        if name in form["properties"]:
            form["properties"][name]["enum"] = list(choices)
    return form


def _forget(client: SyncPrefectClient, plan: Plan, names: set[str]) -> None:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=["phase", plan.rollout]))
    known = {name.rpartition("/")[2] for name in names}
    for found in client.read_deployments(deployment_filter=ours):
        if found.name not in known:
            client.delete_deployment(found.id)
