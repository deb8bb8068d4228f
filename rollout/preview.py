"""What a plan will do, day by day, by the same planner that real runs ask.

It assumes that every step succeeds, everybody attends and answers, every item is confirmed, and
each phase passes on the last day of its soak.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from config.names import Language, Notice
from config.plan import Plan
from rollout.calendar import aware, local_day
from rollout.founding import first_dates
from rollout.moves import new_dates, new_end, next_move
from rollout.people import Person
from rollout.phase_day import PhaseDay
from rollout.phases import OVER, Dates, Move, PhaseNow, State, Verb
from rollout.planning import due_steps
from rollout.readiness import blockers
from rollout.snapshot import AccountNow, Snapshot
from rollout.steps import Kind, Step, StepNow, StepState
from rollout.trainings import session_of

DAYS_AT_MOST = 400
ROUNDS_AT_MOST = 20
"""Rounds of steps and moves of one phase in one tick; a phase makes a handful."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens on a day: a transition, a new date, or steps of one kind."""

    day: date
    phase: str
    what: str
    """`notice.<name>` or another kind of step; else `phase.<verb>` or `phase.moved`."""
    count: int = 1
    why: str = ""
    languages: Mapping[Language, int] = field(default_factory=dict)
    """Of mails: how many in each language."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a plan will do."""

    people: tuple[Person, ...]
    dates: Mapping[str, Dates]
    """By phase, the decommission among them: as they stand once all is walked."""
    happenings: tuple[Happening, ...]
    mails: Mapping[str, int]
    """Mails by person key, for everybody in scope."""
    most_a_day: int
    """Mails to one person on one day, at most."""
    stuck: tuple[tuple[str, str], ...] = ()
    """Phase and reason where something keeps it from launching; the days after are not walked."""

    def on(self, day: date) -> list[Happening]:
        """Give what happens on one day."""
        return [h for h in self.happenings if h.day == day]


def founded(plan: Plan, people: Sequence[Person], now: datetime) -> Snapshot:
    """Give the snapshot of a rollout as if it had just been applied."""
    dates = first_dates(plan, people)
    phases = {n: PhaseNow(n, State.PLANNED, 1, when, now) for n, when in dates.items()}
    return Snapshot(plan.rollout, False, False, {p.key: p for p in people}, phases, {})  # noqa: FBT003


def preview(plan: Plan, snapshot: Snapshot, now: datetime) -> Preview:
    """Walk from a snapshot to the last phase's passing, one tick now and one each morning."""
    walk = _Walk(plan, snapshot)
    today = local_day(now, plan.zone)
    for ahead in range(DAYS_AT_MOST):
        day = today + timedelta(days=ahead)
        walk.tick(now if ahead == 0 else aware(day, plan.organisation.morning.at, plan.zone))
        if walk.stuck or walk.over:
            break
    return walk.result()


def as_if(plan: Plan, snapshot: Snapshot, now: datetime) -> tuple[Snapshot, list[Step]]:
    """Give the rollout as if all that is due by now had happened, and the mails of just now."""
    walk = _Walk(plan, snapshot)
    walk.work(now)
    return walk.snapshot, walk.mailed


class _Walk:
    """A rollout that moves through simulated days; every step succeeds."""

    def __init__(self, plan: Plan, snapshot: Snapshot) -> None:
        items = frozenset(i for p in plan.phases for i in plan.checklist_of(p))
        self.plan = plan
        self.people = dict(snapshot.people)
        self.steps = dict(snapshot.steps)
        self.accounts = dict(snapshot.accounts)
        self.phases = dict(snapshot.phases)
        self.trained = set(snapshot.trained)
        self.answered = set(snapshot.answered)
        self.asked = dict(snapshot.asked)
        self.sessions: dict[str, datetime] = {}
        self.mails: Counter[str] = Counter()
        self.mails_of_day: Counter[tuple[date, str]] = Counter()
        self.mailed: list[Step] = []
        self.happenings: list[Happening] = []
        self.stuck: list[tuple[str, str]] = []
        # The mappings are this walk's own: what it notes in them, the snapshot shows.
        self.snapshot = replace(
            snapshot,
            people=self.people,
            steps=self.steps,
            accounts=self.accounts,
            phases=self.phases,
            asked=self.asked,
            paused=False,
            confirmed=items | snapshot.confirmed,
        )

    @property
    def over(self) -> bool:
        """Whether no phase has anything before it."""
        done = OVER | {State.ABANDONED}
        return all(self.phases[p.name].state in done for p in self.plan.phases)

    def tick(self, now: datetime) -> None:
        """Do a day's work: steps and moves of each phase until nothing is due, then new dates."""
        self.work(now)
        self._redate(now)

    def work(self, now: datetime) -> None:
        """Do steps and moves of each phase until nothing is due."""
        self.trained |= {key for key, ends in self.sessions.items() if ends <= now}
        self.snapshot = replace(
            self.snapshot, trained=frozenset(self.trained), answered=frozenset(self.answered)
        )
        for phase in self.plan.phases:
            day = PhaseDay(self.plan, self.snapshot, phase, now)
            self._work(day)

    def _work(self, day: PhaseDay) -> None:
        for _ in range(ROUNDS_AT_MOST):
            steps = due_steps(day.plan, self.snapshot, day.phase.name, day.now)
            self._do(day, steps)
            # As in a real tick: what is due is done, and then the gate looks.
            move = next_move(day) or (None if steps else self._pass(day))
            if move is not None:
                self._move(day, move)
            elif not steps:
                return
        msg = f"{day.phase.name}: still at work after {ROUNDS_AT_MOST} rounds on {day.today}"
        raise RuntimeError(msg)

    def _pass(self, day: PhaseDay) -> Move | None:
        ends = day.at.dates.soak_ends_on
        if day.at.state is not State.LIVE or ends is None or day.today < ends:
            return None
        return day.at.move(Verb.PASS_GATE, "assumed: the gate is met on the soak's last day")

    def _move(self, day: PhaseDay, move: Move) -> None:
        at = self.phases[move.phase]
        self.phases[move.phase] = replace(at, state=move.end, attempt=move.attempt, since=day.now)
        what = f"phase.{move.verb}"
        self.happenings.append(Happening(day.today, move.phase, what, 1, move.reason))

    def _do(self, day: PhaseDay, steps: Iterable[Step]) -> None:
        by_kind: dict[str, list[Step]] = {}
        for step in steps:
            self.steps[step.key] = StepNow(StepState.DONE, day.now)
            self._effect(day, step)
            by_kind.setdefault(step.kind, []).append(step)
        for kind, done in by_kind.items():
            self.happenings.append(
                Happening(
                    day.today, day.phase.name, kind, len(done), languages=self._languages(done)
                )
            )

    def _effect(self, day: PhaseDay, step: Step) -> None:
        if step.person is None:
            return
        if step.is_notice:
            self.mailed.append(step)
            self.mails[step.person] += 1
            self.mails_of_day[day.today, step.person] += 1
            self._attend_or_answer(day, step, self.people[step.person])
        elif step.kind == Kind.CREATE:
            self.accounts[step.person] = AccountNow(step.person, True, False, False)  # noqa: FBT003
        elif step.kind in {Kind.ACTIVATE, Kind.CLOSE}:
            opened = step.kind == Kind.ACTIVATE
            now = replace(self.accounts[step.person], active=opened, activated_on=day.today)
            self.accounts[step.person] = now

    def _attend_or_answer(self, day: PhaseDay, step: Step, person: Person) -> None:
        if step.kind == f"notice.{Notice.SURVEY}":
            self.asked[person.key] = day.now
            if step.occurrence != "baseline":
                self.answered.add(person.key)
        if step.kind == f"notice.{Notice.TRAINING}":
            place = self.snapshot.place(person)
            week = max(1, day.week)
            session = session_of(day.plan, day.phase, day.at.dates, person, place, week)
            if session is not None:
                self.sessions[person.key] = session.starts + timedelta(minutes=session.minutes)

    def _languages(self, steps: Iterable[Step]) -> dict[Language, int]:
        mails = (s for s in steps if s.is_notice and s.person)
        return dict(Counter(self.people[s.person].entry.language for s in mails if s.person))

    def _redate(self, now: datetime) -> None:
        days = {p.name: PhaseDay(self.plan, self.snapshot, p, now) for p in self.plan.phases}
        for new in new_dates(self.plan, days):
            day = days[new.phase]
            missing = blockers(day)
            if missing and day.at.dates.launch and day.today >= day.at.dates.launch:
                self.stuck += [(new.phase, said) for said in missing]
            self.phases[new.phase] = replace(self.phases[new.phase], dates=new.dates)
            what = Happening(day.today, new.phase, "phase.moved", 1, new.reason)
            self.happenings.append(what)
        end = new_end(self.plan, self.snapshot)
        if end is not None:
            self.phases[end.phase] = replace(self.phases[end.phase], dates=end.dates)

    def result(self) -> Preview:
        """Give what was walked."""
        scope = [p for p in self.people.values() if p.in_scope]
        return Preview(
            people=tuple(self.people.values()),
            dates={name: at.dates for name, at in self.phases.items()},
            happenings=tuple(self.happenings),
            mails={p.key: self.mails[p.key] for p in scope},
            most_a_day=max(self.mails_of_day.values(), default=0),
            stuck=tuple(self.stuck),
        )
