"""A forecast: on which day something will be met, with an interval and a chance.

Whatever is forecast is simulated: many possible futures, each meeting it on a day or not by the
last. This page sums them up; `forecast_people`, `forecast_training`, `forecast_answers` and
`forecast_level` make them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gates.clock import Flags, Numbers

COVER = 0.8
"""Share of intervals that are to hold the day."""
AIM = 0.76
"""Chance an interval is chosen for: with whole days it then has 80 % on average."""
AIM_ALONE = 0.79
"""As `AIM`, where only the phase itself says how it may go on: surer, to be right as often."""
EVEN = 0.3
"""How much unequal tails count against a chance other than that, when an interval is chosen."""
SHOWN_FROM = 0.5
"""Chance from which a day is named; below, it is said not to be expected, and how unlikely."""

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """When something will be met; days are numbered from launch day, which is 1."""

    chance: float
    """Chance that it comes to that by the last day."""
    last_day: int
    middle: int | None = None
    """Median day; None: not by the last day."""
    earliest: int | None = None
    """First day of the interval; None: not by the last day."""
    latest: int | None = None
    """Last day of the interval; None: not by the last day."""
    held: float = 1.0
    """Chance that the day lies in the interval, near 80 %; more where one day alone has more."""
    possible: bool = True
    """Whether it can still come to that, however small the chance."""

    @property
    def expected(self) -> bool:
        """Whether a day is named."""
        return self.middle is not None and self.chance >= SHOWN_FROM


def never(last_day: int) -> Forecast:
    """Give the forecast of what cannot be met any more."""
    return Forecast(0.0, last_day, possible=False)


def from_futures(met: Flags, begin: int, last_day: int, aim: float = AIM) -> Forecast:
    """Sum up possible futures: rows, and whether each day after `begin` ends with it met."""
    never = last_day + 1
    days: Numbers = np.where(met.any(axis=1), begin + 1 + met.argmax(axis=1), never)
    return summed_up(np.bincount(days, minlength=never + 1) / len(days), begin, last_day, aim)


def summed_up(mass: Shares, begin: int, last_day: int, aim: float = AIM) -> Forecast:
    """Sum up the chance of each day (index: its number; the one after the last: never)."""
    never = last_day + 1
    low, high = interval(mass, begin + 1, never, aim)
    middle = int(np.searchsorted(np.cumsum(mass), 0.5 - 1e-12))

    def day(value: int) -> int | None:
        return None if value >= never else value

    return Forecast(
        chance=float(1 - mass[never]),
        last_day=last_day,
        middle=day(middle),
        earliest=day(low),
        latest=day(high),
        held=float(mass[low : high + 1].sum()),
    )


def interval(mass: Shares, first: int, last: int, aim: float = AIM) -> tuple[int, int]:
    """Give the days whose chance is nearest the aim, tails as equal as can be.

    Days are whole, so that no interval has 80 % exactly: always taking the next larger would hold
    too often. Of all intervals it is the one with the least sum of squares.
    """
    by = np.concatenate([[0.0], np.cumsum(mass)])
    low = np.arange(first, last + 1)[:, None]
    high = np.arange(first, last + 1)[None, :]
    below, above = by[low], 1 - by[high + 1]
    cost = (1 - below - above - aim) ** 2 + EVEN * (below - above) ** 2
    # Of equal ones the shortest: a day on which nothing can be is not named.
    cost = np.where(low <= high, np.round(cost, 9) + 1e-12 * (high - low), np.inf)
    at = int(cost.argmin())
    return first + at // cost.shape[1], first + at % cost.shape[1]
