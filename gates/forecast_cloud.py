"""Possible cohorts, weighed by what was seen of the real one: how a forecast is computed.

What is assumed, and where it comes from, stands in `gates.forecast_people`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from gates.clock import WORKING, Flags, Numbers
from gates.forecast import Shares

PARTICLES = 1500
WEEK = 7
IDLE = 0.1
"""Hazard of a day nobody works, as a part of a working day's."""
EVER = ((0.5, 10.0, 1.2), (0.5, 3.0, 2.0))
"""Prior of the share that ever does, where nothing was seen before: weight and Beta of each part.
Either nearly all, or anything."""
EVER_LIKE = (5.0, 0.6)
"""What is put to an earlier phase's people."""
MEDIAN = (math.log(6.5), 0.65)
"""Prior of the median in working days, as a logarithm's mean and standard deviation."""
SHAPE = (math.log(2.6), 0.75)
"""Prior of the Weibull's shape, likewise."""
WANDER = (0.4, 0.3)
"""Standard deviation of a working day's step of the hazard's level, as a logarithm: of a phase like
none before it, and of one like an earlier one."""
RETURNS = 0.7
"""Part of the level that is left after a working day: it returns to 1."""
SPREAD = 30.0
"""Concentration of a day's counts (beta-binomial); infinite would be chance alone."""
COUNT_AT_MOST = 40
"""People that what was seen counts as at most, where no earlier phase says how it may go on: with
many people any curve seems certain, and be it the wrong one."""
NEW = 0.12
"""Chance that a phase is like none before it."""
LIKE_AT_MOST = 60
"""People of an earlier phase that count."""
CURVE_KEPT = 0.8
"""Part of an earlier phase's weight that stays, for the days on which people do it."""
FLAT = 0.05
"""What is put to each of its days, so that none is impossible."""
LAST_LEFT = 0.004
"""Share of an earlier phase's people that is left after its last day."""
STRETCH = 0.2
"""Standard deviation of how much faster or slower this phase is, as a logarithm."""
STALLED_FIRST = 0.15
"""Chance that a phase begins with days on which next to nothing happens."""
STALLS = (0.05, 0.07)
"""Chance of a working day to begin such days later on: of a new kind of phase, and of a like."""
RESUMES = (0.4, 0.15)
"""Chance of a working day to end them: of short ones and of long ones."""
LONG = 0.4
"""Chance of such days to be long."""
STALLED = 0.05
"""Hazard of such a day, as a part of another's."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How a cohort came to do something, so far: what a forecast is made from."""

    people: int
    reached: tuple[int, ...]
    """People who had by the end of day 1, 2, ... of the phase."""
    first_weekday: int = 0
    """Weekday of day 1; Monday is 0."""
    stopped: tuple[float, ...] = ()
    """Share of the people whom an outage kept from it on each day; none on days beyond."""

    def length(self, day: int) -> float:
        """Give how much of a working day a day of the phase is."""
        length = 1.0 if self.works(day) else IDLE
        return length * (1 - self.stopped[day - 1]) if day <= len(self.stopped) else length

    def works(self, day: int) -> bool:
        """Tell whether a day of the phase is worked on."""
        return (self.first_weekday + day - 1) % WEEK < WORKING


class Cloud:
    """Possible cohorts, as many as there are particles; each an entry of every array."""

    def __init__(
        self,
        curve: Curve,
        dice: np.random.Generator,
        earlier: Sequence[Curve],
        last_day: int,
        trust: float = 1.0,
    ) -> None:
        """Draw them from the prior: each like an earlier phase, or like none of them.

        `trust` is the power of what is seen; 1: as much as it says.
        """
        days = math.ceil(sum(map(curve.length, range(1, last_day + 1)))) + 2
        self._dice, self._curve, self._trust = dice, curve, trust
        like = (
            dice.integers(1, len(earlier) + 1, PARTICLES) if earlier else np.zeros(PARTICLES, int)
        )
        like[dice.random(PARTICLES) < NEW] = 0
        paces = np.stack([_weibull(dice, days), *(_like(phase, dice, days) for phase in earlier)])
        shares = np.stack([_ever(dice), *(_ever_like(phase, dice) for phase in earlier)])
        everyone = np.arange(PARTICLES)
        self._paces = paces[like, everyone]
        self._row: Numbers = everyone
        self._ever = dice.binomial(curve.people, shares[like, everyone])
        self._wander = np.where(like > 0, WANDER[1], WANDER[0])
        self._stalls = np.where(like > 0, STALLS[1], STALLS[0])
        self._level, self._clock = np.zeros(PARTICLES), np.zeros(PARTICLES)
        self._stalled: Flags = dice.random(PARTICLES) < STALLED_FIRST
        self._resumes = self._lengths()

    def _lengths(self) -> Shares:
        return np.where(self._dice.random(PARTICLES) < LONG, RESUMES[1], RESUMES[0])

    def _hazard(self, day: int) -> Shares:
        """Let a day pass, and give each possible cohort's hazard on it."""
        length = self._curve.length(day)
        step = self._dice.normal(0, math.sqrt(length), PARTICLES)
        self._level = self._level * RETURNS**length + step * self._wander
        if self._curve.works(day):
            turn = self._dice.random(PARTICLES)
            begins = ~self._stalled & (turn < self._stalls)
            self._resumes = np.where(begins, self._lengths(), self._resumes)
            self._stalled = np.where(self._stalled, turn > self._resumes, begins)
        end = self._clock + length * np.where(self._stalled, STALLED, 1.0)
        rate = self._passed(end) - self._passed(self._clock)
        self._clock = end
        found: Shares = -np.expm1(-np.minimum(rate * np.exp(self._level), 20.0))
        return np.clip(found, 1e-6, 1 - 1e-6)

    def _passed(self, when: Shares) -> Shares:
        """Give each one's cumulative hazard at its own time."""
        return _between(self._paces, self._row, when)

    def see(self, day: int, before: int, gained: int) -> None:
        """Weigh them by what a day brought, and draw anew."""
        hazard = self._hazard(day)
        log = self._trust * beta_binomial(gained, self._ever - before, hazard)
        top = log.max()
        if not math.isfinite(top):
            # Nobody thought so many possible: those with the most people left go on.
            self._ever = np.maximum(self._ever, before + gained)
            return
        weight = np.exp(log - top)
        kept = systematic(weight / weight.sum(), self._dice)
        for name in ("ever", "row", "level", "clock", "stalled", "resumes", "wander", "stalls"):
            setattr(self, f"_{name}", getattr(self, f"_{name}")[kept])

    def go_on(self, begin: int, last_day: int, before: int) -> Numbers:
        """Continue each to the last day."""
        reached = np.full(PARTICLES, before)
        days = []
        for day in range(begin + 1, last_day + 1):
            hazard = self._hazard(day)
            part = self._dice.beta(hazard * SPREAD, (1 - hazard) * SPREAD)
            reached = reached + self._dice.binomial(np.maximum(self._ever - reached, 0), part)
            days.append(reached)
        return np.stack(days, axis=1)


def _ever(dice: np.random.Generator) -> Shares:
    """Draw the share that ever does, where nothing was seen before."""
    draws = np.stack([dice.beta(a, b, PARTICLES) for _, a, b in EVER])
    which = dice.choice(len(EVER), PARTICLES, p=[weight for weight, _, _ in EVER])
    found: Shares = draws[which, np.arange(PARTICLES)]
    return found


def _ever_like(phase: Curve, dice: np.random.Generator) -> Shares:
    weight = min(phase.people, LIKE_AT_MOST)
    done = phase.reached[-1] / phase.people
    a, b = EVER_LIKE
    found: Shares = dice.beta(a + weight * done, b + weight * (1 - done), PARTICLES)
    return found


def _weibull(dice: np.random.Generator, days: int) -> Shares:
    """Draw cumulative hazards of Weibull curves; columns are working days from 0."""
    median = np.exp(dice.normal(*MEDIAN, PARTICLES))[:, None]
    shape = np.exp(dice.normal(*SHAPE, PARTICLES))[:, None]
    found: Shares = math.log(2) * (np.arange(days) / median) ** shape
    return found


def _like(phase: Curve, dice: np.random.Generator, days: int) -> Shares:
    """Draw cumulative hazards like those of an earlier phase's people, faster or slower.

    Its days have as many people as a Dirichlet draw gives, so that a small phase says little.
    """
    gains = np.diff(np.array(phase.reached), prepend=0).astype(np.float64)
    lengths = np.array([phase.length(day) for day in range(1, len(gains) + 1)])
    place = np.maximum(np.cumsum(lengths > 2 * IDLE) - 1, 0)
    by_day = np.bincount(place, weights=gains, minlength=int(place.max()) + 1)
    smooth = np.convolve(np.pad(by_day, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    parts = dice.dirichlet(smooth * CURVE_KEPT + FLAT, PARTICLES)
    left = 1 - np.cumsum(parts, axis=1)
    hazard = -np.log(np.clip(left, LAST_LEFT, 1.0))
    whole = np.concatenate([np.zeros((PARTICLES, 1)), hazard], axis=1)
    stretch = np.exp(dice.normal(0, STRETCH, PARTICLES))[:, None]
    rows = np.arange(PARTICLES)[:, None]
    return _between(whole, rows, np.arange(days)[None, :] / stretch)


def _between(table: Shares, row: Numbers, when: Shares) -> Shares:
    """Read cumulative hazards, between the days on a line, and on along the last one."""
    whole = np.clip(when.astype(np.int64), 0, table.shape[1] - 2)
    begin = table[row, whole]
    found: Shares = begin + (table[row, whole + 1] - begin) * (when - whole)
    return found


def beta_binomial(k: int, n: Numbers, p: Shares) -> Shares:
    """Give the logarithm of the chance of k of n, but for what no p changes.

    Minus infinity where k is more than n.
    """
    safe = np.maximum(n, k)
    a, b = p * SPREAD, (1 - p) * SPREAD
    found: Shares = gammaln(safe - k + b) - gammaln(safe + SPREAD) - gammaln(b)
    if k:
        found += gammaln(safe + 1) - gammaln(safe - k + 1) + gammaln(k + a) - gammaln(a)
    return np.where(n >= k, found, -np.inf)


def systematic(weight: Shares, dice: np.random.Generator) -> Numbers:
    """Draw by weight, as evenly as can be (systematic resampling)."""
    at = (np.arange(len(weight)) + dice.random()) / len(weight)
    found: Numbers = np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)
    return found
