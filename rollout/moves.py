"""Which transitions and changes of dates are due, before and after the gate has judged.

Orders of people (resume, roll back, try again, abandon) and verdicts become moves in `actions`;
here is what follows from dates and readiness alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from config.plan import Phase, Plan
from rollout.calendar import monday_after
from rollout.phase_day import PhaseDay
from rollout.phases import DECOMMISSION, OVER, Dates, Move, State, Verb
from rollout.planning import due_steps
from rollout.readiness import blockers
from rollout.retirement import freeze_on
from rollout.schedule import countries_of, dates_from, last_look
from rollout.snapshot import Snapshot
from rollout.steps import Kind

_NOT_LAUNCHED = frozenset({State.PLANNED, State.PREPARING, State.READY})


@dataclass(frozen=True, slots=True)
class NewDates:
    """A phase's dates move, and why."""

    phase: str
    dates: Dates
    reason: str


def next_move(day: PhaseDay) -> Move | None:
    """Give the transition of a phase that dates and readiness make due, if any."""
    at, today = day.at, day.today
    if day.snapshot.paused and at.state is not State.ROLLING_BACK:
        return None
    if at.state is State.ROLLING_BACK:
        return _finish_roll_back(day)
    launch = at.dates.launch
    if launch is None:
        return None
    if at.state is State.PLANNED and today >= launch - day.plan.prepare:
        return at.move(Verb.PREPARE, f"launch is on {launch}")
    if at.state is State.PREPARING and not blockers(day):
        return at.move(Verb.BE_READY, "the launch checklist is complete")
    ready = at.state is State.READY and today >= launch and not _waits_for(day)
    if ready and day.plan.frozen_on(today) is None:
        return at.move(Verb.LAUNCH, f"launch day is {launch}")
    return None


def _finish_roll_back(day: PhaseDay) -> Move | None:
    if due_steps(day.plan, day.snapshot, day.phase.name, day.now):
        return None
    undone = (f"{kind}:{day.phase.name}:" for kind in (Kind.CLOSE, Kind.REOPEN_OLD))
    unknown = [k for k in day.snapshot.unknown() if k.startswith(tuple(undone))]
    return None if unknown else day.at.move(Verb.FINISH_ROLL_BACK, "everything is as it was found")


def _waits_for(day: PhaseDay) -> Phase | None:
    """Give what before this phase keeps it from launching: every earlier one is over."""
    for phase in day.plan.phases:
        if phase.name == day.phase.name:
            return None
        if day.snapshot.state(phase.name) not in OVER:
            return phase
    return None


def new_dates(plan: Plan, day_of: Mapping[str, PhaseDay]) -> list[NewDates]:
    """Give the dates that move: whatever holds moves everything after it.

    A phase moves by a week when on its last look the one before has not passed (whether it holds,
    is paused or is rolled back), or when on launch day it is not ready. Where that one lacks an
    approval alone, the day of the last look is there to give it: the next morning counts.
    """
    changed: list[NewDates] = []
    earliest: date | None = None
    for phase in plan.phases:
        day = day_of[phase.name]
        ends = day.at.dates.soak_ends_on
        if day.at.state is State.ABANDONED:
            return changed
        if day.at.state is State.SKIPPED:
            continue  # it takes up no time
        if day.at.state in _NOT_LAUNCHED:
            moved = _moved(day, earliest)
            if moved is not None:
                changed.append(moved)
                ends = moved.dates.soak_ends_on
        earliest = monday_after(max(ends, earliest or ends)) if ends else earliest
    return changed


def new_end(plan: Plan, snapshot: Snapshot) -> NewDates | None:
    """Give the old system's end another first day where what comes before it has moved."""
    end, day = snapshot.phases.get(DECOMMISSION), freeze_on(plan, snapshot)
    if end is None or end.state is not State.PLANNED or day in {None, end.dates.launch}:
        return None
    dates = Dates(day, None, end.dates.sequence + 1)
    return NewDates(DECOMMISSION, dates, "what comes before it moved")


def _moved(day: PhaseDay, earliest: date | None) -> NewDates | None:
    dates, phase = day.at.dates, day.phase
    countries = countries_of(day.plan, list(day.snapshot.people.values()), phase.name)
    wanted, reason = dates.launch, ""
    if wanted is None:
        return None
    if late := _late(day, wanted, countries):
        wanted, reason = wanted + timedelta(weeks=1), late
    if earliest and wanted < earliest:
        wanted, reason = earliest, reason or "the phase before it moved"
    if not reason:
        return None
    return NewDates(
        phase.name, dates_from(day.plan, phase, wanted, countries, dates.sequence + 1), reason
    )


def retry_dates(day: PhaseDay) -> NewDates:
    """Give the dates of a rolled-back phase's next attempt: from the Monday after next week."""
    countries = countries_of(day.plan, list(day.snapshot.people.values()), day.phase.name)
    wanted = monday_after(day.today + timedelta(days=day.plan.notices.remind_days))
    sequence = day.at.dates.sequence + 1
    dates = dates_from(day.plan, day.phase, wanted, countries, sequence)
    return NewDates(day.phase.name, dates, "a person decided to try again")


def _only_to_approve(day: PhaseDay, phase: Phase) -> bool:
    """Whether a phase lacks an approval alone: people have that day to give it in."""
    live = day.snapshot.state(phase.name) is State.LIVE
    return live and phase.name in day.snapshot.unapproved


def _late(day: PhaseDay, launch: date, countries: frozenset[str]) -> str | None:
    before = _waits_for(day)
    last = last_look(launch, countries)
    if before and (day.today > last or (day.today == last and not _only_to_approve(day, before))):
        return f"{before.words} has not passed"
    freeze = day.plan.frozen_on(launch)
    if freeze is not None and day.today >= last:
        return f"nothing launches in a freeze ({freeze.why})"
    if day.today >= launch and day.at.state is not State.READY:
        missing = blockers(day)
        return missing[0] if missing else None
    return None
