"""What Prefect knows of a plan after registering it."""

import time
from zoneinfo import ZoneInfo

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.responses import DeploymentResponse

from cli.run import run
from flows.registering import register
from flows.warm import trigger
from tests.flows.conftest import Rollout, record

PASSWORD = "not-to-be-seen"
CALENDAR_SECONDS = 90
"""The server looks for new schedules every few seconds."""


def deployments() -> dict[str, DeploymentResponse]:
    with get_client(sync_client=True) as client:
        return {d.name: d for d in client.read_deployments()}


def test_registering_twice_changes_nothing(rehearsed: Rollout) -> None:
    first = deployments()
    assert {"tick", "any-phase", "as-ordered", "step-by-step", "on-demand"} <= {*first}
    assert {"first-half", "the-rest"} <= {*first}
    names = register(rehearsed.plan, rehearsed.url)
    assert "run-phase/first-half" in names
    again = deployments()
    assert {n: d.id for n, d in again.items()} == {n: d.id for n, d in first.items()}
    assert [len(d.schedules) for d in again.values()] == [len(d.schedules) for d in first.values()]


def test_the_tick_runs_each_morning_in_the_plans_zone(rehearsed: Rollout) -> None:
    [schedule] = deployments()["tick"].schedules
    assert getattr(schedule.schedule, "cron", None) == "0 6 * * *"
    assert getattr(schedule.schedule, "timezone", None) == "America/Paramaribo"


def test_the_server_puts_the_next_mornings_on_its_calendar(rehearsed: Rollout) -> None:
    tick = DeploymentFilter(id=DeploymentFilterId(any_=[deployments()["tick"].id]))
    planned = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    )
    with get_client(sync_client=True) as client:
        for _ in range(CALENDAR_SECONDS * 4):
            runs = client.read_flow_runs(flow_run_filter=planned, deployment_filter=tick)
            if runs:
                break
            time.sleep(0.25)
    # As the server's own clock has it: not the demo's, nor a run that a person asked for.
    at = {r.expected_start_time for r in runs if r.expected_start_time is not None}
    there = ZoneInfo("America/Paramaribo")
    assert {str(moment.astimezone(there).time()) for moment in at} == {"06:00:00"}
    assert all(r.auto_scheduled for r in runs)


def test_no_form_offers_the_time_and_phases_are_a_choice(rehearsed: Rollout) -> None:
    found = deployments()
    for deployment in found.values():
        form = deployment.parameter_openapi_schema
        assert form is not None
        assert "now" not in form["properties"]
        assert form["properties"]["rollout"]["enum"] == ["tiny"]
    form = found["any-phase"].parameter_openapi_schema
    assert form is not None
    assert form["properties"]["phase"]["enum"] == ["first-half", "the-rest"]


def test_no_dead_run_keeps_another_out_by_a_slot(rehearsed: Rollout) -> None:
    for deployment in deployments().values():
        assert deployment.global_concurrency_limit is None


def test_a_phase_that_left_the_plan_leaves_prefect(rehearsed: Rollout) -> None:
    less = rehearsed.plan.model_copy(update={"phases": rehearsed.plan.phases[1:]})
    register(less, rehearsed.url)
    assert "first-half" not in deployments()
    assert "the-rest" in deployments()


def test_a_ledgers_password_stays_out_of_prefect(rehearsed: Rollout) -> None:
    register(rehearsed.plan, f"postgresql+psycopg://it:{PASSWORD}@127.0.0.1/ledger")
    with get_client(sync_client=True) as client:
        assert PASSWORD not in client._client.post("/deployments/filter", json={}).text


def test_a_phase_is_asked_for_by_its_name(
    rehearsed: Rollout, capsys: pytest.CaptureFixture[str]
) -> None:
    run("the-rest")
    assert "run-phase/the-rest" in capsys.readouterr().out
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs()
    assert deployments()["the-rest"].id in {r.deployment_id for r in runs}


def test_two_rollouts_live_beside_each_other(
    rehearsed: Rollout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first = deployments()
    other = record(tmp_path_factory.mktemp("other"), "other", rehearsal=True)
    try:
        names = register(other.plan, other.url)
        assert "run-phase/first-half (other)" in names
        assert names == register(other.plan, other.url)
        register(rehearsed.plan, rehearsed.url)
        both = deployments()
        assert {n: d.id for n, d in both.items() if n in first} == {
            n: d.id for n, d in first.items()
        }
        for name in first:
            assert both[name].parameters["rollout"] == "tiny"
            assert both[f"{name} (other)"].parameters["rollout"] == "other"
        for name in ("tick", "tick (other)"):
            assert [s.active for s in both[name].schedules] == [True]
        asked = trigger("run-phase/the-rest", {"rollout": "other"})
        assert asked.deployment_id == both["the-rest (other)"].id
        assert asked.parameters == {"rollout": "other", "phase": "the-rest"}
    finally:
        forget("other")


def test_a_name_once_free_again_moves_nobody(
    rehearsed: Rollout, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = record(tmp_path_factory.mktemp("other"), "other", rehearsal=True)
    try:
        before = register(other.plan, other.url)
        forget("tiny")
        assert register(other.plan, other.url) == before
    finally:
        forget("other")


def forget(rollout: str) -> None:
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments():
            if deployment.parameters["rollout"] == rollout:
                client.delete_deployment(deployment.id)


def test_a_phase_that_does_not_exist_is_refused(rehearsed: Rollout) -> None:
    with pytest.raises(Exception, match="there is first-half, the-rest"):
        run("all-at-once")
