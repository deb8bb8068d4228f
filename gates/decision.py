"""A decision: a verdict with everything it rests on, so that anybody can judge it again.

Reading and replaying one needs neither tables nor network nor clock.
"""

from collections.abc import Mapping
from typing import Literal

from config.criteria import Gate
from config.names import Metric
from config.values import Part
from gates.aftermath import look_back
from gates.ahead import Ahead
from gates.changes import Change
from gates.earlier import Earlier
from gates.moment import Moment
from gates.readings import Reading
from gates.verdict import Verdict, decide


class Decision(Part):
    """One look at one phase, self-contained."""

    version: Literal[1] = 1
    """Of this document's form."""
    name: str = ""
    """What reports call it, where it has been recorded."""
    look: Literal["gate", "watch"] = "gate"
    """At its exit gate, or after it has passed."""
    moment: Moment
    gate: Gate
    readings: tuple[Reading, ...]
    changes: tuple[Change, ...] = ()
    """Who left, joined or was excluded: how the denominator came about."""
    earlier: tuple[Earlier, ...] = ()
    """How phases before this one adopted, for the forecast; it decides nothing."""
    ahead: Ahead | None = None
    """How the numbers came about, for the forecasts; it decides nothing. None: not recorded."""
    verdict: Verdict

    def reading(self, metric: Metric) -> Reading | None:
        """Give the reading of a metric, if it was measured."""
        return by_metric(self.readings).get(metric)


def by_metric(readings: tuple[Reading, ...]) -> dict[Metric, Reading]:
    """Sort readings by what they measure."""
    return {reading.metric: reading for reading in readings}


def take(
    gate: Gate,
    readings: Mapping[Metric, Reading],
    moment: Moment,
    changes: tuple[Change, ...] = (),
) -> Decision:
    """Decide at a phase's exit gate."""
    return Decision(
        moment=moment,
        gate=gate,
        readings=tuple(readings.values()),
        changes=changes,
        verdict=decide(gate, readings, moment),
    )


def to_json(decision: Decision) -> str:
    """Write a decision as one JSON document."""
    return decision.model_dump_json()


def from_json(text: str | bytes) -> Decision:
    """Read a decision; pydantic.ValidationError says what is malformed and where."""
    return Decision.model_validate_json(text)


def judge_again(
    look: Literal["gate", "watch"], gate: Gate, readings: tuple[Reading, ...], moment: Moment
) -> Verdict | None:
    """Judge what was measured; None: a look back at a passed phase that nothing stops."""
    found = by_metric(readings)
    return decide(gate, found, moment) if look == "gate" else look_back(gate, found, moment)


def replay(decision: Decision) -> Verdict:
    """Judge a stored decision again, on its own readings; ValueError where it cannot have been."""
    d = decision
    verdict = judge_again(d.look, d.gate, d.readings, d.moment)
    if verdict is None:
        raise ValueError(
            f"nothing in this look back at {decision.moment.phase} stops what comes after;"
            " its verdict does not follow from its readings"
        )
    return verdict
