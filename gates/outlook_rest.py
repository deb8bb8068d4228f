"""Outlooks of what is not forecast: what it hangs on instead, in words."""

from datetime import timedelta

from config.criteria import Incidents
from config.work import Accounts, Checklist, Dependents, Impact, Support
from gates.outlook_scene import Outlook, Scene
from gates.readings import IncidentsReading
from gates.shares import needed
from gates.tickets import comparable_from
from gates.wording import day, people
from gates.work_readings import (
    AccountsReading,
    ChecklistReading,
    DependentsReading,
    ImpactReading,
    SupportReading,
)

WEEK = 7


def dependents(criterion: Dependents, reading: DependentsReading, scene: Scene) -> Outlook | None:
    """Say when it would be met if nobody logged in to the old system again.

    Of each the last log-in alone is known: nothing to see a trend by.
    """
    most = reading.moved - needed(1 - criterion.at_most, reading.moved)
    many = len(reading.dependents) - most
    if many <= 0:
        return None
    newest_first = scene.ahead.old_logins
    if len(newest_first) <= most:
        return Outlook(why="not forecast: only the last log-in of each is known")
    when = newest_first[most] + timedelta(days=criterion.days)
    why = f"not forecast: it hangs on {people(many)}; {day(when)} if they log in no more"
    return Outlook(why=why)


def support(criterion: Support, reading: SupportReading, scene: Scene) -> Outlook | None:
    """Say when the launch week's load is known; after that only people change it."""
    del criterion
    first = comparable_from(scene.decision.moment)
    if reading.next_title is None or not reading.next_size:
        return None
    if scene.decision.moment.today < first:
        return Outlook(why=f"not forecast: known on {day(first)}, after the launch week")
    return None


def impact(criterion: Impact, reading: ImpactReading, scene: Scene) -> Outlook | None:
    """Say when another whole week is counted, where there is too little to tell."""
    del criterion
    if all(measure.change is not None for measure in reading.measures):
        return None
    today = scene.decision.moment.today
    monday = today + timedelta(days=WEEK - today.weekday())
    return Outlook(why=f"not forecast: another whole week is counted from {day(monday)}")


def accounts(criterion: Accounts, reading: AccountsReading, _: Scene) -> Outlook | None:
    """Say whose hands it is in."""
    if reading.opened >= needed(criterion.at_least, reading.cohort):
        return None
    return Outlook(why="not forecast: a person opens the accounts")


def checklist(criterion: Checklist, reading: ChecklistReading, _: Scene) -> Outlook | None:
    """Say whose hands it is in."""
    if len(reading.open) <= criterion.open_at_most:
        return None
    return Outlook(why="not forecast: a person confirms what is open")


def incidents(criterion: Incidents, reading: IncidentsReading, _: Scene) -> Outlook | None:
    """Say whose hands it is in."""
    if all(criterion.does(incident.severity) == "note" for incident in reading.open):
        return None
    return Outlook(why="not forecast: a person closes what is open")
