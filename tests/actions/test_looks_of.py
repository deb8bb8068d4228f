"""Limits at a real ledger: looks of earlier days count, and each decision replays alone."""

import json
from dataclasses import replace
from datetime import timedelta

from actions.desk import Desk
from actions.judge_phase import judge_phase
from config.criteria import Active, Limits
from gates.decision import from_json, replay
from ledger import decisions, evidence
from rollout.phases import State

from .at_gate import ENDED

CORE = "core-team"
DAY = timedelta(days=1)


def test_looks_of_earlier_days_count_one_a_day(desk: Desk) -> None:
    active = Active(window=2, advisory=False, on_miss="pause", limits=Limits(failures=1))
    gates = desk.plan.gates.model_copy(update={"active": active, "adopted": None})
    core = desk.plan.phase(CORE).model_copy(update={"gate": None})
    chosen = tuple(core if p.name == CORE else p for p in desk.plan.phases)
    watched = replace(desk, plan=desk.plan.model_copy(update={"gates": gates, "phases": chosen}))
    said = []
    for now in (ENDED - 2 * DAY, ENDED - 2 * DAY + DAY / 4, ENDED - DAY):
        with desk.door.write("fresh") as tx:
            evidence.note(tx, desk.rollout, "activity", now, 1, now)
        said.append(judge_phase(watched, CORE, now).verdict)
    assert said == ["hold", "hold", "pause"]
    assert watched.look().state(CORE) is State.PAUSED
    with desk.door.read() as tx:
        kept = decisions.of_phase(tx, desk.rollout, CORE)[-1]
    assert [look["day"] for look in kept.document["moment"]["looks"]] == ["2026-03-25"]
    decision = from_json(json.dumps(kept.document))
    assert replay(decision) == decision.verdict
