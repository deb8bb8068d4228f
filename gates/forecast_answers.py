"""A forecast of a survey: when enough people will have answered, and well enough.

Asked people are silent or answer, and are asked again, mostly each week. Of the silent a part
answers each time, r: Beta(2.5, 2.5) before anything is seen, less (a factor from 0.3 to 0.9) each
time they are asked again; they do so on one working day or the next, a part h a day, Beta(3, 2). On
weekend days a tenth of that. Both are weighed by the answers of each day so far (importance
sampling; counts a day are beta-binomial, as in `forecast_cloud`). What further answers say is drawn
from those that came and one at random, as weighed by a Dirichlet (the Bayesian bootstrap: Rubin
1981, doi:10.1214/aos/1176345338).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gates.clock import WORKING, Numbers
from gates.forecast import Forecast, Shares, from_futures, never
from gates.forecast_cloud import WEEK, beta_binomial, systematic
from gates.sample import Sample

FUTURES = 4000
REPLIES = (2.5, 2.5)
DAILY = (3.0, 2.0)
AGAIN = (0.3, 0.9)
IDLE = 0.1
MARKS_AT_LEAST = 3
"""Fewer answers say too little of what the others will."""


@dataclass(frozen=True, slots=True)
class Wave:
    """People first asked on one day of the phase."""

    day: int
    people: int


class _Repliers:
    """Possible ways of answering, weighed by what was seen."""

    def __init__(self, dice: np.random.Generator, first_weekday: int, again: int) -> None:
        self._dice, self._first_weekday, self._again = dice, first_weekday, again
        self.replies = dice.beta(*REPLIES, FUTURES)
        self.daily = dice.beta(*DAILY, FUTURES)
        self.again = dice.uniform(*AGAIN, FUTURES)

    def hazard(self, asked: int, day: int) -> Shares:
        """Give the chance of who was first asked on a day, and is silent, to answer on another."""
        time, since = divmod(day - asked, self._again)
        part = self.replies * self.again**time
        passed = sum(self._length(asked + time * self._again + d) for d in range(since))
        silent = 1 - part * (1 - (1 - self.daily) ** passed)
        length = self._length(day)
        found: Shares = part * (1 - self.daily) ** passed * (1 - (1 - self.daily) ** length)
        return np.clip(found / silent, 1e-6, 1 - 1e-6)

    def _length(self, day: int) -> float:
        return 1.0 if (self._first_weekday + day - 1) % WEEK < WORKING else IDLE

    def mean_hazard(self, waves: Iterable[Wave], day: int) -> Shares:
        """Give the chance of anybody who has been asked by a day."""
        asked = [wave for wave in waves if wave.day <= day]
        every = sum(wave.people for wave in asked)
        if not every:
            return np.zeros(FUTURES)
        found: Shares = (
            np.sum([wave.people * self.hazard(wave.day, day) for wave in asked], axis=0) / every
        )
        return found

    def see(self, waves: tuple[Wave, ...], series: tuple[int, ...]) -> None:
        """Weigh them by the people who had answered by the end of each day."""
        log, before = np.zeros(FUTURES), 0
        for day, now in enumerate(series, start=1):
            asked = sum(wave.people for wave in waves if wave.day <= day)
            gained = min(now, asked) - min(before, asked)
            if asked > before:
                left = np.full(FUTURES, asked - before)
                log += beta_binomial(gained, left, self.mean_hazard(waves, day))
            before = now
        weight = np.exp(log - log.max())
        kept = systematic(weight / weight.sum(), self._dice)
        self.replies, self.daily, self.again = (
            each[kept] for each in (self.replies, self.daily, self.again)
        )


def further_answers(
    waves: tuple[Wave, ...],
    planned: tuple[Wave, ...],
    series: tuple[int, ...],
    last_day: int,
    first_weekday: int,
    again: int = WEEK,
) -> Numbers:
    """Give possible futures (rows): further answers on each day after those of the series.

    `again`: after how many days who is silent is asked again.
    """
    begin = len(series)
    have = series[-1] if series else 0
    dice = np.random.default_rng([have, begin, last_day, *(w.day for w in waves)])
    repliers = _Repliers(dice, first_weekday, again)
    repliers.see(waves, series)
    both = (*waves, *planned)
    gained = np.zeros((FUTURES, last_day - begin), dtype=np.int64)
    done = np.full(FUTURES, min(have, sum(wave.people for wave in waves)))
    for day in range(begin + 1, last_day + 1):
        asked = sum(wave.people for wave in both if wave.day <= day)
        now = dice.binomial(np.maximum(asked - done, 0), repliers.mean_hazard(both, day))
        gained[:, day - begin - 1] = now
        done = done + now
    return gained


def forecast_answers(
    sample: Sample, needs: Sequence[int], gained: Numbers, begin: int, last_day: int
) -> tuple[Forecast, bool] | None:
    """Forecast when enough answers are there and good enough; None where they are.

    `needs`: how many are enough on each day to come.

    False beside it: of the answers alone, because too few say how the rest will be, or too few are
    asked to say so.
    """
    total, of = sample.extremes(sample.blank)[0]
    enough = of >= sample.need
    if enough and sample.passes(total, of):
        return None
    judged = of >= MARKS_AT_LEAST and bool(sample.marks) and not sample.hidden
    if not judged and enough:
        return None
    if begin >= last_day or not gained.size:
        return never(last_day), judged
    more = np.cumsum(gained, axis=1)
    met = of + more >= np.array(needs)
    if judged:
        sums = total + _sums(sample, gained)
        bar = sample.bar * (of + more)
        met &= sums > bar + 1e-9 if sample.above else sums >= bar - 1e-9
    return from_futures(met, begin, last_day), judged


def _sums(sample: Sample, gained: Numbers) -> Shares:
    """Give what further answers may add up to by the end of each day: rows are futures."""
    dice = np.random.default_rng([sample.cohort, sample.answered, sample.need])
    values = np.array([mark for mark, _ in sample.marks], dtype=np.float64)
    ends = np.array(sample.ends, dtype=np.float64)
    weight = [*(float(number) for _, number in sample.marks), 0.5, 0.5]
    parts = dice.dirichlet(np.maximum(weight, 1e-9), len(gained))
    known = np.concatenate([values, ends])
    mean = parts @ known
    spread = np.sqrt(np.maximum(parts @ known**2 - mean**2, 0.0))
    # A sum of several answers is near enough to normal for a day's forecast.
    luck = dice.normal(size=gained.shape) * np.sqrt(gained)
    found: Shares = np.cumsum(gained * mean[:, None] + luck * spread[:, None], axis=1)
    return found
