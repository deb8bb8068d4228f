"""The one planner: which steps of a phase are due. Preview, real runs and rehearsal ask it.

Each rule below yields the steps of one kind; a step the ledger has settled is not due again.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from config.names import Notice
from config.plan import Plan
from rollout.calendar import monday_of, next_working
from rollout.people import Person
from rollout.phase_day import PhaseDay
from rollout.phases import DECOMMISSION, OVER, State
from rollout.quarters import is_asked, is_large
from rollout.schedule import countries_of, last_look
from rollout.snapshot import Snapshot
from rollout.steps import Kind, Step
from rollout.trainings import session_of
from rollout.undoing import closings, leavers, reopenings, rollback_notices
from rollout.weekly import surveys, weeklies

_BEFORE = frozenset({State.PLANNED, State.PREPARING, State.READY})
_PREPARED = frozenset({State.PREPARING, State.READY, State.LIVE, State.PASSED})
_OPEN = frozenset({State.LIVE, State.PASSED})
_STOPPED = frozenset({State.PAUSED, State.ROLLING_BACK, State.ROLLED_BACK, State.ABANDONED})
_TOLD_AFTER = timedelta(hours=12)


Rule = Callable[[PhaseDay, list[Person]], Iterator[Step]]


def due_steps(plan: Plan, snapshot: Snapshot, phase: str, now: datetime) -> list[Step]:
    """Give the steps of a phase that are due and not settled, in the order they are to be done."""
    day = PhaseDay(plan, snapshot, plan.phase(phase), now)
    members = snapshot.members(phase)
    steps = [s for rule in _rules(day) for s in rule(day, members)]
    return [s for s in steps if not snapshot.over(s.key)]


def _rules(day: PhaseDay) -> "tuple[Rule, ...]":
    """Give the rules that hold where a phase stands; a pause leaves a recorded rollback's."""
    match day.at.state:
        case State.ROLLING_BACK:
            return _UNDOING
        case State.ROLLED_BACK | State.ABANDONED:
            return _UNDONE if day.snapshot.paused else (*_UNDONE, leavers)
        case State.SKIPPED:
            return () if day.snapshot.paused else (leavers,)
        case _:
            return () if day.snapshot.paused else _DOING


def _announcements(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Everybody is told when the first phase's preparing begins; joiners when they join."""
    begun = day.today >= day.plan.start - day.plan.prepare
    if begun and day.at.dates.launch and day.at.state in _BEFORE | _OPEN:
        yield from (day.notice(Notice.ANNOUNCEMENT, p.key) for p in members)


def _reschedulings(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Who was told of a date that moved since is told of the new one.

    The announcement of another attempt says that attempt's first dates itself.
    """
    at, sequence = day.at, day.at.dates.sequence
    if sequence == at.first_sequence or at.state not in _BEFORE:
        return
    for p in members:
        told = day.snapshot.steps.get(day.notice(Notice.ANNOUNCEMENT, p.key).key)
        if told is None or (at.moved_at is not None and told.at > at.moved_at):
            continue
        if told.at < day.now - _TOLD_AFTER:
            yield day.notice(Notice.RESCHEDULING, p.key, f"d{sequence}")


def _baseline(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    launch = day.at.dates.launch
    wanted = day.ceremony.baseline_survey and day.plan.notices.survey_url
    # What people thought before the rollout touched them: another attempt cannot ask that again.
    first = day.at.attempt == 1
    if wanted and launch and first and day.at.state is State.PREPARING and day.today < launch:
        large = is_large(day.snapshot, day.phase.name)
        for p in members:
            asked = day.notice(Notice.SURVEY, p.key, "baseline")
            told = day.snapshot.steps.get(day.notice(Notice.ANNOUNCEMENT, p.key).key)
            # Of a large phase those are asked whose next turn is a month away.
            before = monday_of(day.today) < monday_of(launch)
            turn = not large or (before and is_asked(day, asked, day.today))
            if told is not None and told.at < day.now - _TOLD_AFTER and turn:
                yield asked


def _creations(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    if day.at.state in _PREPARED:
        for p in members:
            step = day.step(Kind.CREATE, p.key)
            if p.key not in day.snapshot.accounts or day.begun(step):
                yield step


def _reminders(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Remind of a date that still stands: one that has to move is told of when it has moved."""
    launch, ahead = day.at.dates.launch, day.plan.notices.remind_days
    doubtful = launch and (_in_doubt(day, launch) or _about_to_move(day, launch))
    if launch and ahead and day.at.state in _BEFORE and not doubtful:
        reminder = launch - timedelta(days=ahead)
        if reminder <= day.today < launch:
            sequence = day.at.dates.sequence
            for p in members:
                if p.joined_on < reminder:
                    yield day.notice(Notice.REMINDER, p.key, f"d{sequence}")


def _about_to_move(day: PhaseDay, launch: date) -> bool:
    """Whether on the last look before a launch the phase before it has not passed.

    The date then moves at this tick's end: nobody is invited, or reminded, to one that is gone by
    the evening.
    """
    names = [phase.name for phase in day.plan.phases]
    before = names[: names.index(day.phase.name)]
    waits = any(day.snapshot.state(n) not in OVER for n in before)
    countries = countries_of(day.plan, list(day.snapshot.people.values()), day.phase.name)
    return waits and day.today >= last_look(launch, countries)


def _in_doubt(day: PhaseDay, launch: date) -> bool:
    """Whether a phase before this one keeps it from its date: stopped, or not over by then."""
    for phase in day.plan.phases:
        if phase.name == day.phase.name:
            return False
        at = day.snapshot.phases[phase.name]
        ends = at.dates.soak_ends_on
        if at.state in _STOPPED or (at.state in _BEFORE and ends is not None and ends >= launch):
            return True
    return False


def _invitations(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Invite to a session not yet begun; who missed it is invited to the next week's."""
    launch = day.at.dates.launch
    if launch is None or day.plan.training_of(day.phase) is None:
        return
    if day.at.state not in _PREPARED or day.at.state is State.PASSED:
        return
    if day.today < launch - timedelta(days=day.plan.notices.invite_days):
        return
    if day.at.state in _BEFORE and _about_to_move(day, launch):
        return
    for p in members:
        if p.key not in day.snapshot.trained:
            week = max(1, day.week)
            session = session_of(day.plan, day.phase, day.at.dates, p, day.snapshot.place(p), week)
            if session is not None and session.starts > day.now:
                yield day.notice(Notice.TRAINING, p.key, f"w{week}d{day.at.dates.sequence}")


def _back_up(day: PhaseDay, _members: list[Person]) -> Iterator[Step]:
    launch = day.at.dates.launch
    soon = launch is not None and day.today >= launch - timedelta(days=day.plan.notices.invite_days)
    if soon and day.plan.old_system.url and day.at.state in {State.PREPARING, State.READY}:
        yield day.step(Kind.BACK_UP, None)


def first_day(day: PhaseDay, person: Person) -> date | None:
    """Give the day a person may start: launch, or for a joiner the second working day after."""
    launch = day.at.dates.launch
    if launch is None or person.joined_on < launch:
        return launch
    countries = countries_of(day.plan, [person], day.phase.name)
    return next_working(person.joined_on + timedelta(days=2), countries)


def _activations(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Nobody is activated before their phase, nor before they were told."""
    if day.at.state not in _OPEN:
        return
    for p in members:
        starts = first_day(day, p)
        told = day.happened(day.notice(Notice.ANNOUNCEMENT, p.key))
        if starts and day.today >= starts and told and p.key in day.snapshot.accounts:
            yield day.step(Kind.ACTIVATE, p.key)


def _after_activation(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    if day.at.state not in _OPEN:
        return
    for p in members:
        if day.happened(day.step(Kind.ACTIVATE, p.key)):
            if day.plan.old_system.person is not None:
                yield day.step(Kind.CLOSE_OLD, p.key)
            yield day.notice(Notice.WELCOME, p.key)


def _decommissions(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Once the old system's end is asked for, everybody is told, before it is frozen.

    After a thaw its next end has other dates, of which everybody is told anew; and so is who was
    told of a first day that has moved since.
    """
    end = day.snapshot.phases.get(DECOMMISSION)
    asked = any(order.kind == "retire" for order in day.snapshot.orders)
    if end is None or day.at.state is not State.PASSED or end.state is State.RETIRED:
        return
    if asked or end.state is not State.PLANNED:
        told = _of_attempt(end.attempt)
        for p in members:
            first = day.notice(Notice.DECOMMISSION, p.key, told)
            yield first
            known = day.snapshot.steps.get(first.key)
            if known is not None and end.moved_at is not None and known.at < end.moved_at:
                moved = f"{told}d{end.dates.sequence}".removeprefix("-")
                yield day.notice(Notice.DECOMMISSION, p.key, moved)


def _of_attempt(attempt: int) -> str:
    return "-" if attempt == 1 else f"t{attempt}"


def _thaws(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Who was told that the old system closes is told that it stays, once it is thawed."""
    end = day.snapshot.phases.get(DECOMMISSION)
    if end is None or end.attempt == 1 or end.state is not State.PLANNED:
        return
    for p in members:
        told = day.notice(Notice.DECOMMISSION, p.key, _of_attempt(end.attempt - 1))
        if day.happened(told):
            yield day.notice(Notice.THAW, p.key, _of_attempt(end.attempt))


def _celebrations(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    end = day.snapshot.phases.get(DECOMMISSION)
    if end is not None and end.state is State.RETIRED and day.at.state is State.PASSED:
        yield from (day.notice(Notice.CELEBRATION, p.key) for p in members)


_DOING: tuple[Rule, ...] = (
    _announcements,
    _reschedulings,
    _baseline,
    _back_up,
    _creations,
    _reminders,
    _invitations,
    _activations,
    _after_activation,
    surveys,
    weeklies,
    leavers,
    _thaws,
    _decommissions,
    _celebrations,
)
_UNDOING: tuple[Rule, ...] = (reopenings, closings, rollback_notices)
_UNDONE: tuple[Rule, ...] = (rollback_notices,)
"""A notice whose fate turns out after the rolling back is over may still be owed."""
