"""Rules for what goes out once a week: the survey and the weekly update."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from config.names import Notice
from rollout.calendar import country_of, is_working, monday_of, next_working
from rollout.people import Person
from rollout.phase_day import PhaseDay
from rollout.phases import State
from rollout.quarters import QUARTERS, is_asked, is_large
from rollout.steps import Step

LATE = timedelta(days=6)
"""For how long a weekly mail that is late is still sent; then the next week's is near."""


Weekday = Callable[[int], int]
"""On which weekday a mail goes out in a week of the phase; Monday is 1."""


def _week_due(day: PhaseDay, site: str, weekday: Weekday) -> tuple[int, date] | None:
    """Give the week whose mail is due at a site, and since when.

    Due on that day, or the next working day where it is a public holiday there; and for LATE days,
    should no tick have run. None on a day nobody works.
    """
    launch, country = day.at.dates.launch, country_of(day.plan.organisation.sites[site].zone)
    countries = [country] if country else []
    if launch is None or not is_working(day.today, countries):
        return None
    for week in (day.week, day.week - 1):
        nominal = _monday(launch, week) + timedelta(days=weekday(week) - 1)
        since = next_working(max(nominal, launch), countries)
        if week >= 1 and since <= day.today < since + LATE:
            return week, since
    return None


def _monday(launch: date, week: int) -> date:
    return monday_of(launch) + timedelta(weeks=week - 1)


def _weeks_due(
    day: PhaseDay, members: list[Person], weekday: Weekday
) -> Iterator[tuple[Person, int, date]]:
    """Give the people a weekly mail is due to, with the week and since when."""
    sites = {p.entry.site for p in members}
    due = {site: _week_due(day, site, weekday) for site in sites}
    for p in members:
        found = due[p.entry.site]
        if found is not None and day.is_active(p):
            yield p, *found


def _is_surveyed(day: PhaseDay, week: int) -> bool:
    return week >= day.phase.weeks and day.plan.notices.survey_url is not None


def surveys(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """In the phase's last week, and each week it holds, ask those who have not answered.

    Of a large phase a quarter is asked each week from launch on, until everybody has been: when
    a soak of two weeks ends, half have. Their first week's survey comes on the day of its weekly
    mail, for by then they have seen what they are asked about.
    """
    if day.plan.notices.survey_url is None:
        return
    if is_large(day.snapshot, day.phase.name):
        for p, week, _ in _weeks_due(day, members, day.plan.notices.quarter_on):
            if _has_turn(day, p, week):
                yield day.notice(Notice.SURVEY, p.key, f"w{week}")
    elif day.at.state is State.LIVE:
        for p, week, _ in _weeks_due(day, members, lambda _: day.plan.notices.survey_on):
            if p.key not in day.snapshot.answered and _is_surveyed(day, week):
                yield day.notice(Notice.SURVEY, p.key, f"w{week}")


def _has_turn(day: PhaseDay, person: Person, week: int) -> bool:
    """Whether a person of a large phase is asked in a week; once passed, up to the fourth."""
    going = day.at.state is State.LIVE or (day.at.state is State.PASSED and week <= QUARTERS)
    if not going or day.at.dates.launch is None or day.plan.notices.survey_url is None:
        return False
    step = day.notice(Notice.SURVEY, person.key, f"w{week}")
    return is_asked(day, step, _monday(day.at.dates.launch, week))


def weeklies(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """One a week; where the survey would be one mail more than a week may have, it takes its place.

    That is where one mail a week is the measure; and in a large phase's launch week, whose other
    mail is the welcome.
    """
    if day.at.state is not State.LIVE:
        return
    large = is_large(day.snapshot, day.phase.name)
    for p, week, since in _weeks_due(day, members, lambda _: day.plan.notices.weekly_on):
        opened = day.snapshot.accounts[p.key].activated_on
        if day.ceremony.mails_a_week == 1 and _is_surveyed(day, week):
            continue
        if large and week == 1 and _has_turn(day, p, week):
            continue
        # Who began after the day is told of their own first week, not of the one before.
        if opened is None or opened <= since:
            yield day.notice(Notice.WEEKLY, p.key, f"w{week}")
