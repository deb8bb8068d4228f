"""When each phase launches and is judged."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from config.plan import Phase, Plan
from rollout.calendar import DAY, monday_after, next_working, previous_working
from rollout.people import Person
from rollout.phases import Dates

FRIDAY_BEFORE_NEXT = 3
WEEK = timedelta(days=7)


def countries_of(plan: Plan, people: Collection[Person], phase: str) -> frozenset[str]:
    """Give the countries whose holidays a phase keeps: those its people work in."""
    from rollout.calendar import country_of  # noqa: PLC0415 - Babel's data, only when planning

    sites = {p.entry.site for p in people if p.phase == phase and p.in_scope}
    zones = {s.zone for k, s in plan.organisation.sites.items() if not sites or k in sites}
    return frozenset(c for c in map(country_of, zones) if c)


def soak_end(launch: date, weeks: int, countries: Collection[str]) -> date:
    """Give the last working day of a phase: for a Monday's launch, the Friday of its last week."""
    return previous_working(launch + weeks * WEEK - timedelta(days=FRIDAY_BEFORE_NEXT), countries)


def schedule(plan: Plan, countries: Mapping[str, Collection[str]]) -> dict[str, Dates]:
    """Give every phase's first dates, in the plan's order."""
    dates: dict[str, Dates] = {}
    earliest = plan.start
    for phase in plan.phases:
        wanted = max(phase.launch or earliest, earliest)
        found = dates_from(plan, phase, wanted, countries[phase.name])
        dates[phase.name] = found
        assert found.soak_ends_on is not None  # noqa: S101 - dates_from always gives one
        earliest = monday_after(found.soak_ends_on)
    return dates


def dates_from(
    plan: Plan, phase: Phase, earliest: date, countries: Collection[str], sequence: int = 0
) -> Dates:
    """Give a phase's dates: it launches on the first working day from `earliest` on.

    Nothing launches in a freeze of the plan.
    """
    launch = next_working(earliest, countries)
    for _ in plan.freezes:  # each can move it once at most
        freeze = plan.frozen_on(launch)
        launch = next_working(freeze.last + DAY, countries) if freeze else launch
    return Dates(launch, soak_end(launch, phase.weeks, countries), sequence)


def last_look(launch: date, countries: frozenset[str]) -> date:
    """Give the last working day before a launch: what has not passed by then moves it."""
    return previous_working(launch - DAY, countries)


def freeze_from(plan: Plan, last_soak_ends_on: date) -> date:
    """Give the first day the old system may be frozen; at once: sooner, if it passes sooner."""
    if plan.decommission.begins == "at-once":
        return last_soak_ends_on
    return monday_after(last_soak_ends_on) + plan.decommission.wait_weeks * WEEK


def notice_to_cancel_by(plan: Plan) -> date | None:
    """Give the last day to cancel the old system's subscription, if it has one."""
    renews = plan.old_system.renews
    return renews - timedelta(days=plan.old_system.notice_days) if renews else None
