"""What a day asks of each phase, and what only a person can settle."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from config.plan import Plan
from rollout.calendar import local_day
from rollout.moves import next_move
from rollout.only_to import mails_to_one
from rollout.phase_day import PhaseDay
from rollout.phases import DECOMMISSION, OVER, PhaseNow, State
from rollout.planning import due_steps
from rollout.probe import worrying
from rollout.readiness import blockers
from rollout.renewal import NOTICE_GIVEN, countdown_words, is_pressing
from rollout.skips import how_to_skip, is_empty
from rollout.snapshot import Snapshot

WATCHED = timedelta(weeks=4)
SOON = timedelta(days=4)
ONE_ADDRESS = "every mail goes to one address, and nothing else has any effect"
_WAITS = {
    State.PAUSED: "is paused: `changeover resume` or `changeover roll-back {name}`",
    State.ROLLED_BACK: "is rolled back: `changeover decide {name} try-again` or `abandon`",
}


@dataclass(frozen=True, slots=True)
class Today:
    """One phase on one day."""

    phase: str
    words: str
    """The phase as people say it."""
    state: State
    day: int | None
    """Day of the phase, launch day is 1; None before its launch and while that is open."""
    kinds: frozenset[str]
    """Kinds of the steps that are due."""
    judged: bool
    """Whether the gate looks at it today."""
    trains: bool
    """Whether its training runs."""
    moves: bool
    """Whether dates and readiness alone make a transition due."""

    @property
    def due(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.kinds) or self.judged or self.moves


def agenda(plan: Plan, snapshot: Snapshot, now: datetime) -> list[Today]:
    """Give every phase's day, in the plan's order."""
    days = [_today(PhaseDay(plan, snapshot, phase, now)) for phase in plan.phases]
    return _only_mails(plan, snapshot, days, now) if snapshot.only_to else days


def _only_mails(plan: Plan, snapshot: Snapshot, days: list[Today], now: datetime) -> list[Today]:
    """Leave of each day the mails to one address: all else is withheld."""
    _, steps = mails_to_one(plan, snapshot, now)
    kinds = {d.phase: {s.to_the_person().kind for s in steps if s.phase == d.phase} for d in days}
    return [
        replace(d, kinds=frozenset(kinds[d.phase]), judged=False, trains=False, moves=False)
        for d in days
    ]


def _today(day: PhaseDay) -> Today:
    launch, state = day.at.dates.launch, day.at.state
    launched = launch is not None and state in {State.LIVE, State.PASSED, State.PAUSED}
    number = (day.today - launch).days + 1 if launched and launch else None
    steps = due_steps(day.plan, day.snapshot, day.phase.name, day.now)
    return Today(
        phase=day.phase.name,
        words=day.phase.words,
        state=state,
        day=number,
        kinds=frozenset(s.kind for s in steps),
        judged=is_judged(day.at, day.today),
        trains=state is State.LIVE and day.plan.training_of(day.phase) is not None,
        moves=next_move(day) is not None,
    )


def is_judged(at: PhaseNow, today: date) -> bool:
    """Whether a phase is looked at: live, or passed and its people's four weeks not over.

    No pause, of the phase or of the rollout, takes the brake off a phase that is live.
    """
    if at.dates.launch is None or today < at.dates.launch:
        return False
    watched = today <= at.dates.launch + WATCHED
    live = State.LIVE in (at.state, at.paused_from)
    return live or (at.state is State.PASSED and watched)


def ends(plan: Plan, snapshot: Snapshot) -> bool:
    """Whether the old system's end is at hand: every phase is over, or it has begun already."""
    at = snapshot.phases.get(DECOMMISSION)
    if snapshot.only_to is not None or at is None or at.state is State.RETIRED:
        return False
    over = all(snapshot.state(p.name) in OVER | {State.ABANDONED} for p in plan.phases)
    return over or at.state is not State.PLANNED


def needs(plan: Plan, snapshot: Snapshot, now: datetime) -> list[str]:
    """Say what goes no further without a person, each with what to do about it."""
    found = [
        f"the fate of {k} is unknown: `changeover unknown resolve`" for k in snapshot.unknown()
    ]
    if snapshot.only_to is not None:
        found.append(f"{ONE_ADDRESS}: `changeover go` lets it begin")
    if snapshot.paused:
        found.append("the rollout is paused: `changeover resume`")
    for phase in plan.phases:
        day = PhaseDay(plan, snapshot, phase, now)
        if words := _WAITS.get(day.at.state):
            found.append(f"{phase.words} {words.format(name=phase.name)}")
        found += _empty(day) if is_empty(snapshot, day.at) else _late(day)
    if said := worrying(snapshot.probe):
        found.append(said)
    if is_pressing(plan, snapshot, now):
        told = countdown_words(plan, snapshot, now)
        found.append(f"{told}: `changeover confirm {NOTICE_GIVEN}` once notice is given")
    end = snapshot.phases.get(DECOMMISSION)
    if end is not None and end.state is State.PAUSED:
        found.append("the decommission is paused: `changeover resume`")
    return found


def _empty(day: PhaseDay) -> list[str]:
    """Say that nobody is in a phase, once its preparing is due: until then people may join."""
    launch = day.at.dates.launch
    if day.at.state is State.PLANNED and launch and day.today < launch - day.plan.prepare:
        return []
    return [f"nobody is in {day.phase.words}: {how_to_skip(day.phase.name)}"]


def _late(day: PhaseDay) -> list[str]:
    """Give what is missing from a phase that should launch in the next days."""
    launch = day.at.dates.launch
    if day.at.state is not State.PREPARING or launch is None or day.today < launch - SOON:
        return []
    return [f"{day.phase.words} launches on {launch}, but {b}" for b in blockers(day)]


def to_confirm(plan: Plan, snapshot: Snapshot, now: datetime) -> list[str]:
    """Give the checklist items, `phase/item`, that phases being prepared still wait for."""
    today = local_day(now, plan.zone)
    soon = [
        p
        for p in plan.phases
        if snapshot.state(p.name) in {State.PLANNED, State.PREPARING}
        and (launch := snapshot.phases[p.name].dates.launch) is not None
        and today >= launch - plan.prepare
    ]
    return [i for p in soon for i in plan.checklist_of(p) if i not in snapshot.confirmed]
