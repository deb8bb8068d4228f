"""The census of adoption: who was active on enough days within one week, in their own weeks.

All people at once: one row a person, one column a day of their own, so that the cost depends on
the goal's length and not on the history's.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from config.criteria import Adopted
from gates.clock import Clock, Flags, Numbers, clock_of, working_days_after
from gates.frames import Frames
from gates.moment import Moment
from gates.readings import Stragglers

WEEK = 7


@dataclass(frozen=True)
class Activity:
    """Who was active when: a pair of numbers a row, the cohort's own rows up to yesterday."""

    person: Numbers
    """Row of the person in the people table."""
    day: Numbers
    """Days since 1970-01-01."""
    people: int
    clock: Clock
    """The people's clocks, which an outage stops."""
    today: int
    """Days since 1970-01-01."""

    def active_within(self, days: int) -> Flags:
        """Tell of each person whether they were active in the last so many days of their clock."""
        own = self.clock.own(self.person, self.day)
        everyone = np.arange(self.people)
        now = self.clock.own(everyone, np.full(self.people, self.today))
        seen = np.zeros(self.people, dtype=bool)
        seen[self.person[own >= now[self.person] - days]] = True
        return seen

    def active_between(self, first: date, last: date) -> Flags:
        """Tell of each person whether they were active on one of the days, both included."""
        seen = np.zeros(self.people, dtype=bool)
        seen[self.person[(self.day >= number(first)) & (self.day <= number(last))]] = True
        return seen

    def days_between(self, first: date, last: date) -> int:
        """Count the days people were active on, each person's once, both ends included."""
        inside = (self.day >= number(first)) & (self.day <= number(last))
        width = (last - first).days + 1
        seen = np.zeros((self.people, max(width, 0)), dtype=bool)
        seen[self.person[inside], self.day[inside] - number(first)] = True
        return int(seen.sum())


def number(day: date) -> int:
    """Count the days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def numbers(days: pd.Series, missing: int = 0) -> Numbers:
    """Count the days since 1970-01-01 for a column of days; what is missing gets `missing`."""
    found: Numbers = days.to_numpy().astype("datetime64[D]").astype(np.int64)
    found[days.isna().to_numpy()] = missing
    return found


def rows_of(frames: Frames, persons: pd.Series) -> Numbers:
    """Find people's rows in the people table; -1 for whoever is not of this cohort."""
    index = pd.Index(frames.people["person"])
    if isinstance(persons.dtype, pd.CategoricalDtype):
        found = np.append(index.get_indexer(persons.cat.categories), -1)
        # A missing person has code -1, which takes the -1 put at the end.
        return np.asarray(found[persons.cat.codes.to_numpy()], dtype=np.int64)
    return np.asarray(index.get_indexer(pd.Index(persons)), dtype=np.int64)


def activity_of(frames: Frames, moment: Moment) -> Activity:
    """Read the cohort's activity up to yesterday; today is not over."""
    person = rows_of(frames, frames.activity["person"])
    today = number(moment.today)
    day = numbers(frames.activity["day"], missing=today)
    keep = (person >= 0) & (day < today)
    person, day = person[keep], day[keep]
    clock = clock_of(frames.outages, frames.people, person, day, today)
    return Activity(person, day, len(frames.people), clock, today)


@dataclass(frozen=True)
class Census:
    """Adoption of each person of a cohort, in the order of the people table."""

    activated: Flags
    ever_active: Flags
    """Active since their activation, within the goal's days."""
    adopted: Flags
    adopted_on: Numbers
    """Day of adoption as days since 1970-01-01; meaningless where not adopted."""
    by_soak_end: Flags
    """Not adopted, and can still be on the days before the soak's end."""
    by_goal: Flags
    """Not adopted, and can still be within the goal's days."""
    goal_ends_on: date | None
    waiting: Flags
    """Not adopted, and still can on the working days after the soak that an outage took before."""
    waits_until: date | None
    """Last such day of the last of them."""


def census(frames: Frames, activity: Activity, criterion: Adopted, moment: Moment) -> Census:
    """Count the cohort's adoption up to yesterday, and who can still adopt.

    All in days of each person's own clock: what an outage takes from somebody is given back.
    """
    goal_days, today, clock = criterion.goal.days, number(moment.today), activity.clock
    everyone = np.arange(activity.people)
    activated = frames.people["activated_on"].notna().to_numpy()
    # Whoever is not activated yet may be today: that is the best that can still happen.
    opened = numbers(frames.people["activated_on"], missing=today)
    start = clock.own(everyone, opened)
    sums = _sums(activity, start, activated, goal_days)
    week = sums[:, 1:] - sums[:, np.maximum(np.arange(goal_days) - WEEK + 1, 0)]
    enough = week >= criterion.days
    adopted: Flags = np.any(enough, axis=1)
    last = start + goal_days - 1
    eve = number(moment.soak_ends_on - timedelta(days=1))
    lost = clock.working_days_lost(opened, np.full(activity.people, eve))
    given_back = working_days_after(eve, lost)
    now = clock.own(everyone, np.full(activity.people, today))
    # Days to come are no outage's yet, so that the clock runs on as the calendar does.
    by_goal, by_soak_end = (
        ~adopted & _could_still(sums, start, now, end, criterion.days)
        for end in (last, np.minimum(last, now + given_back - today))
    )
    ends = clock.calendar(last)[activated]
    waiting = by_soak_end & (lost > 0)
    return Census(
        activated=activated,
        ever_active=sums[:, -1] > 0,
        adopted=adopted,
        adopted_on=clock.calendar(start + enough.argmax(axis=1)),
        by_soak_end=by_soak_end,
        by_goal=by_goal,
        goal_ends_on=_latest(ends),
        waiting=waiting,
        waits_until=_latest(given_back[waiting]),
    )


def _latest(days: Numbers) -> date | None:
    return date(1970, 1, 1) + timedelta(days=int(days.max())) if days.size else None


def _sums(activity: Activity, start: Numbers, activated: Flags, days: int) -> npt.NDArray[np.uint8]:
    """Sum each person's active days before their day 1, 2, ... `days` + 1."""
    own_day = activity.clock.own(activity.person, activity.day) - start[activity.person]
    keep = (own_day >= 0) & (own_day < days) & activated[activity.person]
    active = np.zeros((activity.people, days + 1), dtype=np.uint8)
    active[activity.person[keep], own_day[keep] + 1] = 1
    # A goal has at most 90 days, so a byte holds every sum.
    return np.cumsum(active, axis=1, dtype=np.uint8)


def _could_still(
    sums: npt.NDArray[np.uint8], start: Numbers, today: Numbers, end: Numbers, days: int
) -> Flags:
    """Tell who can still have `days` active days in one week if active every day up to `end`."""
    width = sums.shape[1] - 1
    own_today = today - start
    person = np.arange(len(sums))
    possible = np.zeros(len(sums), dtype=bool)
    so_far = sums[person, np.clip(own_today, 0, width)]
    for ahead in range(1, days + 1):  # at most 7 days make an adopter
        # The week that ends after `ahead` more days, today the first of them.
        begin = np.clip(own_today + ahead - WEEK, 0, width)
        recent = so_far - sums[person, begin]
        possible |= (today + ahead - 1 <= end) & (recent + ahead >= days)
    return possible


def series(found: Census, moment: Moment) -> tuple[int, ...]:
    """Count who had adopted by the end of each day of the phase, up to yesterday."""
    length = moment.day - 1
    day = np.clip(found.adopted_on[found.adopted] - number(moment.launched_on), 0, None)
    gained = np.bincount(day, minlength=length)[:length]
    return tuple(int(value) for value in np.cumsum(gained))


def stragglers(frames: Frames, found: Census, attended: Flags | None, today: date) -> Stragglers:
    """Sort who has not adopted by what helps them next; `attended` None: nobody knows."""
    persons = frames.people["person"]
    invited = frames.people["invited"].to_numpy()
    absent = invited & ~attended if attended is not None else np.zeros(len(persons), dtype=bool)
    away = _kept_away(frames, today)
    rest = ~found.adopted & ~away
    logged_in = rest & found.activated & found.ever_active
    return Stragglers(
        kept_away=keys(persons, ~found.adopted & away),
        not_activated=keys(persons, rest & ~found.activated),
        not_logged_in=keys(persons, rest & found.activated & ~found.ever_active),
        not_trained=keys(persons, logged_in & absent),
        inactive=keys(persons, logged_in & ~absent),
    )


def _kept_away(frames: Frames, today: date) -> Flags:
    """Tell of each person whether an outage of their site goes on: no help is any until it ends."""
    away = np.zeros(len(frames.people), dtype=bool)
    for outage in frames.outages:
        if outage.first <= today and (outage.last is None or outage.last >= today):
            here = frames.people["site"].eq(outage.site).to_numpy(bool) if outage.site else True
            away |= here
    return away


def keys(persons: pd.Series, which: Flags) -> tuple[str, ...]:
    """Give the keys of some people, sorted, so that the order of rows never shows."""
    return tuple(sorted(persons[which].tolist()))
