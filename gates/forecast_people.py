"""A forecast of people: by which day so many of a cohort will have done something for good.

So it is with adopting the new tool, and with completing a key workflow in it. Of each person it is
known on which day they did, or that they have not yet (censored: no failure). How many of a cohort
ever will, K, is unknown; of those who still will, a part does each day, the hazard. Both are
estimated together from the counts of each day so far:

- K of N is beta-binomial (a cure model, as Boag 1949 and Farewell 1982 have it): some never do.
- The hazard follows the curve of an earlier phase of the same rollout, faster or slower, or else a
  discrete Weibull curve whose median and shape are unknown; times a level that wanders from day to
  day about 1, and now and then stands still, so that another shape is followed, not believed
  impossible. On days nobody works it is a tenth; a recorded outage stops it.
- The counts of a day are more spread than chance alone would have them (beta-binomial).

- Where no earlier phase says how it may go on, what was seen counts as that of 40 people at most: a
  coarsened likelihood, for a curve of another shape than any assumed (Miller and Dunson 2019,
  doi:10.1080/01621459.2018.1469995).

What earlier phases did is where the unknowns begin (their prior): their final share as a Beta,
their days as a Dirichlet, so that a small phase says little. One that is not over is continued
first. `./dev bench forecast` measures how often the intervals hold.

It is computed by simulation: many possible cohorts, each weighed by what was seen (a particle
filter: Gordon, Salmond and Smith 1993, doi:10.1049/ip-f-2.1993.0015), then continued to the end.
The dice are seeded by the data, so that equal data give equal words.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gates.clock import Numbers
from gates.forecast import AIM, AIM_ALONE, Forecast, from_futures, never
from gates.forecast_cloud import COUNT_AT_MOST, Cloud, Curve


def forecast_people(
    curve: Curve, needs: Sequence[int], last_day: int, earlier: Sequence[Curve] = ()
) -> list[Forecast | None]:
    """Forecast the day by whose end each number of people will have; None where they have.

    `last_day` is the last day anybody can, as a day of the phase. All numbers are read off the same
    futures, so that more people are never expected sooner.
    """
    have, begin = (curve.reached[-1] if curve.reached else 0), len(curve.reached)
    if begin >= last_day or not any(have < need <= curve.people for need in needs):
        return [never(last_day) if have < need else None for need in needs]
    kin = [phase for phase in earlier if phase.people and phase.reached and phase.reached[-1]]
    paths = simulate(curve, last_day, kin) if kin else simulate_alone(curve, last_day)
    aim = AIM if kin else AIM_ALONE
    return [from_futures(paths >= n, begin, last_day, aim) if have < n else None for n in needs]


def simulate_alone(curve: Curve, last_day: int) -> Numbers:
    """Give possible futures of a cohort that has no earlier one to be like."""
    return simulate(curve, last_day, trust=1 / (1 + curve.people / COUNT_AT_MOST))


def simulate(
    curve: Curve, last_day: int, earlier: Sequence[Curve] = (), trust: float = 1.0
) -> Numbers:
    """Give possible futures (rows): people by the end of each day still to come."""
    dice = np.random.default_rng([curve.people, last_day, *curve.reached])
    cloud = Cloud(curve, dice, [completed(phase, last_day) for phase in earlier], last_day, trust)
    before = 0
    for day, now in enumerate(curve.reached, start=1):
        cloud.see(day, before, now - before)
        before = now
    return cloud.go_on(len(curve.reached), last_day, before)


def completed(phase: Curve, last_day: int) -> Curve:
    """Continue an earlier phase that is not over as it is likely to go on."""
    if len(phase.reached) >= last_day:
        return replace(phase, reached=phase.reached[:last_day])
    mean = simulate(phase, last_day).mean(axis=0)
    ahead = tuple(int(n) for n in np.round(mean))
    return replace(phase, reached=(*phase.reached, *ahead))
