"""After a phase has passed: what its people still show may stop what comes after."""

from collections.abc import Mapping

from config.criteria import Adopted, Gate
from config.names import Metric, Severity
from gates.brakes import incidents
from gates.credibility import doubt
from gates.findings import NO_DATA, Finding, State
from gates.headline import say
from gates.moment import Moment
from gates.readings import AdoptedReading, IncidentsReading, Reading, Stragglers
from gates.shares import needed
from gates.verdict import Because, Kind, Verdict
from gates.wording import day, listed, part, percent, sentence


def look_back(gate: Gate, readings: Mapping[Metric, Reading], moment: Moment) -> Verdict | None:
    """Judge a phase that has passed; None: nothing stops what comes after it.

    Only what is certain stops: an open critical incident, or a goal that nobody's remaining
    days can bring back. It pauses; whether people go back is then for a person to decide.
    """
    register, adopted = readings.get(Metric.INCIDENTS), readings.get(Metric.ADOPTED)
    findings = [_critical(gate, register, moment)] if isinstance(register, IncidentsReading) else []
    if gate.adopted and not gate.adopted.advisory and isinstance(adopted, AdoptedReading):
        findings.append(goal(gate.adopted, adopted))
    stopping = [finding for finding in findings if finding.blocks]
    if not stopping:
        return None
    return Verdict(
        kind=Kind.PAUSE,
        because=Because.PROTECTIVE,
        findings=tuple(findings),
        headline=sentence(listed([_say(finding) for finding in stopping])),
        why_not="A person's decision to go on all the same would.",
        stragglers=adopted.stragglers if isinstance(adopted, AdoptedReading) else Stragglers(),
    )


def goal(criterion: Adopted, reading: AdoptedReading) -> Finding:
    """Judge the goal: everybody's own days count, so that a miss can be certain."""
    share, cohort = criterion.goal.share, reading.cohort
    doubtful = doubt(reading)
    need, could = needed(share, cohort), reading.could_still_by_goal
    now = part(reading.adopted, cohort, share)
    if doubtful:
        state, reason = State.NO_DATA, f"{doubtful[1]} ({doubtful[0].value})"
    elif reading.adopted >= need:
        state, reason = State.MET, f"adopted {now} ≥ {percent(share)}"
    elif reading.adopted + could < need:
        state = State.MISSED
        reason = f"adopted {now}, {could} still can: {reading.adopted + could} < {need}"
    else:
        state, reason = State.UNDECIDED, f"adopted {now} < {percent(share)}, {could} still can"
    until = f", until {day(reading.goal_ends_on)}" if reading.goal_ends_on else ""
    return Finding(
        metric=Metric.ADOPTED,
        state=state,
        reason=reason,
        needed=f"adopted ≥ {percent(share)} within {criterion.goal.days} days of each{until}",
        now=NO_DATA if doubtful else now,
        certain=state in {State.MET, State.MISSED},
        does="pause" if state is State.MISSED else "note",
    )


def _critical(gate: Gate, reading: IncidentsReading, moment: Moment) -> Finding:
    """Judge critical incidents only: a phase that has passed is not taken back by lesser ones."""
    serious = tuple(i for i in reading.open if i.severity is Severity.CRITICAL)
    found = incidents(gate.incidents, reading.model_copy(update={"open": serious}), moment)
    does = "pause" if serious else "note"
    return found.model_copy(update={"needed": "no critical incident", "does": does})


def _say(finding: Finding) -> str:
    if finding.metric is Metric.ADOPTED:
        return f"the goal is missed for certain ({finding.reason})"
    return say(finding)
