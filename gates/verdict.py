"""The verdict: findings and a phase's state become one word, and the words that explain it."""

from collections.abc import Mapping
from enum import StrEnum

from config.criteria import Gate
from config.names import Metric
from config.values import Part
from gates.findings import Finding, State, worst
from gates.headline import blind, blocked, say
from gates.judging import judge
from gates.moment import Moment
from gates.override import Lapse
from gates.overruling import overrule, said_of
from gates.readings import AdoptedReading, Reading, Stragglers
from gates.why import why, why_not
from gates.wording import count, day, listed, sentence


class Kind(StrEnum):
    """What a phase is told to do."""

    ADVANCE = "advance"
    HOLD = "hold"
    """Look again."""
    PAUSE = "pause"
    """A person must act."""
    ROLL_BACK = "roll_back"


class Because(StrEnum):
    """Which question decided; they are asked in this order."""

    PROTECTIVE = "protective"
    """Something stops it: an incident, or a miss that does."""
    PAUSED = "paused"
    FROZEN = "frozen"
    """A freeze window of the plan: nothing advances in it."""
    NO_DATA = "no_data"
    SOAKING = "soaking"
    """The soak has not ended, and not everything is certain."""
    TARGETS = "targets"
    """Something is missed or undecided, or nothing decides."""
    APPROVAL = "approval"
    PASSED = "passed"


class Verdict(Part):
    """What a look at a phase ends in; equal inputs give equal verdicts, words included."""

    kind: Kind
    """advance, hold (look again), pause (a person must act) or roll_back."""
    because: Because
    """Which question decided: they are asked in the order of these words."""
    findings: tuple[Finding, ...]
    """One for each criterion, in the gate's order."""
    headline: str
    """One or two sentences without the phase's name: what decided, in words."""
    why_not: str
    """The fewest people or answers that would change it; empty where none would."""
    stragglers: Stragglers = Stragglers()
    """Who has not adopted yet, by what helps them next."""
    lapsed: tuple[Lapse, ...] = ()
    """Overrides that no longer count from this look on."""

    @property
    def needs_person(self) -> bool:
        """Whether looking again does not help: somebody must act."""
        waits = {Because.PAUSED, Because.NO_DATA, Because.APPROVAL}
        asked = any(f.person and f.blocks for f in self.findings)
        return self.kind in {Kind.PAUSE, Kind.ROLL_BACK} or self.because in waits or asked


def decide(gate: Gate, readings: Mapping[Metric, Reading], moment: Moment) -> Verdict:
    """Judge a phase's exit gate."""
    judged = tuple(
        judge(metric, criterion, readings.get(metric), moment)
        for metric, criterion in gate.criteria().items()
    )
    findings, lapsed = overrule(gate, judged, readings, moment)
    shown = {f.metric for f in findings if f.overridden is None}
    words = said_of(findings, lapsed, moment)
    kind, because = kind_of(gate, findings, moment)
    adopted = readings.get(Metric.ADOPTED)
    return Verdict(
        kind=kind,
        because=because,
        findings=findings,
        headline=" ".join(filter(None, (_headline(because, findings, moment), words))),
        why_not=(
            why(gate, {m: r for m, r in readings.items() if m in shown})
            if kind is Kind.ADVANCE
            else why_not(gate, readings, findings, moment)
        ),
        stragglers=adopted.stragglers if isinstance(adopted, AdoptedReading) else Stragglers(),
        lapsed=lapsed,
    )


def kind_of(gate: Gate, findings: tuple[Finding, ...], moment: Moment) -> tuple[Kind, Because]:
    """Ask the questions in their order; the first that stops the phase decides."""
    gravest = worst([finding.does for finding in findings])
    if gravest in {"pause", "roll_back"}:
        blind = all(f.state is State.NO_DATA for f in findings if f.does == gravest)
        return Kind(gravest), Because.NO_DATA if blind else Because.PROTECTIVE
    if moment.paused:
        return Kind.HOLD, Because.PAUSED
    if moment.frozen:
        return Kind.HOLD, Because.FROZEN
    if any(finding.blocks and finding.state is State.NO_DATA for finding in findings):
        return Kind.HOLD, Because.NO_DATA
    # That nothing went wrong is no evidence that anything went well.
    deciding = [f for f in findings if not f.advisory and f.metric is not Metric.INCIDENTS]
    certain = all(f.state is State.MET and f.certain for f in deciding)
    if not moment.soaked and not (deciding and certain):
        return Kind.HOLD, Because.SOAKING
    if gravest == "hold" or not deciding:
        return Kind.HOLD, Because.TARGETS
    if gate.approval == "required" and not moment.approved:
        return Kind.HOLD, Because.APPROVAL
    return Kind.ADVANCE, Because.PASSED


def _headline(because: Because, findings: tuple[Finding, ...], moment: Moment) -> str:
    blocking = [finding for finding in findings if finding.blocks]
    gravest = worst([finding.does for finding in findings])
    everything = "Everything else" if any(f.overridden for f in findings) else "Everything"
    match because:
        case Because.PROTECTIVE:
            return sentence(listed([say(f) for f in blocking if f.does == gravest]))
        case Because.PAUSED:
            return "It is paused; a person resumes it."
        case Because.FROZEN:
            return sentence(f"nothing advances in a freeze ({moment.frozen})")
        case Because.NO_DATA:
            return blind(blocking, moment.phase)
        case Because.SOAKING:
            return _soaking(findings, moment)
        case Because.TARGETS:
            return blocked(findings, blocking)
        case Because.APPROVAL:
            return f"{everything} asked for is shown; it waits for an approval."
        case Because.PASSED:
            return f"{everything} asked for is shown."


def _soaking(findings: tuple[Finding, ...], moment: Moment) -> str:
    left = count(moment.days_left, "day")
    ends = f"Its numbers decide on {day(moment.soak_ends_on)}, in {left}"
    sure = [say(f) for f in findings if f.certain and f.metric is not Metric.INCIDENTS]
    return f"{ends}; certain already: {listed(sure)}." if sure else f"{ends}."
