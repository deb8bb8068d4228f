"""Runs of registered deployments, warm and by an ordinary worker, as Prefect shows them."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import FlowRun

from actions.desk import at_desk
from actions.hands import Verb
from flows.serving import environment_of, worker
from flows.warm import run_here, trigger
from ledger import leases, records
from rollout.steps import StepState
from tasks import hands
from tasks.send_notices import send_notices
from tasks.shell import TRIES_AGAIN

if TYPE_CHECKING:
    from tests.flows.conftest import Rollout

QUIET_DAY = datetime(2026, 2, 12, 9, tzinfo=UTC)
RUN_SECONDS = 180


def last_run() -> FlowRun:
    with get_client(sync_client=True) as client:
        return max(client.read_flow_runs(), key=lambda r: r.start_time or QUIET_DAY)


def overviews() -> list[str]:
    key = ArtifactFilter(key=ArtifactFilterKey(any_=["tiny-overview"]))
    with get_client(sync_client=True) as client:
        return [str(a.data) for a in client.read_artifacts(artifact_filter=key)]


def test_a_quiet_day_ends_green_by_name_and_shows_the_present(rehearsed: "Rollout") -> None:
    state = run_here("run-rollout/tick", {"now": QUIET_DAY})
    assert (state.name, state.is_completed()) == ("Nothing due", True)
    assert last_run().name == "tiny · 2026-02-12"
    assert {"tick", "tiny"} <= {*last_run().tags}
    assert any("Thu 12 Feb 2026" in text for text in overviews())


def test_a_phases_run_is_named_for_the_phase(rehearsed: "Rollout") -> None:
    state = run_here("run-phase/first-half", {"now": QUIET_DAY})
    assert state.is_completed()
    assert last_run().name == "tiny · first half · planned · 2026-02-12"


def test_what_needs_a_person_is_never_green(rehearsed: "Rollout") -> None:
    with at_desk("tiny") as desk, desk.door.write("pause") as tx:
        records.pause(tx, "tiny", "r.sital@tiny.example", "the line is down", QUIET_DAY)
    state = run_here("run-rollout/tick", {"now": QUIET_DAY})
    assert (state.name, state.is_failed()) == ("Needs a person", True)
    assert "changeover resume" in str(state.message)


TOLD = datetime(2026, 2, 23, 10, tzinfo=UTC)
"""The first half is told and its accounts are made, a week before its launch."""


def test_what_reaches_nobody_is_tried_again_and_never_green(
    rehearsed: "Rollout", monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = send_notices.with_options(retry_delay_seconds=0)
    monkeypatch.setitem(hands._OF_A_PHASE, Verb.SEND_NOTICES, at_once)
    state = run_here("run-rollout/tick", {"now": TOLD})
    assert (state.name, state.is_failed()) == ("Needs a person", True)
    with at_desk("tiny") as desk:
        states = {k: s.state for k, s in desk.look().steps.items() if k.startswith("notice.")}
    assert states
    assert set(states.values()) == {StepState.PLANNED}
    run = FlowRunFilter(id=FlowRunFilterId(any_=[last_run().id]))
    with get_client(sync_client=True) as client:
        tries = {r.name: r.run_count for r in client.read_task_runs(flow_run_filter=run)}
    assert tries["send notices · first-half"] == 1 + TRIES_AGAIN
    assert tries["create accounts · first-half"] == 1


def test_addresses_stay_out_of_what_prefect_keeps(rehearsed: "Rollout") -> None:
    (rehearsed.folder / "people.csv").write_text(
        "email,given,family,site,department,language\ne@tiny.example,E,Test,atlantis,Sales,nl\n",
        encoding="utf-8",
    )
    state = run_here("run-rollout/tick", {"now": QUIET_DAY})
    assert state.name == "Needs a person"
    assert "@tiny.example" not in str(state.message)


def test_a_moment_by_hand_is_refused_for_a_real_rollout(real: "Rollout") -> None:
    state = run_here("run-rollout/tick", {"now": QUIET_DAY})
    assert state.is_failed()
    assert "take the clock's time" in str(state.message)


def test_who_comes_second_does_nothing(
    rehearsed: "Rollout", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGEOVER_LEASE_SECONDS", "1")
    with at_desk("tiny") as desk, desk.door.write("lease") as tx:
        leases.acquire(tx, "tiny", "tick", "somebody else", 60)
    state = run_here("run-rollout/tick", {"now": QUIET_DAY})
    assert state.name == "Already at work"


def test_a_lease_that_nobody_holds_any_more_is_waited_for(rehearsed: "Rollout") -> None:
    with at_desk("tiny") as desk, desk.door.write("lease") as tx:
        leases.acquire(tx, "tiny", "tick", "a worker that died", 2)
    state = run_here("run-rollout/tick", {"now": QUIET_DAY})
    assert state.name == "Nothing due"


def test_nothing_is_undone_that_nobody_ordered(rehearsed: "Rollout") -> None:
    state = run_here("roll-back-phase/as-ordered", {"phase": "first-half", "now": QUIET_DAY})
    assert state.name == "Nothing due"
    assert "no rolling back of first-half is ordered" in str(state.message)


@pytest.mark.timeout(600)
def test_an_ordinary_worker_from_another_folder_runs_the_module(
    rehearsed: "Rollout", prefect_home: Path, prefect_api: str, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    # What would shadow our rooms if the folder counted.
    (elsewhere / "config").mkdir(parents=True)
    (elsewhere / "config/__init__.py").write_text("raise SystemExit(9)", encoding="utf-8")
    with worker(prefect_home, environment_of(prefect_home, prefect_api), elsewhere):
        asked = trigger("run-rollout/tick", {"now": QUIET_DAY.isoformat()})
        ended = _ended(asked)
    assert ended.state is not None
    assert ended.state.name == "Nothing due"
    assert ended.name == "tiny · 2026-02-12"


def _ended(run: FlowRun) -> FlowRun:
    with get_client(sync_client=True) as client:
        for _ in range(RUN_SECONDS * 4):
            found = client.read_flow_run(run.id)
            if found.state is not None and found.state.is_final():
                return found
            time.sleep(0.25)
    pytest.fail(f"{run.name} did not end in {RUN_SECONDS} s: {found.state}")
