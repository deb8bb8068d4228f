"""Possible cohorts, weighed by what was seen of the real one: how a forecast is computed.

What is assumed, and where it comes from, stands in `gates.forecast`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

PARTICLES = 3000
WEEK = 7
WORKING = 5
IDLE = 0.1
"""Hazard of a day nobody works, as a part of a working day's."""
EVER = (8.0, 1.2)
"""Prior of the share that ever adopts, as a Beta: near 87 %, where nothing was seen before."""
MEDIAN = (math.log(7.0), 0.6)
"""Prior of the median in working days, as a logarithm's mean and standard deviation."""
SHAPE = (math.log(1.6), 0.6)
"""Prior of the Weibull's shape, likewise."""
WANDER = 0.3
"""Standard deviation of a working day's step of the hazard's level, as a logarithm."""
SPREAD = 30.0
"""Concentration of a day's counts (beta-binomial); infinite would be chance alone."""
NEW = 0.12
"""Chance that a phase is like none before it."""
KEPT = 1.0
"""Part of an earlier phase's weight that stays, for the share that ever adopts."""
LIKE_AT_MOST = 60
"""People of an earlier phase that count."""
CURVE_KEPT = 0.8
"""Part of an earlier phase's weight that stays, for the days on which people adopt."""
FLAT = 0.1
"""What is put to each of its days, so that none is impossible."""
STRETCH = 0.2
"""Standard deviation of how much faster or slower this phase is, as a logarithm."""
STALLED_FIRST = 0.15
"""Chance that a phase begins with days on which next to nothing happens."""
STALLS = 0.03
"""Chance of a working day to begin such days later on."""
RESUMES = 0.4
"""Chance of a working day to end them."""
STALLED = 0.05
"""Hazard of such a day, as a part of another's."""
DAYS = 66
"""Working days in the 90 days a goal has at most, and one more."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How a cohort adopted so far: what a forecast is made from."""

    people: int
    adopted: tuple[int, ...]
    """People who had adopted by the end of day 1, 2, ... of the phase."""
    first_weekday: int = 0
    """Weekday of day 1; Monday is 0."""


class Cloud:
    """Possible cohorts, as many as there are particles; each an entry of every array."""

    def __init__(self, people: int, dice: np.random.Generator, earlier: Sequence[Curve]) -> None:
        """Draw them from the prior: each like an earlier phase, or like none of them."""
        self._dice = dice
        shapes = [_weibull(dice, PARTICLES)]
        shares = [dice.beta(*EVER, PARTICLES)]
        for phase in earlier:
            if phase.adopted[-1]:
                shapes.append(_like(phase, dice, PARTICLES))
                weight = KEPT * min(phase.people, LIKE_AT_MOST)
                done = phase.adopted[-1] / phase.people
                a, b = EVER[0] / 2 + weight * done, EVER[1] / 2 + weight * (1 - done)
                shares.append(dice.beta(a, b, PARTICLES))
        like = np.where(
            dice.random(PARTICLES) < NEW,
            0,
            dice.integers(1, len(shapes), PARTICLES) if len(shapes) > 1 else 0,
        )
        rows = np.arange(PARTICLES)
        self._ever = dice.binomial(people, np.stack(shares)[like, rows])
        self._pace = np.stack(shapes)[like, rows]
        self._level = np.zeros(PARTICLES)
        self._clock = np.zeros(PARTICLES)
        self._stalled = dice.random(PARTICLES) < STALLED_FIRST

    def _hazard(self, day: int, first_weekday: int) -> Numbers:
        """Let a day pass, and give each possible cohort's hazard on it."""
        works = (first_weekday + day - 1) % WEEK < WORKING
        length = 1.0 if works else IDLE
        self._level += self._dice.normal(0, WANDER * math.sqrt(length), PARTICLES)
        turn = self._dice.random(PARTICLES)
        if works:
            self._stalled = np.where(self._stalled, turn > RESUMES, turn < STALLS)
        step = length * np.where(self._stalled, STALLED, 1.0)
        begin, end = self._clock, self._clock + step
        self._clock = end
        rate = _at(self._pace, end) - _at(self._pace, begin)
        found: Numbers = -np.expm1(-np.minimum(rate * np.exp(self._level), 20.0))
        return np.clip(found, 1e-6, 1 - 1e-6)

    def see(self, day: int, first_weekday: int, before: int, gained: int) -> None:
        """Weigh them by what a day brought, and draw anew."""
        hazard = self._hazard(day, first_weekday)
        left = self._ever - before
        log = _beta_binomial(gained, left, hazard)
        top = log.max()
        if not math.isfinite(top):
            # Nobody thought so many possible: those with the most people left go on.
            self._ever = np.maximum(self._ever, before + gained)
            return
        weight = np.exp(log - top)
        kept = _systematic(weight / weight.sum(), self._dice)
        for name in ("_ever", "_pace", "_level", "_clock", "_stalled"):
            setattr(self, name, getattr(self, name)[kept])

    def go_on(self, begin: int, last_day: int, first_weekday: int, before: int) -> Counts:
        """Continue each to the last day."""
        adopted = np.full(PARTICLES, before)
        days = []
        for day in range(begin + 1, last_day + 1):
            hazard = self._hazard(day, first_weekday)
            part = self._dice.beta(hazard * SPREAD, (1 - hazard) * SPREAD)
            adopted = adopted + self._dice.binomial(np.maximum(self._ever - adopted, 0), part)
            days.append(adopted)
        return np.stack(days, axis=1)


def _weibull(dice: np.random.Generator, many: int) -> Numbers:
    """Draw cumulative hazards of Weibull curves; columns are working days from 0."""
    median = np.exp(dice.normal(*MEDIAN, many))[:, None]
    shape = np.exp(dice.normal(*SHAPE, many))[:, None]
    found: Numbers = math.log(2) * (np.arange(DAYS) / median) ** shape
    return found


def _like(phase: Curve, dice: np.random.Generator, many: int) -> Numbers:
    """Draw cumulative hazards like those of an earlier phase's adopters, faster or slower.

    Its days have as many adopters as a Dirichlet draw gives, so that a small phase says little.
    """
    gains = np.diff(np.array(phase.adopted), prepend=0).astype(np.float64)
    days = np.arange(1, len(gains) + 1)
    works = (phase.first_weekday + days - 1) % WEEK < WORKING
    place = np.maximum(np.cumsum(works) - 1, 0)
    by_day = np.bincount(place, weights=gains, minlength=int(place.max()) + 1)
    smooth = np.convolve(np.pad(by_day, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    weight = smooth * CURVE_KEPT + FLAT
    parts = dice.dirichlet(weight, many)
    left = 1 - np.cumsum(parts, axis=1)
    hazard = -np.log(np.clip(left, 0.02, 1.0))
    whole = np.concatenate([np.zeros((many, 1)), hazard], axis=1)
    stretch = np.exp(dice.normal(0, STRETCH, many))[:, None]
    return _at_rows(whole, np.arange(DAYS)[None, :] / stretch)


def _at(table: Numbers, when: Numbers) -> Numbers:
    """Read each row's cumulative hazard at its own time, between the days on a line."""
    return _at_rows(table, when[:, None])[:, 0]


def _at_rows(table: Numbers, when: Numbers) -> Numbers:
    last = table.shape[1] - 1
    whole = np.clip(np.floor(when).astype(np.int64), 0, last - 1)
    rows = np.arange(len(table))[:, None]
    begin, end = table[rows, whole], table[rows, whole + 1]
    slope = end - begin
    found: Numbers = begin + slope * (when - whole)
    return found


def _beta_binomial(k: int, n: Counts, p: Numbers) -> Numbers:
    """Give the logarithm of the chance of k of n; minus infinity where k is more than n."""
    safe = np.maximum(n, k)
    a, b = p * SPREAD, (1 - p) * SPREAD
    found = (
        _lgamma(safe + 1)
        - _lgamma(np.full(len(p), k + 1.0))
        - _lgamma(safe - k + 1)
        + _lgamma(k + a)
        + _lgamma(safe - k + b)
        - _lgamma(safe + a + b)
        - _lgamma(a)
        - _lgamma(b)
        + _lgamma(a + b)
    )
    return np.where(n >= k, found, -np.inf)


def _lgamma(x: Numbers) -> Numbers:
    found: Numbers = gammaln(x)
    return found


def _systematic(weight: Numbers, dice: np.random.Generator) -> Counts:
    """Draw by weight, as evenly as can be (systematic resampling)."""
    at = (np.arange(len(weight)) + dice.random()) / len(weight)
    found: Counts = np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)
    return found
