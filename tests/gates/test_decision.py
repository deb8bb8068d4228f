"""A stored decision says everything it rests on, and is judged again to the same words."""

import json
import subprocess
import sys
from time import process_time

import pytest
from pydantic import ValidationError

from config.criteria import Adopted, Gate
from config.names import Metric
from gates.changes import Change
from gates.decision import from_json, replay, take, to_json
from gates.findings import State
from gates.verdict import Kind
from tests.gates.cohort import (
    FULL,
    Row,
    active,
    adopted,
    decision,
    frames,
    having,
    incident,
    moment,
    on,
    readings,
)

FEW: list[Row] = [row for n in range(1, 12) for row in active(n, [1, 2, 3, 8])]
LEFT = Change(person="p-099", what="left", when=on(9))


@pytest.mark.parametrize("size", [1, 3, 5, 24, 60])
@pytest.mark.parametrize("day", [1, 6, 12, 20])
@pytest.mark.parametrize(
    "evidence", [{}, {"activity": FEW}, {"answers": []}, {"incidents": [incident("major")]}]
)
def test_a_stored_decision_replays_to_the_same_verdict(
    size: int, day: int, evidence: dict[str, list[Row]]
) -> None:
    taken = decision(evidence=frames(size, day, **evidence), day=day, last_look=day == 12)
    stored = from_json(to_json(taken))
    assert stored == taken
    assert replay(stored) == taken.verdict
    assert to_json(stored) == to_json(taken)


def test_it_says_who_is_in_the_denominator() -> None:
    stored = json.loads(to_json(decision(evidence=having(frames(), changes=(LEFT,)))))
    left = {"person": "p-099", "what": "left", "when": "2026-03-24", "since_launch": False}
    assert stored["changes"] == [left]


def test_a_threshold_edited_by_hand_is_a_what_if() -> None:
    taken = decision(evidence=frames(activity=FEW))
    assert taken.verdict.kind is Kind.HOLD
    document = json.loads(to_json(taken))
    document["gate"]["adopted"]["to_advance"] = "50%"
    what_if = replay(from_json(json.dumps(document)))
    assert what_if.kind is Kind.ADVANCE


@pytest.mark.parametrize("share", ["66.66667%", "66.666666%", "7%", "0.1%", "100%"])
def test_thresholds_survive_with_every_digit(share: str) -> None:
    gate = Gate.model_validate({"adopted": {"to_advance": share}})
    taken = take(gate, readings(60, adopted=adopted(40, 60)), moment())
    assert from_json(to_json(taken)) == taken


def test_a_malformed_document_is_refused_where_it_is_wrong() -> None:
    document = json.loads(to_json(decision()))
    document["readings"][0]["adopted"] = -1
    with pytest.raises(ValidationError, match=r"readings\.0\.adopted\.adopted"):
        from_json(json.dumps(document))
    document["readings"][0]["adopted"] = 21
    document["surprise"] = 1
    with pytest.raises(ValidationError, match="surprise"):
        from_json(json.dumps(document))


def test_a_number_that_is_none_is_refused() -> None:
    text = to_json(decision()).replace('"total":168.0', '"total":NaN')
    assert "NaN" in text
    with pytest.raises(ValidationError, match="finite"):
        from_json(text)


def test_numbers_edited_to_the_impossible_never_pass() -> None:
    document = json.loads(to_json(decision()))
    document["readings"][0]["adopted"] = 22
    found = replay(from_json(json.dumps(document)))
    assert found.kind is Kind.HOLD
    assert found.findings[0].state is State.NO_DATA


def test_a_reading_is_found_by_its_metric() -> None:
    taken = decision(Gate(adopted=Adopted()))
    assert taken.reading(Metric.ADOPTED) == taken.readings[0]
    assert taken.reading(Metric.NPS) is None


@pytest.mark.parametrize("module", ["gates.decision", "reports.gate"])
def test_judging_a_stored_decision_loads_no_tables(module: str) -> None:
    script = f"import {module}, sys; print('pandas' in sys.modules, 'numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_judging_a_stored_decision_takes_less_than_a_millisecond() -> None:
    text = to_json(decision(evidence=frames(60, activity=FEW)))
    stored = from_json(text)
    rounds = 200
    begin = process_time()
    for _ in range(rounds):
        replay(stored)
    judging = (process_time() - begin) / rounds
    assert judging < 0.001, f"{judging * 1000:.2f} ms"
    begin = process_time()
    for _ in range(rounds):
        replay(from_json(text))
    reading = (process_time() - begin) / rounds
    assert reading < 0.001, f"{reading * 1000:.2f} ms with reading it"


def test_what_was_judged_is_what_is_stored() -> None:
    taken = take(FULL, readings(), moment(), (LEFT,))
    assert taken.verdict.findings == replay(taken).findings
    assert [r.metric for r in taken.readings] == list(readings())
