"""A gate's case as a document: what anybody may write down, and have judged.

A stored decision is such a document. One with a changed threshold is a what-if, one without a
verdict a case nobody has judged yet, and one with frames in place of readings is measured first.
"""

from functools import cache
from typing import Literal, Self

from pydantic import PositiveInt, ValidationError, model_validator

from config.criteria import Gate
from config.values import Part
from gates.ahead import Ahead
from gates.changes import Change
from gates.decision import judge_again
from gates.earlier import Earlier
from gates.malformed import refuse_doubles, told
from gates.moment import Moment
from gates.numberless import without_numberless
from gates.readings import Reading
from gates.sheets import Sheets
from gates.verdict import Verdict


class Case(Part):
    """One look at one phase, self-contained: its state, its gate, and what was measured."""

    version: Literal[1] = 1
    """Of this document's form."""
    name: str = ""
    """What the answer calls it; a decision's own name, or the writer's."""
    look: Literal["gate", "watch"] = "gate"
    """At its exit gate, or after it has passed."""
    moment: Moment
    """The phase's state, and when it is looked at."""
    gate: Gate
    """What the phase must show."""
    readings: tuple[Reading, ...] | None = None
    """What was measured, one reading a metric; or else `frames`."""
    frames: Sheets | None = None
    """What is to be measured; or else `readings`."""
    changes: tuple[Change, ...] = ()
    """Who left, joined or was excluded."""
    earlier: tuple[Earlier, ...] = ()
    """How phases before this one adopted, for the forecast; it decides nothing."""
    ahead: Ahead | None = None
    """How the numbers came about, for the forecasts; it decides nothing. None: not recorded."""
    verdict: Verdict | None = None
    """What was recorded; it is compared with, and decides nothing."""

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.readings is None) == (self.frames is None):
            raise ValueError("give `readings` (already measured) or `frames` (to be), one of them")
        metrics = [reading.metric for reading in self.readings or ()]
        twice = sorted({metric.value for metric in metrics if metrics.count(metric) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is measured twice; keep one reading of each")
        return self


class Answer(Part):
    """What judging one document came to; an answer has a verdict, a remark or an error."""

    line: PositiveInt = 1
    """Line of the document, where there is one a line."""
    name: str = ""
    """The document's own."""
    verdict: Verdict | None = None
    """What the gate says; null: see the remark or the error."""
    as_recorded: bool | None = None
    """Whether it is the verdict the document carries, words included; null: it carries none."""
    readings: tuple[Reading, ...] | None = None
    """What was measured, where the document had frames."""
    remark: str | None = None
    """Why there is neither verdict nor error."""
    error: str | None = None
    """What is malformed, where, and so was not judged."""


def read(document: bytes) -> Case:
    """Read a case; pydantic.ValidationError or TwiceError where it is malformed.

    A number of a reading that is none makes that reading no data.
    """
    refuse_doubles(document)
    try:
        return Case.model_validate_json(document)
    except ValidationError:
        said = without_numberless(document)
        if said is None:
            raise
        return Case.model_validate_json(said)


NOTHING_STOPS = "nothing in this look back stops what comes after"


def answer(case: Case, readings: tuple[Reading, ...], line: int = 1) -> Answer:
    """Judge a case on its readings."""
    verdict = judge_again(case.look, case.gate, readings, case.moment)
    return Answer(
        line=line,
        name=case.name,
        verdict=verdict,
        as_recorded=None if case.verdict is None else verdict == case.verdict,
        readings=None if case.frames is None else readings,
        remark=NOTHING_STOPS if verdict is None else None,
    )


def refused(error: Exception, line: int = 1, name: str = "") -> Answer:
    """Say what is wrong with a document that cannot be judged."""
    return Answer(line=line, name=name, error=told(error, keys()))


@cache
def keys() -> frozenset[str]:
    """Give every key a document may have, wherever."""
    models = [Case.model_json_schema(), *Case.model_json_schema()["$defs"].values()]
    return frozenset(key for model in models for key in model.get("properties", {}))


def schema() -> dict[str, object]:
    """Give the JSON Schema (draft 2020-12) of a document; the answer's is `$defs.Answer`."""
    found = Case.model_json_schema()
    answered = Answer.model_json_schema(mode="serialization")
    defs = {**found.pop("$defs", {}), **answered.pop("$defs", {}), "Answer": answered}
    for reading in (d for name, d in defs.items() if name.endswith("Reading")):
        if "metric" in reading["properties"]:
            reading["properties"]["metric"]["description"] = (
                "What was measured, as a gate names it."
            )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "changeover.judge.schema.json",
        **found,
        "$defs": defs,
    }
