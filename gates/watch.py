"""Watching a phase that has passed, until its people's goal days are over."""

from collections.abc import Mapping

from config.criteria import Gate
from config.names import Metric
from gates.aftermath import look_back
from gates.decision import Decision
from gates.frames import Frames
from gates.measuring import measure
from gates.moment import Moment
from gates.readings import Reading


def watch(frames: Frames, gate: Gate, moment: Moment) -> Decision | None:
    """Look at a phase that has passed; None: nothing stops what comes after it."""
    return watched(frames, gate, moment)[0]


def watched(
    frames: Frames, gate: Gate, moment: Moment
) -> tuple[Decision | None, Mapping[Metric, Reading]]:
    """Look at a phase that has passed; gives what was measured, too."""
    asked = Gate(adopted=gate.adopted, incidents=gate.incidents)
    readings = measure(frames, asked, moment)
    return _decision(asked, readings, frames, moment), readings


def _decision(
    watched: Gate, readings: Mapping[Metric, Reading], frames: Frames, moment: Moment
) -> Decision | None:
    verdict = look_back(watched, readings, moment)
    if verdict is None:
        return None
    return Decision(
        look="watch",
        moment=moment,
        gate=watched,
        readings=tuple(readings.values()),
        changes=frames.changes,
        verdict=verdict,
    )
