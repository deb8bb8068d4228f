"""What `changeover plan` warns of in days and hours: nobody works then."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from config.loading import Place
from config.names import Notice
from config.plan import Phase, Plan, Training
from rollout.calendar import holiday, is_working
from rollout.preview import Preview
from rollout.schedule import countries_of

Warned = Iterator[tuple[Place, str]]

OPENS, CLOSES = "07:00", "18:00"
"""Between these people usually work; a plan does not say when they do."""
KEYS = {
    Notice.ANNOUNCEMENT: "announce_days",
    Notice.REMINDER: "remind_days",
    Notice.TRAINING: "invite_days",
}
"""Mails whose day the plan counts back from a launch, by the key that says how far."""


def warnings_of_days(plan: Plan, walked: Preview, begun: frozenset[str]) -> Warned:
    """Give trainings outside of working hours, and launches and mails on days nobody works."""
    for name, training in plan.trainings.items():
        yield from _hours(name, training)
    for number, phase in enumerate(plan.phases):
        if phase.name not in begun:
            yield from _launch(plan, walked, phase, number)
    yield from _mails(plan, walked)


def _hours(name: str, training: Training) -> Warned:
    ends = _after(training.at, training.minutes)
    begins = f"{training.at:%H:%M}"
    if begins < OPENS or not begins < ends <= CLOSES:
        said = f"from {begins} to {ends}, and people usually work from {OPENS} to {CLOSES}"
        yield ("trainings", name, "at"), f"{said}; leave it if that is meant"


def _after(at: time, minutes: int) -> str:
    return f"{datetime.combine(date.min, at) + timedelta(minutes=minutes):%H:%M}"


def _launch(plan: Plan, walked: Preview, phase: Phase, number: int) -> Warned:
    """Say of a day that the plan names when its launch is another, because nobody works on it."""
    place: Place = ("phases", number, "launch") if phase.launch else ("start",)
    named = phase.launch or (plan.start if number == 0 else None)
    countries = countries_of(plan, walked.people, phase.name)
    launch = walked.dates[phase.name].launch
    if named and launch and not is_working(named, countries):
        said = f"nobody works on {_day(named)}, {_why(named, countries)}"
        yield place, f"{said}: {phase.name} launches on {_day(launch)}"


def _mails(plan: Plan, walked: Preview) -> Warned:
    """Give the mails that leave on a day on which some of those they go to do not work."""
    found: Counter[tuple[Notice, date, str]] = Counter()
    for notice in KEYS:
        for done in walked.happenings:
            if done.what != f"notice.{notice}":
                continue
            countries = countries_of(plan, walked.people, done.phase)
            if not is_working(done.day, countries):
                found[notice, done.day, _why(done.day, countries)] += done.count
    for (notice, day, why), count in found.items():
        said = f"{count} {notice} mail{'' if count == 1 else 's'} would leave on {_day(day)}, {why}"
        yield ("notices", KEYS[notice]), f"{said}; another number of days or launch moves them"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _why(day: date, countries: frozenset[str]) -> str:
    return holiday(day, countries) or "a weekend"
