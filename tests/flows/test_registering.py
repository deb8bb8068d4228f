"""What Prefect knows of a plan after registering it."""

from typing import TYPE_CHECKING

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import DeploymentResponse

from cli.run import run
from flows.registering import register

if TYPE_CHECKING:
    from tests.flows.conftest import Rollout

PASSWORD = "not-to-be-seen"


def deployments() -> dict[str, DeploymentResponse]:
    with get_client(sync_client=True) as client:
        return {d.name: d for d in client.read_deployments()}


def test_registering_twice_changes_nothing(rehearsed: "Rollout") -> None:
    first = deployments()
    assert {"tick", "any-phase", "as-ordered", "step-by-step", "on-demand"} <= {*first}
    assert {"first-half", "the-rest"} <= {*first}
    names = register(rehearsed.plan, rehearsed.url)
    assert "run-phase/first-half" in names
    again = deployments()
    assert {n: d.id for n, d in again.items()} == {n: d.id for n, d in first.items()}
    assert [len(d.schedules) for d in again.values()] == [len(d.schedules) for d in first.values()]


def test_the_tick_runs_each_morning_in_the_plans_zone(rehearsed: "Rollout") -> None:
    [schedule] = deployments()["tick"].schedules
    assert getattr(schedule.schedule, "cron", None) == "0 6 * * *"
    assert getattr(schedule.schedule, "timezone", None) == "America/Paramaribo"


def test_no_form_offers_the_time_and_phases_are_a_choice(rehearsed: "Rollout") -> None:
    found = deployments()
    for deployment in found.values():
        form = deployment.parameter_openapi_schema
        assert form is not None
        assert "now" not in form["properties"]
        assert form["properties"]["rollout"]["enum"] == ["tiny"]
    form = found["any-phase"].parameter_openapi_schema
    assert form is not None
    assert form["properties"]["phase"]["enum"] == ["first-half", "the-rest"]


def test_two_runs_of_one_deployment_never_wait_for_each_other(rehearsed: "Rollout") -> None:
    for deployment in deployments().values():
        assert deployment.global_concurrency_limit is not None
        assert deployment.global_concurrency_limit.limit == 1
        assert deployment.concurrency_options is not None
        assert deployment.concurrency_options.collision_strategy == "CANCEL_NEW"


def test_a_phase_that_left_the_plan_leaves_prefect(rehearsed: "Rollout") -> None:
    less = rehearsed.plan.model_copy(update={"phases": rehearsed.plan.phases[1:]})
    register(less, rehearsed.url)
    assert "first-half" not in deployments()
    assert "the-rest" in deployments()


def test_a_ledgers_password_stays_out_of_prefect(rehearsed: "Rollout") -> None:
    register(rehearsed.plan, f"postgresql+psycopg://it:{PASSWORD}@127.0.0.1/ledger")
    with get_client(sync_client=True) as client:
        assert PASSWORD not in client._client.post("/deployments/filter", json={}).text


def test_a_phase_is_asked_for_by_its_name(
    rehearsed: "Rollout", capsys: pytest.CaptureFixture[str]
) -> None:
    run("the-rest")
    assert "run-phase/the-rest" in capsys.readouterr().out
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs()
    assert deployments()["the-rest"].id in {r.deployment_id for r in runs}


def test_a_phase_that_does_not_exist_is_refused(rehearsed: "Rollout") -> None:
    with pytest.raises(Exception, match="there is first-half, the-rest"):
        run("all-at-once")
