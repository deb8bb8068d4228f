"""Rules for what goes out once a week: the survey and the weekly update."""

from collections.abc import Iterator
from datetime import date, timedelta

from config.names import Notice
from rollout.calendar import country_of, is_working, monday_of, next_working
from rollout.people import Person
from rollout.phase_day import PhaseDay
from rollout.phases import State
from rollout.steps import Step

LATE = timedelta(days=6)
"""For how long a weekly mail that is late is still sent; then the next week's is near."""


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
        if found is not None and day.is_active(p):
            yield p, *found


def _is_surveyed(day: PhaseDay, week: int) -> bool:
    return week >= day.phase.weeks and day.plan.notices.survey_url is not None


def surveys(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
    """In the phase's last week, and each week it holds, ask those who have not answered."""
    if day.at.state is not State.LIVE:
        return
    for p, week, _ in _weeks_due(day, members, day.plan.notices.survey_on):
        if p.key not in day.snapshot.answered and _is_surveyed(day, week):
            yield day.notice(Notice.SURVEY, p.key, f"w{week}")


def weeklies(day: PhaseDay, members: list[Person]) -> Iterator[Step]:
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
