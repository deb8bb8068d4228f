"""How earlier phases adopted, for the forecast of one that is live."""

from datetime import datetime

from actions.desk import Desk
from actions.evidence_of import frames_of, moment_of
from config.criteria import Adopted, Gate
from gates.credibility import doubt
from gates.earlier import Earlier
from gates.evidence import Evidence
from gates.measuring import measure
from gates.measuring_ahead import stopped
from gates.readings import AdoptedReading
from rollout.phases import State
from rollout.snapshot import Snapshot

PHASES_AT_MOST = 2
"""The newest of those before: people are the most like them."""


def earlier_curves(
    desk: Desk, snapshot: Snapshot, phase: str, now: datetime
) -> tuple[Earlier, ...]:
    """Measure how the phases before this one adopted, but for those whose data are doubtful."""
    names = [p.name for p in desk.plan.phases]
    before = [n for n in names[: names.index(phase)] if _passed(snapshot, n)][-PHASES_AT_MOST:]
    found = (_curve(desk, snapshot, name, now) for name in before)
    return tuple(curve for curve in found if curve is not None)


def _passed(snapshot: Snapshot, phase: str) -> bool:
    return snapshot.phases[phase].state is State.PASSED


def _curve(desk: Desk, snapshot: Snapshot, phase: str, now: datetime) -> Earlier | None:
    spec = desk.plan.phase(phase)
    criterion = desk.plan.gate_of(spec).adopted or Adopted()
    moment = moment_of(desk, snapshot, spec, now, approved=True)
    frames = frames_of(desk, snapshot, spec, now, ["activity"])
    (reading, *_) = measure(frames, Gate(adopted=criterion), moment).values()
    lost = stopped(Evidence(frames, moment))
    if not isinstance(reading, AdoptedReading) or doubt(reading):
        return None
    seen = reading.series[: criterion.goal.days]
    launched = moment.launched_on
    return Earlier(
        phase=phase,
        launched_on=launched,
        people=reading.cohort,
        adopted=seen,
        stopped=lost[: len(seen)],
    )
