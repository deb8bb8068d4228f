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
from gates.days import flags_of
from gates.frames import Frames
from gates.moment import Moment
from gates.readings import Stragglers

WEEK = 7


@dataclass(frozen=True)
class Activity:
    """Who was active when: the cohort's own days up to yesterday."""

    days: Numbers
    """Days on which somebody may have been active, ascending, as days since 1970-01-01."""
    seen: Flags
    """Of each such day (row), whether each person (column, as in the people table) was active."""
    clock: Clock
    """The people's clocks, which an outage stops."""
    today: int
    """Days since 1970-01-01."""

    @property
    def people(self) -> int:
        """How many people the cohort has."""
        return int(self.seen.shape[1])

    def active_within(self, days: int) -> Flags:
        """Tell of each person whether they were active in the last so many days of their clock."""
        everyone = np.arange(self.people)
        since = self.clock.own(everyone, np.full(self.people, self.today)) - days
        found = np.zeros(self.people, dtype=bool)
        # Nobody's clock lost more days than there were of outages.
        first = int(np.searchsorted(self.days, self.today - days - len(self.clock.days)))
        for day, seen in zip(self.days[first:], self.seen[first:], strict=True):
            found |= seen & (self.clock.own(everyone, np.full(self.people, day)) >= since)
        return found

    def active_between(self, first: date, last: date) -> Flags:
        """Tell of each person whether they were active on one of the days, both included."""
        return np.asarray(self.seen[self._between(first, last)].any(axis=0), dtype=bool)

    def days_between(self, first: date, last: date) -> int:
        """Count the days people were active on, each person's once, both ends included."""
        return int(np.count_nonzero(self.seen[self._between(first, last)]))

    def _between(self, first: date, last: date) -> slice:
        begin, end = np.searchsorted(self.days, [number(first), number(last) + 1])
        return slice(int(begin), int(end))

    def on(self, day: Numbers) -> Flags:
        """Tell of each person whether they were active on a day of their own."""
        if not len(self.days):
            return np.zeros(self.people, dtype=bool)
        first = int(self.days[0])
        # A day nobody was active on has the row after the last, which is nobody's.
        row = np.full(int(self.days[-1]) - first + 2, len(self.days))
        row[self.days - first] = np.arange(len(self.days))
        inside = (day >= first) & (day <= self.days[-1])
        where = row[np.where(inside, day - first, -1)]
        known = where < len(self.days)
        found: Flags = known & self.seen[np.where(known, where, 0), np.arange(self.people)]
        return found


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
    today = number(moment.today)
    read = _from_days if "activity" in frames.days else _from_rows
    days, seen = read(frames, today)
    clock = clock_of(frames.outages, frames.people, days, seen, today)
    return Activity(days, seen, clock, today)


def _from_rows(frames: Frames, today: int) -> tuple[Numbers, Flags]:
    person = rows_of(frames, frames.activity["person"])
    day = numbers(frames.activity["day"], missing=today)
    keep = (person >= 0) & (day < today)
    days, row = np.unique(day[keep], return_inverse=True)
    seen = np.zeros((len(days), len(frames.people)), dtype=bool)
    seen[row, person[keep]] = True
    return days, seen


def _from_days(frames: Frames, today: int) -> tuple[Numbers, Flags]:
    found, persons = frames.days["activity"], frames.people["person"]
    which = np.flatnonzero(found.day < today)
    which = which[np.argsort(found.day[which])]
    return found.day[which], flags_of(found.people[which], found.places(persons))


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
    active = np.zeros((activity.people, days + 1), dtype=np.uint8)
    for day in range(days):  # a goal has at most 90 days
        # Of the calendar days on which a clock shows the same, the outage's are nobody's active
        # ones: a day on which somebody was active was not taken from them.
        active[:, day + 1] = activated & activity.on(activity.clock.calendar(start + day))
    # At most 90 days, so a byte holds every sum.
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
