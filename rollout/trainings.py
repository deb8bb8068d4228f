"""Training sessions: one for each site and language of a cohort, more where seats run out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.plan import Phase, Plan
from rollout.calendar import aware, country_of, working_day
from rollout.people import Person
from rollout.phases import Dates


@dataclass(frozen=True, slots=True)
class Session:
    """One session, with who sits in it."""

    id: str
    """`training/site/language/number/week`: the same until its people change."""
    title: str
    site: str
    zone: str
    starts: datetime
    """In UTC."""
    minutes: int
    place: str
    online: str | None


def places_of(members: Iterable[Person]) -> dict[str, int]:
    """Number a cohort, in the order given, among those of each site and language; from 0."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[str, int] = {}
    for person in members:
        alike = (person.entry.site, person.entry.language)
        found[person.key] = seen[alike]
        seen[alike] += 1
    return found


def session_of(
    plan: Plan, phase: Phase, dates: Dates, person: Person, place: int, week: int
) -> Session | None:
    """Give a person's session in a week of the phase (1 is launch week); None without training.

    People of one site and language fill sessions by key, `place` being theirs (`places_of`); each
    further session is a working day later, at the same local time.
    """
    training = plan.training_of(phase)
    if training is None or dates.launch is None:
        return None
    site = plan.organisation.sites[person.entry.site]
    number = place // training.seats
    day = day_of_session(plan, phase, dates, person.entry.site, number, week)
    return Session(
        id=f"{phase.training}/{person.entry.site}/{person.entry.language}/{number + 1}/{week}",
        title=training.title[person.entry.language],
        site=person.entry.site,
        zone=site.zone,
        starts=aware(day, training.at, site.zone),
        minutes=training.minutes,
        place=training.place[person.entry.language],
        online=training.online,
    )


def day_of_session(
    plan: Plan, phase: Phase, dates: Dates, site: str, number: int, week: int
) -> date:
    """Give the local day of a site's session in a week of a phase that has training and dates."""
    training, launch = plan.training_of(phase), dates.launch
    assert training is not None  # noqa: S101 - the caller's condition
    assert launch is not None  # noqa: S101 - likewise
    country = country_of(plan.organisation.sites[site].zone)
    week_starts = launch + timedelta(weeks=week - 1)
    return working_day(week_starts, training.on_day + number, [country] if country else [])
