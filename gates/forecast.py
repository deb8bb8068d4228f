"""A forecast of adoption: on which day a share of a cohort will have adopted, with an interval.

Of each person it is known on which day they adopted, or that they have not yet (censored: no
failure). How many of a cohort ever will, K, is unknown; of those who still will, a part adopts
each day, the hazard. Both are estimated together from the counts of each day so far:

- K of N is beta-binomial (a cure model, as Boag 1949 and Farewell 1982 have it): some never do.
- The hazard follows the curve of an earlier phase of the same rollout, faster or slower, or else a
  discrete Weibull curve whose median and shape are unknown; times a level that wanders from day to
  day and now and then stands still, so that another shape is followed, not believed impossible. On
  days nobody works it is a tenth.
- The counts of a day are more spread than chance alone would have them (beta-binomial).

What earlier phases did is where the unknowns begin (their prior): their final share as a Beta,
their days as a Dirichlet, so that a small phase says little. One that is not over is continued
first. `./dev bench forecast` measures how often the intervals hold.

It is computed by simulation: many possible cohorts, each weighed by what was seen (a particle
filter: Gordon, Salmond and Smith 1993, doi:10.1049/ip-f-2.1993.0015), then continued to the end.
The dice are seeded by the data, so that equal data give equal words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from gates.forecast_cloud import Cloud, Counts, Curve, Numbers

COVER = 0.8
"""Chance an interval is to have."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a number of people will have adopted."""

    need: int
    chance: float
    """Chance that it comes to that by the last day."""
    last_day: int
    middle: int | None
    """Median day of the phase; None: not by the last day."""
    earliest: int | None
    """First day of the interval; None: not by the last day."""
    latest: int | None
    """Last day of the interval; None: not by the last day."""
    held: float
    """Chance that the day lies in the interval, near 80 %; more where one day alone has more."""


def forecast(
    curve: Curve, need: int, last_day: int, earlier: Sequence[Curve] = ()
) -> Forecast | None:
    """Forecast the day by whose end `need` people will have adopted; None where they have.

    `last_day` is the last day anybody can adopt, as a day of the phase.
    """
    if not curve.people or (curve.adopted and curve.adopted[-1] >= need):
        return None
    if len(curve.adopted) >= last_day or need > curve.people:
        return Forecast(need, 0.0, last_day, None, None, None, 1.0)
    paths = _futures(curve, last_day, tuple(earlier))
    begin = len(curve.adopted)
    reached = paths >= need
    never = last_day + 1
    days = np.where(reached.any(axis=1), begin + 1 + reached.argmax(axis=1), never)
    return _summed_up(days, need, begin, last_day)


@lru_cache(maxsize=2)
def _futures(curve: Curve, last_day: int, earlier: tuple[Curve, ...]) -> Counts:
    """Keep the newest: the bar and the goal are asked of the same futures."""
    paths = simulate(curve, last_day, earlier)
    paths.flags.writeable = False
    return paths


def _summed_up(days: Counts, need: int, begin: int, last_day: int) -> Forecast:
    never = last_day + 1
    mass = np.bincount(days, minlength=never + 1) / len(days)
    by = np.cumsum(mass)
    middle = int(np.searchsorted(by, 0.5))
    low, high = interval(mass, begin + 1, never)

    def day(value: int) -> int | None:
        return None if value >= never else value

    return Forecast(
        need=need,
        chance=float(1 - mass[never]),
        last_day=last_day,
        middle=day(middle),
        earliest=day(low),
        latest=day(high),
        held=float(mass[low : high + 1].sum()),
    )


def interval(mass: Numbers, first: int, last: int) -> tuple[int, int]:
    """Give the interval of days whose chance is nearest 80 %, tails as equal as can be."""
    by = np.concatenate([[0.0], np.cumsum(mass)])
    best, found = math.inf, (first, last)
    for low in range(first, last + 1):
        for high in range(low, last + 1):
            held = by[high + 1] - by[low]
            below, above = by[low], 1 - by[high + 1]
            cost = abs(held - COVER) + 0.5 * abs(below - above)
            if cost < best - 1e-12:
                best, found = cost, (low, high)
    return found


def simulate(curve: Curve, last_day: int, earlier: Sequence[Curve] = ()) -> Counts:
    """Give possible futures (rows): people adopted by the end of each day still to come."""
    dice = np.random.default_rng([curve.people, last_day, *curve.adopted])
    earlier = [completed(phase, last_day) for phase in earlier if phase.people and phase.adopted]
    cloud = Cloud(curve.people, dice, earlier)
    before = 0
    for day, now in enumerate(curve.adopted, start=1):
        cloud.see(day, curve.first_weekday, before, now - before)
        before = now
    return cloud.go_on(len(curve.adopted), last_day, curve.first_weekday, before)


def completed(phase: Curve, last_day: int) -> Curve:
    """Continue an earlier phase that is not over as it is likely to go on."""
    if len(phase.adopted) >= last_day:
        return replace(phase, adopted=phase.adopted[:last_day])
    mean = simulate(phase, last_day).mean(axis=0)
    ahead = tuple(int(n) for n in np.round(mean))
    return replace(phase, adopted=(*phase.adopted, *ahead))
