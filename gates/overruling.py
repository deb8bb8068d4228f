"""What overrides do to findings: one that only holds no longer does, while nothing got worse.

What pauses or rolls back is never overridden, and any such finding ends every override.
"""

from collections.abc import Mapping

from config.criteria import Gate, Incidents
from config.names import Metric
from gates.findings import Finding, State, worst
from gates.headline import say
from gates.moment import Moment
from gates.override import Lapse, Override, level
from gates.readings import Reading
from gates.wording import day, listed, sentence

WORSE = (State.MET, State.UNDECIDED, State.MISSED, State.NO_DATA)
"""States from good to bad."""
CLOSE = 1e-9
"""How much less two equal numbers may differ for having been reckoned."""

Findings = tuple[Finding, ...]


def may_be_overridden(gate: Gate, finding: Finding) -> bool:
    """Whether a finding holds its phase and does no more: incidents and brakes never may.

    Nor may data that is missing of a criterion whose miss would stop the phase.
    """
    criterion = gate.criteria().get(finding.metric)
    if finding.does != "hold" or criterion is None or isinstance(criterion, Incidents):
        return False
    return finding.state is not State.NO_DATA or criterion.on_miss not in _PROTECTIVE


def overrule(
    gate: Gate, findings: Findings, readings: Mapping[Metric, Reading], moment: Moment
) -> tuple[Findings, tuple[Lapse, ...]]:
    """Let overrides in force take the hold off their findings; give those that lapse, too."""
    by_metric = {finding.metric: finding for finding in findings}
    lapses: list[Lapse] = []
    for override in moment.overrides:
        finding = by_metric.get(override.metric)
        why = _lapse(override, finding, findings, readings, moment)
        if why is not None:
            lapses.append(Lapse(id=override.id, why=why))
        elif finding is not None and may_be_overridden(gate, finding):
            update = {"does": "note", "overridden": override.id}
            by_metric[override.metric] = finding.model_copy(update=update)
    return tuple(by_metric[f.metric] for f in findings), tuple(lapses)


def _lapse(
    override: Override,
    finding: Finding | None,
    findings: Findings,
    readings: Mapping[Metric, Reading],
    moment: Moment,
) -> str | None:
    """Say why an override no longer counts; None while it does."""
    if moment.attempt != override.attempt:
        return f"it was for attempt {override.attempt}, and this is attempt {moment.attempt}"
    if moment.now >= override.until:
        return f"it counted until {day(override.until)}"
    if worst([f.does for f in findings]) in {"pause", "roll_back"}:
        fired = [f.metric.value.replace("_", " ") for f in findings if f.does in _PROTECTIVE]
        return f"the phase is stopped by its {listed(fired)}"
    if finding is None:
        return "the gate no longer asks for it"
    if WORSE.index(finding.state) > WORSE.index(override.state):
        return f"it got worse: {finding.reason}; it was {override.was}"
    now = level(readings.get(override.metric))
    if override.level is not None and now is not None and now < override.level - CLOSE:
        return f"it got worse: {finding.reason}; it was {override.was}"
    return None


_PROTECTIVE = frozenset({"pause", "roll_back"})


def said_of(findings: Findings, lapses: tuple[Lapse, ...], moment: Moment) -> str:
    """Say in words what is overridden, and what no longer is; nobody is named."""
    by_id = {override.id: override for override in moment.overrides}
    words = [
        f"Overridden by order {o.id} until {day(o.until)}: {say(f)} ({f.reason}), for"
        f" {o.reason.strip().removesuffix('.')}."
        for f in findings
        if f.overridden is not None and (o := by_id.get(f.overridden))
    ]
    words += [sentence(f"Override {lapse.id} no longer counts: {lapse.why}") for lapse in lapses]
    return " ".join(words)
