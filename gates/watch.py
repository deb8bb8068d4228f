"""Watching a phase that has passed, until its people's goal days are over."""

from config.criteria import Gate
from gates.aftermath import look_back
from gates.decision import Decision
from gates.frames import Frames
from gates.measuring import measure
from gates.moment import Moment


def watch(frames: Frames, gate: Gate, moment: Moment) -> Decision | None:
    """Look at a phase that has passed; None: nothing stops what comes after it."""
    watched = Gate(adopted=gate.adopted, incidents=gate.incidents)
    readings = measure(frames, watched, moment)
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
