"""Roll sheets of what people do day after day up by the day: a bit a person, not a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gates import bits
from gates.days import Day, day_of
from ledger.days import Key, merged, number_of

if TYPE_CHECKING:
    from connectors.ports import Sheet


@dataclass(frozen=True, slots=True)
class RolledUp:
    """What a source told, by the day."""

    days: Mapping[Key, Day]
    as_of: datetime | None

    @property
    def rows(self) -> int:
        """How many rows people of the rollout have in it."""
        return sum(bits.how_many(day.people) for day in self.days.values())


def roll_up(sheets: Iterable["Sheet"], keys: Mapping[str, str]) -> RolledUp:
    """Roll up the sheets of one source; `keys` are person keys by address.

    One sheet is held at a time. Rows of anybody else say nothing and are left out; of a row that is
    told twice the later sheet's counts.
    """
    numbers = pd.Series({email: number_of(key) for email, key in keys.items()}, dtype="float64")
    days: dict[Key, Day] = {}
    as_of: datetime | None = None
    for sheet in sheets:
        as_of = sheet.as_of
        for told in _days(sheet.frame, numbers) if len(sheet.frame) else ():
            key = (told.what, told.day)
            days[key] = merged(days[key], told)[0] if key in days else told
    return RolledUp(days, as_of)


def _days(frame: pd.DataFrame, numbers: pd.Series) -> Iterable[Day]:
    """Give the days of one sheet: its rows sorted by day and workflow, and cut apart."""
    who = frame["email"].str.lower().map(numbers).to_numpy(dtype=np.float64)
    known = ~np.isnan(who)
    person = who[known].astype(np.int64)
    day, dates = pd.factorize(frame["day"][known])
    what, whats = np.zeros(len(day), dtype=np.int64), [""]
    times = np.ones(len(day))
    if "workflow" in frame:
        what, names = pd.factorize(frame["workflow"][known])
        whats = [str(name) for name in names]
        times = frame["times"][known].to_numpy(dtype=np.float64)
    group = day * len(whats) + what
    # Stable, so that of two rows of a person the later one is the last.
    order = np.lexsort((person, group))
    ends = np.flatnonzero(np.diff(group[order], append=-1)) + 1
    for rows in np.split(order, ends[:-1]) if len(order) else ():
        last = np.flatnonzero(np.diff(person[rows], append=-1))
        mine = rows[last]
        here: date = dates[day[mine[0]]]
        yield day_of(whats[what[mine[0]]], here, person[mine], times[mine])
