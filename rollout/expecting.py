"""What a phase's people are still expected to do: come to their training, answer the survey."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from config.names import Notice
from rollout.calendar import aware, country_of, local_day, monday_of, next_working
from rollout.people import Person
from rollout.phase_day import PhaseDay
from rollout.phases import State
from rollout.quarters import MONTH, asked_of, is_asked, is_large
from rollout.schedule import WEEK
from rollout.trainings import day_of_session

WEEKS_AT_MOST = 13
"""A goal has at most 90 days."""


@dataclass(frozen=True, slots=True)
class Expecting:
    """Sessions and surveys of one phase, held and planned; days are local."""

    seats: int = 0
    """Seats of the sessions held so far: each session's people, added up."""
    seated: tuple[tuple[int, tuple[date, ...]], ...] = ()
    """People still to be trained, and the days of their sessions to come."""
    asked: tuple[tuple[date, int], ...] = ()
    """People first asked on a day."""
    asks: tuple[tuple[date, int], ...] = ()
    """People not asked yet, and on which day they will be."""
    again_days: int = 7
    """After how many days who is silent is asked again."""


def expecting(day: PhaseDay, until: date) -> Expecting:
    """Give what is expected of a phase's people up to a day, by what they were sent and the rules.

    Of a phase that is not live nothing is: what is planned then waits for a person.
    """
    launch = day.at.dates.launch
    if launch is None or State.LIVE not in {day.at.state, day.at.paused_from}:
        return Expecting()
    members = day.snapshot.members(day.phase.name)
    seats, seated = _trainings(day, members, until)
    before = asked_of(day.snapshot, day.phase.name)
    first = [min(before[p.key]) for p in members if p.key in before]
    asked = Counter(local_day(at, day.plan.zone) for at in first)
    large = is_large(day.snapshot, day.phase.name)
    unasked = [p for p in members if p.key not in before]
    asks = Counter(on for p in unasked if (on := _next_ask(day, p, until, large=large)) is not None)
    again = MONTH.days if large else WEEK.days
    return Expecting(seats, seated, _sorted(asked), _sorted(asks), again)


def _sorted(counted: Counter[date]) -> tuple[tuple[date, int], ...]:
    return tuple(sorted(counted.items()))


def _trainings(
    day: PhaseDay, members: list[Person], until: date
) -> tuple[int, tuple[tuple[int, tuple[date, ...]], ...]]:
    training = day.plan.training_of(day.phase)
    if training is None:
        return 0, ()
    held, coming = 0, Counter[tuple[date, ...]]()
    days: dict[tuple[str, int], list[date]] = {}
    for p in members:
        number = day.snapshot.place(p) // training.seats
        place = p.entry.site, number
        if place not in days:
            days[place] = [_session(day, p, number, week) for week in _WEEKS]
        invited = (
            _invited(day, p, week)
            for week, on in zip(_WEEKS, days[place], strict=True)
            if on < day.today
        )
        held += sum(invited)
        if p.key not in day.snapshot.trained:
            coming[tuple(on for on in days[place] if day.today <= on <= until)] += 1
    return held, tuple((n, on) for on, n in sorted(coming.items()))


_WEEKS = range(1, WEEKS_AT_MOST + 1)


def _session(day: PhaseDay, person: Person, number: int, week: int) -> date:
    return day_of_session(day.plan, day.phase, day.at.dates, person.entry.site, number, week)


def _invited(day: PhaseDay, person: Person, week: int) -> bool:
    """Whether a person was sent an invitation to a week's session, of whichever of its dates."""
    dates = (f"w{week}d{n}" for n in range(day.at.dates.sequence + 1))
    return any(day.happened(day.notice(Notice.TRAINING, person.key, each)) for each in dates)


def _next_ask(day: PhaseDay, person: Person, until: date, *, large: bool) -> date | None:
    """Give the next day on which a person who was not asked yet is; None: not up to a day."""
    launch, plan = day.at.dates.launch, day.plan
    if launch is None or plan.notices.survey_url is None:
        return None
    country = country_of(plan.organisation.sites[person.entry.site].zone)
    for week in range(1 if large else day.phase.weeks, WEEKS_AT_MOST + 1):
        weekday = plan.notices.quarter_on(week) if large else plan.notices.survey_on
        monday = monday_of(launch) + timedelta(weeks=week - 1)
        on = next_working(
            max(monday + timedelta(days=weekday - 1), launch), [country] if country else []
        )
        if on > until:
            return None
        if on >= day.today and (not large or _has_turn(day, person, week, monday, on)):
            return on
    return None


def _has_turn(day: PhaseDay, person: Person, week: int, monday: date, on: date) -> bool:
    """Whether a person of a large phase will be asked in a week: as the rules will see it then."""
    then = replace(day, now=aware(on, time(12), day.plan.zone))
    return is_asked(then, then.notice(Notice.SURVEY, person.key, f"w{week}"), monday)
