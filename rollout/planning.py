"""The one planner: which steps of a phase are due. Preview, real runs and rehearsal ask it.

Each rule below yields the steps of one kind; a step the ledger has settled is not due again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.names import Notice
from config.plan import Phase, Plan
from rollout.calendar import country_of, is_working, local_day, monday_of, next_working
from rollout.ceremony import Ceremony
from rollout.people import Person
from rollout.phases import DECOMMISSION, PhaseNow, State
from rollout.schedule import countries_of
from rollout.snapshot import Snapshot
from rollout.steps import Kind, Step
from rollout.trainings import session_of

_BEFORE = frozenset({State.PLANNED, State.PREPARING, State.READY})
_PREPARED = frozenset({State.PREPARING, State.READY, State.LIVE, State.PASSED})
_OPEN = frozenset({State.LIVE, State.PASSED})
_STOPPED = frozenset({State.PAUSED, State.ROLLING_BACK, State.ROLLED_BACK, State.ABANDONED})
_TOLD_AFTER = timedelta(hours=12)
LATE = timedelta(days=6)
"""For how long a weekly mail that is late is still sent; then the next week's is near."""


@dataclass(frozen=True)
class PhaseDay:
    """One phase on one day: what every rule reads."""

    plan: Plan
    snapshot: Snapshot
    phase: Phase
    now: datetime

    @property
    def today(self) -> date:
        """The local day of the rollout."""
        return local_day(self.now, self.plan.zone)

    @property
    def at(self) -> PhaseNow:
        """Where the phase stands."""
        return self.snapshot.phases[self.phase.name]

    @property
    def ceremony(self) -> Ceremony:
        """The ceremony of the organisation's size."""
        return self.snapshot.ceremony

    def step(self, kind: str, person: str | None, occurrence: str = "-") -> Step:
        """Make a step of this phase's present attempt."""
        return Step(kind, self.phase.name, person, self.at.attempt, occurrence, self.now)

    def notice(self, notice: Notice, person: str, occurrence: str = "-") -> Step:
        """Make a mail of this phase's present attempt."""
        return self.step(f"notice.{notice}", person, occurrence)

    def happened(self, step: Step) -> bool:
        """Whether a step is done."""
        return self.snapshot.done(step.key)

    def begun(self, step: Step) -> bool:
        """Whether the ledger has a step: one that a dead worker began is ended, not forgotten."""
        return step.key in self.snapshot.steps

    @property
    def week(self) -> int:
        """The week of the phase, 1 in launch week."""
        launch = self.at.dates.launch or self.today
        return (monday_of(self.today) - monday_of(launch)).days // 7 + 1


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
            return _UNDONE if day.snapshot.paused else (*_UNDONE, _leavers)
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
        for p in members:
            told = day.snapshot.steps.get(day.notice(Notice.ANNOUNCEMENT, p.key).key)
            if told is not None and told.at < day.now - _TOLD_AFTER:
                yield day.notice(Notice.SURVEY, p.key, "baseline")


def _creations(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    if day.at.state in _PREPARED:
        for p in members:
            step = day.step(Kind.CREATE, p.key)
            if p.key not in day.snapshot.accounts or day.begun(step):
                yield step


def _reminders(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Remind of a date that still stands: one that has to move is told of when it has moved."""
    launch, ahead = day.at.dates.launch, day.plan.notices.remind_days
    if launch and ahead and day.at.state in _BEFORE and not _in_doubt(day, launch):
        reminder = launch - timedelta(days=ahead)
        if reminder <= day.today < launch:
            sequence = day.at.dates.sequence
            for p in members:
                if p.joined_on < reminder:
                    yield day.notice(Notice.REMINDER, p.key, f"d{sequence}")


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
    for p in members:
        if p.key not in day.snapshot.trained:
            week = max(1, day.week)
            session = session_of(day.plan, day.phase, day.at.dates, p, members, week)
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


def _week_due(day: PhaseDay, site: str, weekday: int) -> tuple[int, date] | None:
    """Give the week whose mail of a weekday is due at a site, and since when.

    Due on that day, or the next working day where it is a public holiday there; and for LATE days,
    should no tick have run. None on a day nobody works.
    """
    launch, country = day.at.dates.launch, country_of(day.plan.organisation.sites[site].zone)
    countries = [country] if country else []
    if launch is None or not is_working(day.today, countries):
        return None
    for week in (day.week, day.week - 1):
        nominal = monday_of(launch) + timedelta(weeks=week - 1, days=weekday - 1)
        since = next_working(max(nominal, launch), countries)
        if week >= 1 and since <= day.today < since + LATE:
            return week, since
    return None


def _weeks_due(
    day: PhaseDay, members: list[Person], weekday: int
) -> Iterator[tuple[Person, int, date]]:
    """Give the people a weekly mail is due to, with the week and since when."""
    sites = {p.entry.site for p in members}
    due = {site: _week_due(day, site, weekday) for site in sites}
    for p in members:
        found = due[p.entry.site]
        if found is not None and _is_active(day, p):
            yield p, *found


def _is_surveyed(day: PhaseDay, week: int) -> bool:
    return week >= day.phase.weeks and day.plan.notices.survey_url is not None


def _surveys(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """In the phase's last week, and each week it holds, ask those who have not answered."""
    if day.at.state is not State.LIVE:
        return
    for p, week, _ in _weeks_due(day, members, day.plan.notices.survey_on):
        if p.key not in day.snapshot.answered and _is_surveyed(day, week):
            yield day.notice(Notice.SURVEY, p.key, f"w{week}")


def _weeklies(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """One a week; where one mail a week is the measure, the survey takes its place."""
    if day.at.state is not State.LIVE:
        return
    for p, week, since in _weeks_due(day, members, day.plan.notices.weekly_on):
        opened = day.snapshot.accounts[p.key].activated_on
        if day.ceremony.mails_a_week == 1 and _is_surveyed(day, week):
            continue
        # Who began after the day is told of their own first week, not of the one before.
        if opened is None or opened <= since:
            yield day.notice(Notice.WEEKLY, p.key, f"w{week}")


def _is_active(day: PhaseDay, person: Person) -> bool:
    return day.happened(day.step(Kind.ACTIVATE, person.key))


def _leavers(day: PhaseDay, _members: list[Person]) -> Iterator[Step]:
    """Close what we opened for those who left."""
    for p in day.snapshot.people.values():
        account = day.snapshot.accounts.get(p.key)
        step = day.step(Kind.CLOSE, p.key, "left")
        left = p.phase == day.phase.name and p.left_on
        if left and account and account.ours and (account.active or day.begun(step)):
            yield step


def _closings(day: PhaseDay, _members: list[Person]) -> Iterator[Step]:
    """Rolling back: every account as it was found, whoever it belongs to by now.

    One that was open before stays so; its step records that, and that its owner has not moved.
    """
    for p in day.snapshot.people.values():
        account = day.snapshot.accounts.get(p.key)
        step = day.step(Kind.CLOSE, p.key, "rollback")
        if p.phase != day.phase.name or account is None:
            continue
        touched = account.activated_on is not None if account.was_active else account.active
        if touched or day.begun(step):
            yield step


def _reopenings(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    for p in members:
        if day.happened(day.step(Kind.CLOSE_OLD, p.key)):
            yield day.step(Kind.REOPEN_OLD, p.key)


def _rollback_notices(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Whoever was told of the phase is told of its end, if need be after all is undone."""
    for p in members:
        if day.happened(day.notice(Notice.ANNOUNCEMENT, p.key)):
            yield day.notice(Notice.ROLLBACK, p.key)


def _decommissions(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """Once the old system's end is asked for, everybody is told, before it is frozen."""
    end = day.snapshot.phases.get(DECOMMISSION)
    asked = any(order.kind == "retire" for order in day.snapshot.orders)
    if end is None or day.at.state is not State.PASSED or end.state is State.RETIRED:
        return
    if asked or end.state is not State.PLANNED:
        yield from (day.notice(Notice.DECOMMISSION, p.key) for p in members)


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
    _surveys,
    _weeklies,
    _leavers,
    _decommissions,
    _celebrations,
)
_UNDOING: tuple[Rule, ...] = (_reopenings, _closings, _rollback_notices)
_UNDONE: tuple[Rule, ...] = (_rollback_notices,)
"""A notice whose fate turns out after the rolling back is over may still be owed."""
