"""Each person's own clock: calendar days without those an outage of their site took from them.

A day of an outage on which somebody was active all the same did count for them, so that it is not
taken from their clock. All people at once: one row a person, one column a day of an outage.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from gates.outage import Outage

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
EPOCH = date(1970, 1, 1)
THURSDAY = 3
"""Weekday of day 0 since 1970-01-01; Monday is 0."""
WORKING = 5
"""Weekdays from Monday that are worked on."""


@dataclass(frozen=True)
class Clock:
    """Turns calendar days into days of each person's own clock, both as days since 1970-01-01."""

    days: Numbers
    """Days of outages, ascending."""
    lost: Flags
    """Of each person (row), whether they lost the day (column)."""

    def __bool__(self) -> bool:
        """Whether anybody lost a day."""
        return bool(self.lost.any())

    def own(self, person: Numbers, day: Numbers) -> Numbers:
        """Give what the clocks of some people, by their rows, show on calendar days."""
        if not self:
            return day
        before = np.concatenate([np.zeros((len(self.lost), 1), int), self.lost.cumsum(axis=1)], 1)
        found: Numbers = day - before[person, np.searchsorted(self.days, day)]
        return found

    def calendar(self, own: Numbers) -> Numbers:
        """Give the last calendar day on which each person's clock shows a day."""
        found = own.copy()
        for column, day in enumerate(self.days):
            found += self.lost[:, column] & (day <= found)
        return found

    def working_days_lost(self, first: Numbers, last: Numbers) -> Numbers:
        """Count the working days each person lost from a calendar day to another."""
        worked = (self.days + THURSDAY) % 7 < WORKING
        between = (self.days >= first[:, None]) & (self.days <= last[:, None])
        counted: Numbers = (self.lost & worked & between).sum(axis=1)
        return counted


def clock_of(
    outages: tuple[Outage, ...], people: pd.DataFrame, active: Numbers, seen: Flags, today: int
) -> Clock:
    """Make the clocks of a cohort; `seen` tells who (column) was active on the days of `active`."""
    columns = sorted({d for outage in outages for d in _days(outage, today)})
    days = np.array(columns, dtype=np.int64)
    lost = np.zeros((len(people), len(days)), dtype=bool)
    for outage in outages:
        at = people["site"].eq(outage.site).to_numpy(bool) if outage.site else slice(None)
        lost[at, :] |= np.isin(days, _days(outage, today))[None, :]
    _, here, there = np.intersect1d(days, active, assume_unique=True, return_indices=True)
    lost[:, here] &= ~seen[there].T
    return Clock(days, lost)


def _days(outage: Outage, today: int) -> list[int]:
    """Give an outage's days up to yesterday: today is not over."""
    last = today - 1 if outage.last is None else min(_number(outage.last), today - 1)
    return list(range(_number(outage.first), last + 1))


def working_days_after(day: int, number: Numbers) -> Numbers:
    """Give, for each number of working days, the calendar day by which they have passed."""
    begin = np.datetime64(EPOCH + timedelta(days=day), "D")
    moved = np.busday_offset(begin, number, roll="backward")
    found: Numbers = np.where(number > 0, moved.astype(np.int64), day)
    return found


def _number(day: date) -> int:
    return (day - EPOCH).days
