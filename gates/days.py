"""Days: what people did by the day, a bit a person, however long its history.

What a table of rows says of person, day and workflow, rolled up by the day with nothing lost: so
that measuring reads a few kB a day in place of a row for each person.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from gates import bits
from gates.bits import ORDER, Bits, Flags, Numbers, Times

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """Who did something on a day, and how often; all as `gates.bits` packs it."""

    what: str
    """Which workflow; nothing where only being there counts."""
    day: date
    people: bytes
    """Whoever has a row."""
    done: bytes | None = None
    """Those of them whose row does not say "no times"; None: all."""
    below: bytes = b""
    """Those whose row says less than that, which is a flaw."""
    times: bytes | None = None
    """None: each of them once."""


def day_of(what: str, day: date, numbers: Numbers, times: Times | None = None) -> Day:
    """Roll up a day: people's numbers, ascending and each once, and how often (NaN: not said)."""
    people = bits.packed(numbers)
    if times is None or (times == 1).all():
        return Day(what, day, people)
    nil, below = times == 0, times < 0
    done = bits.packed(numbers[~nil]) if nil.any() else None
    return Day(what, day, people, done, bits.packed(numbers[below]), bits.times_packed(times))


@dataclass(frozen=True)
class Days:
    """Days of one table, in any order; a workflow has each day once."""

    persons: pd.Index
    """Keys of people: the place of each is the number of their bit."""
    rows: tuple[Day, ...]
    only: Bits | None = None
    """Whose rows count; None: everybody's."""

    @cached_property
    def day(self) -> Numbers:
        """Days since 1970-01-01, one a row."""
        return np.array([(row.day - EPOCH).days for row in self.rows], dtype=np.int64)

    @cached_property
    def people(self) -> Bits:
        """Bits of those who have a row: one row a day, one column eight people."""
        return self._ours([row.people for row in self.rows])

    @cached_property
    def done(self) -> Bits:
        """Bits of those who did it."""
        return self._ours([row.people if row.done is None else row.done for row in self.rows])

    def _ours(self, rows: list[bytes]) -> Bits:
        found = bits.matrix(rows, (len(self.persons) + 7) // 8)
        if self.only is not None:
            found &= self.only
        return found

    def __len__(self) -> int:
        """Count the rows a table of person, day and workflow would have."""
        return bits.how_many(self.people)

    def of(self, persons: pd.Series) -> "Days":
        """Give the days of some people, by their keys."""
        flags = np.zeros(len(self.persons), dtype=bool)
        places = self.places(persons)
        flags[places[places >= 0]] = True
        only = np.packbits(flags, bitorder=ORDER)
        return replace(self, only=only if self.only is None else only & self.only)

    def places(self, persons: pd.Series) -> Numbers:
        """Give the number of each person's bit; -1 for who has none."""
        return np.asarray(self.persons.get_indexer(pd.Index(persons)), dtype=np.int64)

    def rows_of(self, first: int, last: int, what: str = "") -> Numbers:
        """Give the numbers of a workflow's rows from a day to another, both included."""
        same = np.array([row.what == what for row in self.rows], dtype=bool)
        return np.flatnonzero(same & (self.day >= first) & (self.day <= last))

    def times(self, number: int) -> tuple[Numbers, Times]:
        """Give the places of the people who have a row on a day, and how often they did it."""
        row = self.rows[number]
        everybody = bits.numbers_in(row.people)
        often = bits.times_of(row.times, len(everybody))
        if self.only is None:
            return everybody, often
        ours = flags_of(self.only, everybody)
        return everybody[ours], often[ours]

    def as_rows(self, since: int | None = None) -> pd.DataFrame:
        """Give what was done as rows of person, day, workflow and times.

        From a day on with how often, NaN where not said; without a day all that was done, once.
        """
        chosen = [n for n in range(len(self.rows)) if since is None or self.day[n] >= since]
        told = [self.times(n) if since is not None else self._once(n) for n in chosen]
        sizes = [len(places) for places, _ in told]
        places = np.concatenate([np.empty(0, dtype=np.int64), *(who for who, _ in told)])
        day = np.repeat(self.day[chosen].astype("datetime64[D]"), sizes)
        return pd.DataFrame(
            {
                "person": self.persons[places],
                "day": day.astype("datetime64[s]"),
                "workflow": np.repeat(np.array([self.rows[n].what for n in chosen], str), sizes),
                "times": np.concatenate([np.empty(0), *(often for _, often in told)]),
            }
        )

    def _once(self, number: int) -> tuple[Numbers, Times]:
        """Give the places of those who did something on a day, each once."""
        there = bits.numbers_in(self.done[number].tobytes())
        return there, np.ones(len(there))

    def after(self, today: int) -> date | None:
        """Give the last day after today on which somebody has a row; None: there is none."""
        late = self.day[self.people.any(axis=1) & (self.day > today)]
        return EPOCH + timedelta(days=int(late.max())) if len(late) else None

    def below(self) -> int:
        """Count the rows that say less than no times."""
        return bits.how_many(self._ours([row.below for row in self.rows]))


def flags_of(found: Bits, places: Numbers) -> Flags:
    """Tell who is in one or more rows of bits, by their places; -1 never is."""
    flags = np.unpackbits(found, axis=-1, bitorder=ORDER).view(bool)
    there = np.asarray(flags[..., places])
    there[..., places < 0] = False
    return there
