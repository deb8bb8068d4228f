"""Why not? The fewest people or answers that would change a verdict."""

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard, TypeVar, cast

from config.criteria import Criterion, Gate, Nps, Satisfaction
from config.names import Metric
from gates import brakes, counts, impact, support, surveys, tickets, work
from gates.credibility import doubt
from gates.findings import NO_DATA, Finding, Lack
from gates.headline import decide_to_skip, of_nobody
from gates.judging import groups
from gates.moment import Moment
from gates.readings import (
    AdoptedReading,
    IncidentsReading,
    NpsReading,
    Reading,
    SatisfactionReading,
    TrainingReading,
)
from gates.sample import nps_sample, satisfaction_sample
from gates.shares import needed
from gates.wording import count, day, listed, sentence

Readings = Mapping[Metric, Reading]

LACKS: dict[Metric, Callable[[Any, Any, Moment], Lack | None]] = {
    Metric.ADOPTED: counts.adopted_lack,
    Metric.ACTIVE: counts.active_lack,
    Metric.TRAINING_COMPLETED: counts.trained_lack,
    Metric.TICKETS: tickets.tickets_lack,
    Metric.ACCOUNTS: work.accounts_lack,
    Metric.ACTIVE_DAILY: work.active_daily_lack,
    Metric.COMPLETING: work.completing_lack,
    Metric.WORKFLOWS: work.workflows_lack,
    Metric.WORK_MOVED: work.work_moved_lack,
    Metric.DEPENDENTS: work.dependents_lack,
    Metric.SUPPORT: support.support_lack,
    Metric.IMPACT: impact.impact_lack,
    Metric.CHECKLIST: work.checklist_lack,
}

SURVEYS = (Metric.SATISFACTION, Metric.NPS)


def why_not(gate: Gate, readings: Readings, findings: tuple[Finding, ...], moment: Moment) -> str:
    """Say the least that would let a phase advance that does not."""
    blocking = [finding for finding in findings if finding.blocks]
    if of_nobody(blocking):
        return decide_to_skip(moment.phase)
    lacks = _lacks(gate, readings, blocking, moment)
    hopeless = [lack.text for lack in lacks if not lack.possible]
    if hopeless:
        said = sentence("; ".join(hopeless))
        return f"{said} Nothing still to come would let it advance: a person decides."
    parts = [lack.text for lack in lacks]
    if moment.paused:
        parts.append("a person resuming it")
    if moment.frozen:
        parts.append(f"the end of the freeze ({moment.frozen})")
    if gate.approval == "required" and not moment.approved:
        parts.append("an approval")
    if moment.soaked or _needs_no_soak(findings):
        return sentence(f"{listed(parts)} would let it advance") if parts else ""
    ends = f"The soak ends on {day(moment.soak_ends_on)}"
    if parts:
        return f"{ends}; by today's numbers it would take {listed(parts).removesuffix(',')}."
    return f"{ends}; by today's numbers it would advance then."


def _needs_no_soak(findings: tuple[Finding, ...]) -> bool:
    """Tell whether only adoption decides: that can be certain before the soak ends."""
    certain = {Metric.ADOPTED, Metric.INCIDENTS}
    return all(finding.advisory or finding.metric in certain for finding in findings)


def _lacks(gate: Gate, readings: Readings, blocking: list[Finding], moment: Moment) -> list[Lack]:
    found: list[Lack | None] = []
    criteria = gate.criteria()
    unseen = [f.metric.value.replace("_", " ") for f in blocking if f.now == NO_DATA]
    if unseen:
        found.append(Lack(f"data on {listed(unseen)} that can be believed"))
    old = [f.metric.value.replace("_", " ") for f in blocking if f.old]
    if old:
        found.append(Lack(f"data on {listed(old)} from after the soak"))
    spent = [f for f in blocking if f.limit and f.person]
    found += [Lack(f"{f.metric.value} {f.limit}", possible=False) for f in spent]
    for finding in blocking:
        reading = readings.get(finding.metric)
        if reading is None or finding.now == NO_DATA or finding.old:
            continue
        if finding.metric is Metric.INCIDENTS:
            found.append(_incidents(gate, cast("IncidentsReading", reading)))
        elif reading.groups:
            found += _in_groups(criteria[finding.metric], reading, moment)
        elif finding.metric in LACKS and finding.now != "nothing yet":
            found.append(LACKS[finding.metric](criteria[finding.metric], reading, moment))
    found += _surveys(gate, readings, blocking)
    return [lack for lack in found if lack is not None]


def _incidents(gate: Gate, reading: IncidentsReading) -> Lack:
    open_ones = brakes.stopping(gate.incidents, reading)
    titles = ", ".join(incident.title for incident in open_ones)
    return Lack(f"{count(len(open_ones), 'incident')} closed ({titles})")


def _in_groups(criterion: Criterion, reading: Reading, moment: Moment) -> list[Lack | None]:
    """Say of each site or department that holds what it lacks."""
    found: list[Lack | None] = []
    for name, judged in groups(reading.metric, criterion, reading, moment).items():
        if not judged.blocks:
            continue
        part = next(group.reading for group in reading.groups if group.name == name)
        found += [
            Lack(f"{lack.text.removesuffix(',')} in {name}", possible=lack.possible)
            for lack in _lacks_of(criterion, part, moment)
            if lack is not None
        ]
    return found or _lacks_of(criterion, reading, moment)


def _lacks_of(criterion: Criterion, part: Reading, moment: Moment) -> list[Lack | None]:
    match part, criterion:
        case SatisfactionReading(), Satisfaction():
            sample = satisfaction_sample(criterion, part)
            return [surveys.lacking(sample, None), surveys.surer(sample)]
        case NpsReading(), Nps():
            sample = nps_sample(criterion, part)
            return [surveys.lacking(None, sample), surveys.surer(sample)]
        case _:
            return [LACKS[part.metric](criterion, part, moment)]


def _surveys(gate: Gate, readings: Readings, blocking: list[Finding]) -> list[Lack | None]:
    """Say it of both questions at once, where one of them holds."""
    if not any(f.metric in SURVEYS and f.now != NO_DATA and not f.old for f in blocking):
        return []
    whole = {m: r for m, r in readings.items() if m in SURVEYS and not r.groups}
    believed = {m: r for m, r in whole.items() if not doubt(r)}
    satisfied, recommend = believed.get(Metric.SATISFACTION), believed.get(Metric.NPS)
    marks = (
        satisfaction_sample(gate.satisfaction, satisfied)
        if isinstance(satisfied, SatisfactionReading) and _decides(gate.satisfaction)
        else None
    )
    scores = (
        nps_sample(gate.nps, recommend)
        if isinstance(recommend, NpsReading) and _decides(gate.nps)
        else None
    )
    surer = [surveys.surer(sample) for sample in (marks, scores) if sample is not None]
    return [surveys.lacking(marks, scores), *surer]


C = TypeVar("C", bound=Criterion)


def _decides(criterion: C | None) -> TypeGuard[C]:
    return criterion is not None and not criterion.advisory


def why(gate: Gate, readings: Readings) -> str:
    """Say the fewest people or answers whose lack would have held a phase that advances."""
    margins = [found for m in readings if (found := _margin(gate, m, readings[m])) is not None]
    if not margins:
        return ""
    fewest, one, many = min(margins)
    return f"{count(fewest, one, many)} fewer would have held it."


def _margin(gate: Gate, metric: Metric, reading: Reading) -> tuple[int, str, str] | None:
    criterion = gate.criteria().get(metric)
    if criterion is None or criterion.advisory or criterion.on_miss == "note":
        return None
    match reading:
        case AdoptedReading() if gate.adopted:
            need = needed(gate.adopted.to_advance, reading.cohort)
            return reading.adopted - need + 1, "adopter", "adopters"
        case TrainingReading() if gate.training_completed:
            need = needed(gate.training_completed.at_least, reading.invited)
            return reading.attended - need + 1, "trained person", "trained people"
        case SatisfactionReading() if gate.satisfaction:
            sample = satisfaction_sample(gate.satisfaction, reading)
            return sample.answered - sample.need + 1, "answer", "answers"
        case NpsReading() if gate.nps:
            nps = nps_sample(gate.nps, reading)
            return nps.answered - nps.need + 1, "answer", "answers"
        case _:
            return None
