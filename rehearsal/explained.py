"""Whether a decision's evidence explains its verdict, asked without the judges' own code.

`replay` shows that equal readings give an equal verdict; a judge that is wrong would replay too.
So what a verdict needs is asked of its findings, readings and moment here once more, and who has
adopted is counted again, person by person, from the days the ledger has.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from config.criteria import Adopted
from config.names import Metric
from gates.decision import Decision, replay
from gates.findings import Finding, State
from gates.readings import AdoptedReading, Quality, SatisfactionReading, TrainingReading
from gates.verdict import Because, Kind

WEEK = timedelta(days=7)


def unexplained(decision: Decision) -> Iterator[str]:
    """Say, in words, where a verdict does not follow from what the decision shows."""
    verdict = decision.verdict
    if replay(decision) != verdict:
        yield "it replays to another verdict"
    if decision.look == "gate":
        asked, shown = set(decision.gate.criteria()), [f.metric for f in verdict.findings]
        if sorted(asked) != sorted(shown):
            yield f"it shows {', '.join(shown)}, and is asked for {', '.join(sorted(asked))}"
    if not verdict.headline:
        yield "it says nothing"
    match verdict.kind:
        case Kind.ADVANCE:
            yield from _advances(decision)
        case Kind.HOLD:
            yield from _holds(decision)
        case _:
            if not any(f.does == verdict.kind.value for f in verdict.findings):
                yield f"nothing it shows does {verdict.kind}"
    yield from _numbers(decision)


def _advances(decision: Decision) -> Iterator[str]:
    moment, gate = decision.moment, decision.gate
    decide = [f for f in decision.verdict.findings if not f.advisory and f.overridden is None]
    # A minor incident is noted with its workaround, and stops nothing.
    unmet = [f for f in decide if f.blocks or not _stops_nothing(f)]
    yield from (f"it advanced on {f.metric} {f.state}" for f in unmet)
    wanted = [f for f in decide if f.metric is not Metric.INCIDENTS]
    if not wanted:
        yield "it advanced on nothing"
    if not moment.soaked and not all(f.certain for f in wanted):
        yield f"it advanced before its soak's end on {moment.soak_ends_on}, and nothing was certain"
    if moment.paused or moment.frozen:
        yield "it advanced in a pause or a freeze"
    if gate.approval == "required" and not moment.approved:
        yield "it advanced without its approval"
    counted = {f.metric for f in wanted}
    yield from (
        f"it advanced on {words}" for metric, words in _short(decision) if metric in counted
    )


def _stops_nothing(finding: Finding) -> bool:
    return finding.state is State.MET or finding.metric is Metric.INCIDENTS


def _short(decision: Decision) -> Iterator[tuple[Metric, str]]:
    """Say which shares and means are below what the gate asks, worked out from the counts."""
    gate = decision.gate
    for reading in decision.readings:
        match reading:
            case AdoptedReading() if gate.adopted:
                part, least = reading.adopted / max(reading.cohort, 1), gate.adopted.to_advance
            case TrainingReading() if gate.training_completed:
                part = reading.attended / max(reading.invited, 1)
                least = gate.training_completed.at_least
            case SatisfactionReading() if gate.satisfaction:
                part, least = reading.total / max(reading.answered, 1), gate.satisfaction.at_least
            case _:
                continue
        if part < least:
            yield reading.metric, f"{reading.metric} {part:.3f} below {least}"


def _holds(decision: Decision) -> Iterator[str]:
    moment, blocking = decision.moment, [f for f in decision.verdict.findings if f.blocks]
    missing = any(f.state is State.NO_DATA for f in blocking)
    is_so = {
        Because.PAUSED: moment.paused,
        Because.FROZEN: bool(moment.frozen),
        Because.NO_DATA: missing,
        Because.SOAKING: moment.today < moment.soak_ends_on,
        Because.TARGETS: any(f.state is not State.MET for f in blocking),
        Because.APPROVAL: decision.gate.approval == "required"
        and not (moment.approved or blocking),
    }
    because = decision.verdict.because
    if not is_so.get(because, False):
        yield f"it holds, says that is for {because}, and that is not so"


def _numbers(decision: Decision) -> Iterator[str]:
    """Say which findings give no number, or another than was measured."""
    adopted = decision.reading(Metric.ADOPTED)
    for finding in decision.verdict.findings:
        met = finding.state is State.MET or decision.verdict.because is Because.SOAKING
        reading = decision.reading(finding.metric)
        # An empty table has no number; what is doubted of it is said.
        doubt = reading.doubt if reading else ""
        doubted = finding.state is State.NO_DATA and doubt and doubt in finding.reason
        numbered = doubted or any(letter.isdigit() for letter in finding.reason)
        if finding.blocks and not met and not numbered:
            yield f"{finding.metric} is {finding.state} without a number: {finding.reason}"
        if finding.metric is Metric.ADOPTED and isinstance(adopted, AdoptedReading):
            said = f"{adopted.adopted} of {adopted.cohort} "
            if adopted.quality is Quality.OK and adopted.cohort and said not in finding.reason:
                yield f"adopted is {said}, and it says: {finding.reason}"


def recounted(
    decision: Decision,
    opened: Mapping[str, date],
    active: Mapping[str, Collection[date]],
) -> Iterator[str]:
    """Say whose adoption a decision tells otherwise than the days they were active on.

    `opened`: when each person still of the cohort was activated; `active`: their active days.
    """
    reading, criterion = decision.reading(Metric.ADOPTED), decision.gate.adopted
    if not isinstance(reading, AdoptedReading) or criterion is None:
        return
    s, today = reading.stragglers, decision.moment.today
    rest = {*s.not_activated, *s.not_logged_in, *s.not_trained, *s.inactive}
    if reading.adopted + len(rest) != reading.cohort:
        yield f"{reading.adopted} adopters and {len(rest)} others are not {reading.cohort} people"
    for key, day in opened.items():
        known = [d for d in active.get(key, ()) if d < today]
        has = has_adopted(day, known, criterion)
        if day < today and has is (key in rest):
            yield f"{key} has {'' if has else 'not '}adopted by {today}, and it says otherwise"


def has_adopted(opened: date, active: Collection[date], criterion: Adopted) -> bool:
    """Whether somebody was active on enough days within one week, since they were activated."""
    last = opened + timedelta(days=criterion.goal.days)
    own = sorted({day for day in active if opened <= day < last})
    return any(sum(first <= day < first + WEEK for day in own) >= criterion.days for first in own)
