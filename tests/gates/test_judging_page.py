"""The page about judging documents: its examples are judged as it says."""

import json
import re
from typing import Any

import jsonschema

from cli.judge import judged
from config.names import Metric
from gates.case import Answer, schema
from gates.moment import Moment
from tests.architecture.house import ROOT

PAGE = (ROOT / "docs" / "reference" / "judging.md").read_text(encoding="utf-8")


def example(name: str) -> Any:  # noqa: ANN401
    (found,) = re.findall(rf"```json {name}\n(.*?)\n```", PAGE, re.DOTALL)
    return json.loads(found)


def answered(case: dict[str, Any]) -> Answer:
    _, found = judged(json.dumps(case).encode())
    assert found.error is None, found.error
    return found


def short(found: Answer) -> dict[str, str]:
    assert found.verdict is not None
    said = json.loads(found.verdict.model_dump_json())
    return {key: said[key] for key in ("kind", "because", "headline", "why_not")}


def test_the_case_is_answered_as_the_page_says() -> None:
    case = example("case")
    assert short(answered(case)) == example("answer")
    case["gate"]["satisfaction"]["answers"] = "35%"
    assert short(answered(case))["kind"] == "advance"


def test_the_frames_are_measured_and_answered_as_the_page_says() -> None:
    case = example("case") | {"gate": {"adopted": {"to_advance": "60%"}}}
    del case["readings"]
    found = answered(case | {"frames": example("frames")})
    assert short(found) == example("answer of frames")
    assert {r.metric for r in found.readings or ()} == {Metric.ADOPTED, Metric.INCIDENTS}


def test_the_state_has_every_key_there_is() -> None:
    assert set(example("moment")) == set(Moment.model_fields) - {"last_look"}
    assert short(answered(example("case") | {"moment": example("moment")}))["because"] == "paused"


def test_every_key_of_the_form_says_what_it_means() -> None:
    form = schema()
    named = {"Case": form, **form["$defs"]}  # type: ignore[dict-item]
    bare = [
        f"{name}.{key}"
        for name, part in named.items()
        for key, one in part.get("properties", {}).items()  # type: ignore[attr-defined]
        if not one.get("description")
    ]
    assert bare == []
    jsonschema.Draft202012Validator.check_schema(form)
