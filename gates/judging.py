"""Judging: a criterion and a reading become a finding. Pure; no clock, no tables, no pandas."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from config.criteria import Active, Adopted, Criterion, Incidents, Level, Survey
from config.criterion import Dated
from config.names import Metric
from gates import brakes, counts, impact, limits, support, surveys, tickets, work
from gates.age import doubt_of_age
from gates.credibility import doubt
from gates.findings import NO_DATA, SEVERITY, Does, Finding, Judged, State
from gates.moment import Moment
from gates.readings import IncidentsReading, Quality, Reading
from gates.wording import day, span

# Each judge is written for its own criterion and reading; `Metric` keeps the pairs together.
JUDGES: dict[Metric, Callable[[Any, Any, Moment], Judged]] = {
    Metric.ADOPTED: counts.adopted,
    Metric.ACTIVE: counts.active,
    Metric.TRAINING_COMPLETED: counts.trained,
    Metric.SATISFACTION: surveys.satisfaction,
    Metric.NPS: surveys.nps,
    Metric.TICKETS: tickets.tickets,
    Metric.ACCOUNTS: work.accounts,
    Metric.ACTIVE_DAILY: work.active_daily,
    Metric.COMPLETING: work.completing,
    Metric.WORKFLOWS: work.workflows,
    Metric.WORK_MOVED: work.work_moved,
    Metric.DEPENDENTS: work.dependents,
    Metric.SUPPORT: support.support,
    Metric.IMPACT: impact.impact,
    Metric.CHECKLIST: work.checklist,
}
"""How each metric is judged, but for incidents, which have rules of their own."""

NEEDED: dict[Metric, Callable[[Any, Any, Moment], str]] = {
    Metric.ADOPTED: counts.adopted_needed,
    Metric.ACTIVE: counts.active_needed,
    Metric.TRAINING_COMPLETED: counts.trained_needed,
    Metric.SATISFACTION: surveys.satisfaction_needed,
    Metric.NPS: surveys.nps_needed,
    Metric.TICKETS: tickets.tickets_needed,
    Metric.ACCOUNTS: work.accounts_needed,
    Metric.ACTIVE_DAILY: work.active_daily_needed,
    Metric.COMPLETING: work.completing_needed,
    Metric.WORKFLOWS: work.workflows_needed,
    Metric.WORK_MOVED: work.work_moved_needed,
    Metric.DEPENDENTS: work.dependents_needed,
    Metric.SUPPORT: support.support_needed,
    Metric.IMPACT: impact.impact_needed,
    Metric.CHECKLIST: work.checklist_needed,
}
"""What each criterion asks, in words."""


LATE = frozenset({Quality.SILENT, Quality.STALE, Quality.EMPTY})
"""What may still come: from a source that is late, not one that is wrong."""


def judge(metric: Metric, criterion: Criterion, reading: Reading | None, moment: Moment) -> Finding:
    """Judge one criterion on what was measured; None: nothing was."""
    if isinstance(criterion, Incidents):
        known = reading if isinstance(reading, IncidentsReading) else None
        return brakes.incidents(criterion, known, moment)
    found = _of_all(metric, criterion, reading, moment)
    if not isinstance(criterion, Level) or criterion.limits is None:
        return found
    if not limits.counts(criterion, moment):
        return found
    today = found
    if not moment.soaked:
        deciding = moment.model_copy(update={"soak_ends_on": moment.today})
        today = _of_all(metric, criterion, reading, deciding)
    return limits.limited(found, today, criterion, moment)


def _of_all(
    metric: Metric, criterion: Criterion, reading: Reading | None, moment: Moment
) -> Finding:
    """Judge a cohort, or the worst of its sites or departments."""
    whole = _judge(metric, criterion, reading, moment)
    if reading is None or whole.state is State.NO_DATA or not reading.groups:
        return whole
    return _worst(whole, groups(metric, criterion, reading, moment))


def groups(
    metric: Metric, criterion: Criterion, reading: Reading, moment: Moment
) -> dict[str, Finding]:
    """Judge each site or department of a cohort apart, by name."""
    return {g.name: _judge(metric, criterion, g.reading, moment) for g in reading.groups}


def _worst(whole: Finding, found: dict[str, Finding]) -> Finding:
    """Give the worst of a cohort's sites or departments, beside the number of all."""
    order = (State.MET, State.UNDECIDED, State.NO_DATA, State.MISSED)
    name = max(
        sorted(found),
        key=lambda n: (SEVERITY.index(found[n].does), order.index(found[n].state)),
    )
    worst = found[name]
    if SEVERITY.index(whole.does) > SEVERITY.index(worst.does):
        return whole
    return worst.model_copy(
        update={
            "reason": f"{name}: {worst.reason}",
            "needed": f"{worst.needed}, in each",
            "now": worst.now if worst.now == NO_DATA else f"{name}: {worst.now}",
            "note": "; ".join(filter(None, (f"all: {whole.now}", worst.note))),
            "certain": all(f.certain for f in found.values()),
        }
    )


def _judge(
    metric: Metric, criterion: Criterion, reading: Reading | None, moment: Moment
) -> Finding:
    doubtful = doubt(reading) if reading else (Quality.SILENT, "nothing was measured")
    if reading and not doubtful:
        doubtful = doubt_of_age(criterion, reading, moment)
    if doubtful:
        judged = _doubted(criterion, reading, moment, *doubtful)
    else:
        judged = _newer(JUDGES[metric](criterion, reading, moment), reading, moment)
    return Finding(
        metric=metric,
        state=judged.state,
        reason=judged.reason,
        needed=NEEDED[metric](criterion, reading, moment),
        now=judged.now,
        note=judged.note,
        beyond="" if criterion.advisory else judged.beyond,
        certain=judged.certain,
        person=judged.person,
        old=judged.old,
        does="note" if criterion.advisory else _does(criterion, judged.state, moment),
        advisory=criterion.advisory,
    )


def _doubted(
    criterion: Criterion, reading: Reading | None, moment: Moment, quality: Quality, why: str
) -> Judged:
    """Judge what cannot be believed: never a pass, and never zero."""
    if quality in {Quality.SILENT, Quality.EMPTY} and _too_early(criterion, reading, moment):
        return Judged(State.UNDECIDED, f"{why}; not expected yet", "nothing yet")
    if quality in LATE and _in_grace(criterion, reading, moment):
        waited = cast("Dated", criterion).grace
        return Judged(State.UNDECIDED, f"{why}; waited for {span(waited)}", "nothing yet")
    said = why or "it says of itself that it cannot be believed"
    return Judged(State.NO_DATA, f"{said} ({quality.value})", NO_DATA)


def _newer(judged: Judged, reading: Reading | None, moment: Moment) -> Judged:
    """Let a target be met only by evidence from after the soak, but where nothing can change it.

    A miss stands whatever its evidence's age: what protects does not wait.
    """
    written = reading.as_of if reading is not None else None
    waits = judged.state is State.MET and moment.soaked and not judged.certain
    if written is None or not waits or written >= moment.hold_ended_at:
        return judged
    local = written.astimezone(ZoneInfo(moment.zone))
    old = f"{judged.reason}; written {day(local.date())}, before the soak ended: newer data decides"
    return replace(judged, state=State.UNDECIDED, reason=old, old=True)


def _in_grace(criterion: Criterion, reading: Reading | None, moment: Moment) -> bool:
    """Tell whether data that is late is still waited for: since it was heard, or since launch."""
    if not isinstance(criterion, Dated) or (reading is not None and not reading.cohort):
        return False
    heard = reading.as_of if reading is not None else None
    if heard is None:
        return moment.today - moment.launched_on <= criterion.grace
    return not moment.older_than_restart(heard) and moment.now - heard <= criterion.grace


def _too_early(criterion: Criterion, reading: Reading | None, moment: Moment) -> bool:
    """Tell whether nothing need be there yet: log-ins from day 2 on, all else at the soak's end."""
    if reading is not None and not reading.cohort:
        return False
    return moment.day == 1 if isinstance(criterion, Adopted | Active) else not moment.soaked


def _does(criterion: Criterion, state: State, moment: Moment) -> Does:
    """Say what a judged criterion that decides does to the phase."""
    match state:
        case State.MET:
            return "note"
        case State.MISSED:
            return _early(criterion.on_miss) if _answers(criterion, moment) else criterion.on_miss
        case State.UNDECIDED:
            return "hold"
        case State.NO_DATA:
            # Where a miss would stop the phase, not seeing it may not let it run on. Only what
            # was measured can send people back, so that missing data pauses at most.
            stops = criterion.on_miss in {"pause", "roll_back"}
            return "pause" if stops and _may_miss(criterion, moment) else "hold"


def _answers(criterion: Criterion, moment: Moment) -> bool:
    return isinstance(criterion, Survey) and not moment.soaked


def _early(does: Does) -> Does:
    """Give what a survey's certain miss does before the soak's end: it holds at most.

    Silence then only holds, too: if a miss did more, losing the answers would make it better.
    """
    return "note" if does == "note" else "hold"


def _may_miss(criterion: Criterion, moment: Moment) -> bool:
    """Tell whether a miss can be certain by now."""
    if moment.soaked or not isinstance(criterion, Adopted):
        return moment.soaked
    goal_ends = moment.launched_on + timedelta(days=criterion.goal.days)
    last_start = min(moment.soak_ends_on, goal_ends) - timedelta(days=criterion.days)
    return moment.today > last_start
