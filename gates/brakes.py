"""Judging incidents: the brake works at any time, on whatever is known, and has no minimum."""

from config.criteria import Incidents
from config.names import Metric, Severity
from gates.age import doubt_of_age
from gates.credibility import doubt
from gates.findings import NO_DATA, Does, Finding, State, worst
from gates.moment import Moment
from gates.readings import Incident, IncidentsReading, Quality
from gates.wording import listed


def incidents(criterion: Incidents, reading: IncidentsReading | None, moment: Moment) -> Finding:
    """Judge open incidents; no advice switches this off.

    What is known to be open counts though the register be doubtful; a register that cannot be
    read is a brake that does not work, and pauses.
    """
    found = reading.open if reading else ()
    does = worst([_does(criterion, incident.severity) for incident in found])
    doubtful = doubt(reading) if reading else (Quality.SILENT, "incidents: nothing was measured")
    if reading and not doubtful:
        doubtful = doubt_of_age(criterion, reading, moment)
    said = _said(found)
    if does in {"pause", "roll_back"}:
        state, reason = State.MISSED, f"{said} open"
    elif doubtful:
        state, does, reason = State.NO_DATA, "pause", f"{doubtful[1]} ({doubtful[0].value})"
    else:
        state, reason = State.MET, f"{said} open"
    return Finding(
        metric=Metric.INCIDENTS,
        state=state,
        reason=reason,
        needed=_needed(criterion),
        now=NO_DATA if state is State.NO_DATA and not found else f"{said} open",
        note="; ".join(f"{i.title}: {i.workaround or 'no workaround yet'}" for i in found),
        certain=state is not State.NO_DATA,
        does=does,
    )


def stopping(criterion: Incidents, reading: IncidentsReading) -> tuple[Incident, ...]:
    """Give the open incidents that stop the phase."""
    return tuple(i for i in reading.open if criterion.does(i.severity) != "note")


def _does(criterion: Incidents, severity: Severity) -> Does:
    match severity:
        case Severity.CRITICAL:
            return criterion.critical
        case Severity.MAJOR:
            return criterion.major
        case Severity.MINOR:
            return criterion.minor


def _said(found: tuple[Incident, ...]) -> str:
    numbers = {s: sum(i.severity is s for i in found) for s in Severity}
    return listed([f"{number} {s.value}" for s, number in numbers.items() if number]) or "none"


def _needed(criterion: Incidents) -> str:
    stop = [s.value for s in Severity if criterion.does(s) != "note"]
    return f"no {listed(stop, 'or')} incident"
