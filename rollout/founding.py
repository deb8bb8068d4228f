"""What a rollout begins with: its people, the phase of each, and every phase's first dates."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from config.plan import Phase, Plan, Who
from rollout.cohorts import assign
from rollout.people import Entry, Person
from rollout.phases import DECOMMISSION, Dates, PhaseNow, State
from rollout.schedule import countries_of, freeze_from, schedule
from rollout.skips import MAY_SKIP, how_to_skip

Place = tuple[str | int, ...]
DEPARTMENTS_SHOWN_AT_MOST = 8


def people_of(plan: Plan, entries: Sequence[Entry], joined_on: date) -> list[Person]:
    """Give the people of a new rollout with keys p00001 and on, each in a phase or left out.

    Those the directory has as suspended or gone are no part of it.
    """
    why = {address.lower(): reason for address, reason in plan.exclude.items()}
    found = [
        Person(f"p{number:05}", entry, joined_on, excluded=why.get(entry.email.lower()))
        for number, entry in enumerate((e for e in entries if e.active), 1)
    ]
    return chosen(plan, found)


def chosen(plan: Plan, people: Iterable[Person]) -> list[Person]:
    """Give the people with the phase each moves in; one who is left out has none."""
    everyone = list(people)
    phases = assign(plan, everyone)
    return [
        p.moving_in(*phases[p.key]) if p.key in phases else replace(p, phase=None, reason="")
        for p in everyone
    ]


def first_dates(plan: Plan, people: Sequence[Person]) -> dict[str, Dates]:
    """Give every phase's first dates, in the plan's order, the decommission's last."""
    countries = {p.name: countries_of(plan, people, p.name) for p in plan.phases}
    dates = schedule(plan, countries)
    return dates | {DECOMMISSION: freeze_dates(plan, dates)}


def freeze_dates(plan: Plan, dates: Mapping[str, Dates], sequence: int = 0) -> Dates:
    """Give when the freeze may come, after the last phase of `dates`; open while its end is."""
    ends = next(
        (dates[p.name].soak_ends_on for p in reversed(plan.phases) if p.name in dates), None
    )
    return Dates(freeze_from(plan, ends) if ends else None, None, sequence)


def past(
    plan: Plan, today: date, begun: frozenset[str] = frozenset()
) -> Iterator[tuple[Place, str]]:
    """Give each stated date that is over although what it dates has not begun."""
    if plan.start < today and plan.phases[0].name not in begun:
        yield ("start",), f"{plan.start} is past (today is {today}); choose a later day"
    for number, phase in enumerate(plan.phases):
        if phase.launch is not None and phase.launch < today and phase.name not in begun:
            said = f"{phase.launch} is past (today is {today}); choose a later day"
            yield ("phases", number, "launch"), said
    if DECOMMISSION not in begun:
        yield from _past_of_the_end(plan, today)


def _past_of_the_end(plan: Plan, today: date) -> Iterator[tuple[Place, str]]:
    renews, until = plan.old_system.renews, plan.decommission.archive.keep_until
    if renews is not None and renews < today:
        said = f"{renews} is past (today is {today}); write when it renews next"
        yield ("old_system", "renews"), said
    if until is not None and until <= today:
        said = f"{until} is past (today is {today}); write until when"
        yield ("decommission", "archive", "keep_until"), said


def nobody(
    plan: Plan, people: Iterable[Person], standing: Mapping[str, PhaseNow] | None = None
) -> Iterator[tuple[Place, str]]:
    """Give each phase that nobody is in, and how many people move in none.

    `standing`: where the phases are that are recorded. One of them can be skipped, and of one that
    is over, or was rolled back, nothing is asked.
    """
    scope = [p for p in people if p.in_scope]
    moving = {p.phase for p in scope}
    for number, phase in enumerate(plan.phases):
        at = (standing or {}).get(phase.name)
        if phase.name in moving or (at is not None and at.state not in MAY_SKIP):
            continue
        ways = [how_to_skip(phase.name)] if at else []
        if at is None or at.state is State.PLANNED:
            ways.append(f"change who, or drop it{_there(phase, scope)}")
        yield ("phases", number, "who"), f"nobody is in {phase.name}; {'; or '.join(ways)}"
    left = sum(1 for p in scope if p.phase is None)
    if left:
        said = f"{left} of {len(scope)} people are in no phase; let the last be everyone-else"
        yield ("phases",), said


def _there(phase: Phase, scope: Iterable[Person]) -> str:
    """Name the departments there are, where a phase asks for one that is none."""
    if not isinstance(phase.who, Who) or phase.who.department is None:
        return ""
    found = sorted({p.entry.department for p in scope if p.entry.department})
    named = ", ".join(found[:DEPARTMENTS_SHOWN_AT_MOST]) or "none"
    more = ", ..." if len(found) > DEPARTMENTS_SHOWN_AT_MOST else ""
    return f" (departments in the people's files: {named}{more})"
