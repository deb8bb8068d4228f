"""Any system's gate case can be written down, and is judged by the rules decisions are."""

import copy
import json
import subprocess
import sys
from time import process_time
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cli.judge import documents_of, judged
from config.names import Metric
from gates.case import Case, schema
from gates.decision import to_json
from gates.frames import COLUMNS, Frames
from gates.verdict import Kind
from gates.watch import watch
from tests.gates.cohort import (
    FULL,
    Row,
    active,
    adopted,
    answer,
    asked,
    at,
    decision,
    frames,
    having,
    incident,
    moment,
    readings,
    ticket,
)

FEW: list[Row] = [row for n in range(1, 12) for row in active(n, [1, 2, 3, 8])]

MINIMAL: dict[str, Any] = {
    "moment": {
        "phase": "core-team",
        "now": "2026-03-27T09:00:00Z",
        "today": "2026-03-27",
        "launched_on": "2026-03-16",
        "soak_ends_on": "2026-03-27",
    },
    "gate": {"adopted": {"to_advance": "60%"}},
    "readings": [
        {
            "metric": "adopted",
            "cohort": 21,
            "adopted": 15,
            "could_still_by_soak_end": 0,
            "could_still_by_goal": 6,
        },
        {"metric": "incidents", "cohort": 21},
    ],
}


def text_of(case: dict[str, Any]) -> bytes:
    return json.dumps(case).encode()


def sheets(evidence: Frames) -> dict[str, Any]:
    """Write frames as a document's rows, with what is missing left out as null."""
    found: dict[str, Any] = {}
    for name in COLUMNS:
        rows = evidence.table(name).astype(object)
        days = [c for c, kind in COLUMNS[name].items() if kind == "day"]
        records = rows.where(rows.notna(), None).to_dict("records")
        for row in records:
            row.update({c: row[c].date().isoformat() for c in days if row[c] is not None})
        found[name] = records
    if evidence.everybody_asked:
        del found["asked"]
    found["as_of"] = dict(evidence.as_of)
    return found


def test_a_minimal_case_is_judged() -> None:
    case, found = judged(text_of(MINIMAL))
    assert case is not None
    assert found.error is None
    assert found.verdict is not None
    assert found.verdict.kind is Kind.ADVANCE
    assert found.as_recorded is None


def test_a_stored_decision_is_a_case_and_answered_as_recorded() -> None:
    taken = decision(evidence=frames(activity=FEW))
    _, found = judged(to_json(taken).encode())
    assert found.verdict == taken.verdict
    assert found.as_recorded is True
    document = json.loads(to_json(taken))
    document["gate"]["adopted"]["to_advance"] = "50%"
    _, what_if = judged(text_of(document))
    assert what_if.as_recorded is False
    assert what_if.verdict is not None
    assert what_if.verdict.kind is Kind.ADVANCE


@pytest.mark.parametrize("day", [2, 6, 12, 20])
@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"activity": FEW},
        {"answers": [answer(n, None, None) for n in range(1, 20)]},
        {"incidents": [incident("major")], "tickets": [ticket(1, 2, 3), ticket(2, 2, who=None)]},
        {"activity": [*FEW, {"person": None, "day": None}]},
        {"people": []},
        {"asked": [asked(n, n % 11 + 1) for n in range(1, 11)]},
    ],
)
def test_frames_in_a_document_are_measured_as_the_ledgers_are(
    day: int, tables: dict[str, Any]
) -> None:
    evidence = frames(day=day, **tables)
    taken = decision(evidence=evidence, day=day)
    document = json.loads(to_json(taken))
    del document["readings"]
    document["frames"] = json.loads(json.dumps(sheets(evidence), default=str))
    _, found = judged(text_of(document))
    assert found.error is None
    assert found.readings == taken.readings
    assert found.verdict == taken.verdict
    assert found.as_recorded is True


def test_a_phases_state_can_be_written_down() -> None:
    for state, because in (
        ({"paused": True}, "paused"),
        ({"today": "2026-03-26", "now": "2026-03-26T09:00:00Z"}, "passed"),
    ):
        case = {**MINIMAL, "moment": {**MINIMAL["moment"], **state}}
        _, found = judged(text_of(case))
        assert found.verdict is not None
        assert found.verdict.because == because
    approval = {**MINIMAL, "gate": {**MINIMAL["gate"], "approval": "required"}}
    _, found = judged(text_of(approval))
    assert found.verdict is not None
    assert found.verdict.because == "approval"
    case = {**approval, "moment": {**MINIMAL["moment"], "approved": True}}
    _, found = judged(text_of(case))
    assert found.verdict is not None
    assert found.verdict.kind is Kind.ADVANCE


def test_frames_older_than_a_restart_are_stale() -> None:
    document = {**MINIMAL, "frames": json.loads(json.dumps(sheets(frames()), default=str))}
    del document["readings"]
    assert judged(text_of(document))[1].verdict.kind is Kind.ADVANCE  # type: ignore[union-attr]
    restarted = {**MINIMAL["moment"], "restarted_at": at(12, 8).isoformat()}
    _, found = judged(text_of({**document, "moment": restarted}))
    assert found.verdict is not None
    assert found.verdict.because == "no_data"


def test_a_look_back_is_judged_and_says_where_nothing_stops() -> None:
    evidence = having(frames(day=20, incidents=[incident("critical")]))
    looked = watch(evidence, FULL, moment(20))
    assert looked is not None
    document = json.loads(to_json(looked))
    assert judged(text_of(document))[1].as_recorded is True
    for reading in document["readings"]:
        if reading["metric"] == "incidents":
            reading["open"] = []
    _, found = judged(text_of(document))
    assert (found.verdict, found.error) == (None, None)
    assert found.remark is not None
    assert "nothing" in found.remark


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"readings": None}, "give `readings`"),
        ({"frames": {"people": [], "as_of": {}}}, "one of them"),
        ({"readings": [MINIMAL["readings"][0]] * 2}, "adopted is measured twice"),
        ({"moment": {}}, "moment.phase: is missing"),
        ({"gate": {"adopted": {"to_advance": "60"}}}, "no percentage"),
        ({"gate": {"loyalty": {}}}, "gate.loyalty: no such key"),
        ({"gate": {"adoptd": {}}}, "gate.adoptd: no such key; did you mean adopted?"),
        ({"readings": [{"metric": "love", "cohort": 1}]}, "readings.0: 'love' is no metric; there"),
        ({"readings": [{"cohort": 1}]}, "readings.0: says no metric"),
        ({"readings": [{**MINIMAL["readings"][0], "adopted": -1}]}, "readings.0.adopted: input sh"),
        ({"moment": {**MINIMAL["moment"], "now": "2026-03-20T09:00:00Z"}}, "mend one of them"),
        ({"version": 2}, "version: input should be 1, not 2"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_malformed_document_is_answered_with_what_and_where(
    change: dict[str, Any], said: str
) -> None:
    case, found = judged(text_of({**MINIMAL, "name": "theirs", **change}), 7)
    assert case is None
    assert found.verdict is None
    assert found.error is not None
    assert said in found.error
    assert found.line == 7
    assert found.name == "theirs"


MEASURED = json.loads(to_json(decision(evidence=frames(activity=FEW))))
TO_MEASURE = {k: v for k, v in MEASURED.items() if k != "readings"} | {
    "frames": json.loads(json.dumps(sheets(frames(3)), default=str))
}


def _spoilt() -> st.SearchStrategy[Any]:
    odd: list[Any] = [
        None,
        -1,
        10**400,
        1e999,
        float("nan"),
        "9999-12-31",
        "0001-01-01",
        "",
        [],
        {},
        "x",
        0.5,
    ]
    return st.sampled_from(odd)


@settings(max_examples=60)
@given(st.data())
def test_no_document_ends_in_anything_but_an_answer(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from([MEASURED, TO_MEASURE])))
    for _ in range(data.draw(st.integers(1, 3))):
        node = document
        while isinstance(node, dict | list) and node:
            keys = sorted(node) if isinstance(node, dict) else range(len(node))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(node[key], dict | list) or data.draw(st.integers(0, 3)) == 0:
                node[key] = data.draw(_spoilt())
                break
            node = node[key]
    _, found = judged(text_of(document))
    assert (found.error is None) == (found.verdict is not None or found.remark is not None)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b'{"name": "a", "name": "b"}', "name stands twice in one object; keep one"),
        (text_of(MINIMAL).replace(b'"adopted": 15', b'"adopted": 2, "adopted": 15'), "adopted"),
        (b"[]", "to be an object, {...}; several documents go one a line"),
        (b'{"moment": ', "document: no JSON: EOF"),
        (b'{"a":' * 3000, "document: no JSON"),
    ],
)
def test_what_says_two_things_or_is_no_document_is_refused(document: bytes, said: str) -> None:
    case, found = judged(document)
    assert case is None
    assert said in str(found.error)


def test_lines_and_documents_are_told_apart() -> None:
    one, two = text_of(MINIMAL), b'{"version": '
    assert documents_of(one) is None
    assert documents_of(json.dumps(MINIMAL, indent=2).encode()) is None
    assert documents_of(json.dumps(MINIMAL, indent=2).encode()[:-9]) is None
    assert documents_of(b"nothing of the kind") is None
    assert documents_of(two) is None
    for lines in ([one, one], [two, one], [two, two], [b"", one, b"no"], [b"no", one]):
        found = documents_of(b"\r\n".join(lines))
        assert found is not None
        assert [document for _, document in found] == [line for line in lines if line]


def test_the_schema_accepts_what_is_judged_and_refuses_what_is_malformed() -> None:
    validate = jsonschema.Draft202012Validator(schema())
    validate.check_schema(schema())
    validate.validate(MINIMAL)
    taken = decision(evidence=frames(activity=FEW, incidents=[incident("minor")]))
    validate.validate(json.loads(to_json(taken)))
    document = {k: v for k, v in MINIMAL.items() if k != "readings"}
    validate.validate({**document, "frames": json.loads(json.dumps(sheets(frames()), default=str))})
    assert not validate.is_valid({**MINIMAL, "moment": {}})
    assert not validate.is_valid({**MINIMAL, "surprise": 1})
    _, found = judged(text_of(MINIMAL))
    answer_form = {"$ref": "#/$defs/Answer", "$defs": schema()["$defs"]}
    jsonschema.Draft202012Validator(answer_form).validate(
        json.loads(found.model_dump_json(exclude_none=True))
    )


def test_ten_thousand_stored_decisions_take_seconds() -> None:
    lines = [
        to_json(decision(day=day, evidence=frames(60, day=day, activity=FEW))).encode()
        for day in (6, 12, 20)
    ]
    number = 1000
    begin = process_time()
    for n in range(number):
        _, found = judged(lines[n % 3], n + 1)
        assert found.model_dump_json(exclude_none=True)
        assert found.as_recorded
    assert (process_time() - begin) / number < 0.001


def test_judging_readings_loads_neither_tables_nor_engine() -> None:
    taken = to_json(decision(evidence=frames(activity=FEW)))
    script = (
        "import sys; from cli.main import run; code = run(['judge'])\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'prefect', 'sqlalchemy', 'httpx'} & {*sys.modules}\n"
        "print(code, sorted(heavy), file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], input=taken, capture_output=True, text=True, check=True
    )
    assert run.stderr.strip() == "0 []"
    answered = json.loads(run.stdout)
    assert answered["as_recorded"] is True


def test_a_case_keeps_what_it_was_given() -> None:
    case = Case.model_validate_json(text_of(MINIMAL))
    assert Case.model_validate_json(case.model_dump_json()) == case
    with pytest.raises(ValidationError):
        case.name = "other"  # type: ignore[misc]
    assert {r.metric for r in case.readings or ()} == {Metric.ADOPTED, Metric.INCIDENTS}
    found = readings(21, adopted=adopted(15, 21))
    assert found[Metric.ADOPTED] is not None
