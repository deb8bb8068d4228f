"""A forecast of a level, which can fall and rise: when its window will be as the plan asks.

A share (of work done in the new system; of people active) or a rate (tickets a person active) that
moves from day to day: on the scale of its logarithm, or of its odds', by a drift that fades by a
tenth a day and changes by chance (a damped trend: Gardner and McKenzie 1985,
doi:10.1287/mnsc.31.10.1237). Counts are more spread than chance alone would have them: beta-
binomial for shares, negative binomial for rates. Estimated by a particle filter, as in
`forecast_cloud`.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.special import expit, gammaln

from gates.forecast import Shares
from gates.forecast_cloud import WEEK, beta_binomial, systematic

Kind = Literal["share", "rate"]

PARTICLES = 3000
DAYS_AT_MOST = 42
"""Only the newest days are read."""
START = 1.5
"""Standard deviation of where it begins, around what the first days show."""
DRIFT = 0.3
"""Standard deviation of the drift it begins with, a day."""
DAMPED = 0.9
BEND = 0.1
"""Standard deviation of a day's change of the drift."""
STEP = 0.08
"""Standard deviation of a day's step besides."""
SPREAD = 30.0
"""Concentration of a day's counts."""

Seen = Sequence[tuple[float, float]]
"""Of each day: how many, of how many; of none nothing is learnt."""


def futures(seen: Seen, of: Sequence[float], kind: Kind) -> Shares:
    """Give possible counts (rows) of the days to come, of so many each."""
    seen = list(seen)[-DAYS_AT_MOST:]
    dice = np.random.default_rng([len(seen), len(of), *(round(a) for a, _ in seen)])
    level = _begin(seen, kind) + dice.normal(0, START, PARTICLES)
    drift = dice.normal(0, DRIFT, PARTICLES)
    for many, every in seen:
        level, drift = _move(level, drift, dice)
        if every > 0:
            log = _likely(many, every, level, kind)
            weight = np.exp(log - log.max())
            kept = systematic(weight / weight.sum(), dice)
            level, drift = level[kept], drift[kept]
    days = []
    for every in of:
        level, drift = _move(level, drift, dice)
        days.append(_drawn(every, level, kind, dice))
    found: Shares = np.stack(days, axis=1) if days else np.zeros((PARTICLES, 0))
    return found


def _begin(seen: Seen, kind: Kind) -> float:
    early = [pair for pair in seen if pair[1] > 0][:WEEK]
    many, every = sum(a for a, _ in early), sum(b for _, b in early)
    if kind == "rate":
        return float(np.log((many + 0.5) / (every + 1.0)))
    return float(np.log((many + 0.5) / (max(every - many, 0.0) + 0.5)))


def _move(level: Shares, drift: Shares, dice: np.random.Generator) -> tuple[Shares, Shares]:
    drift = DAMPED * drift + dice.normal(0, BEND, len(level))
    return np.clip(level + drift + dice.normal(0, STEP, len(level)), -12.0, 12.0), drift


def _likely(many: float, every: float, level: Shares, kind: Kind) -> Shares:
    """Give the logarithm of the chance of a day's count."""
    if kind == "share":
        of = np.full(len(level), round(every))
        share = np.clip(expit(level), 1e-6, 1 - 1e-6)
        return beta_binomial(min(round(many), round(every)), of, share)
    mean, k = every * np.exp(level), round(many)
    # The negative binomial of size SPREAD / 10, but for what is the same for all.
    size = SPREAD / 10
    found: Shares = (
        gammaln(k + size)
        - gammaln(size)
        + size * np.log(size / (size + mean))
        + k * np.log(mean / (size + mean))
    )
    return found


def _drawn(every: float, level: Shares, kind: Kind, dice: np.random.Generator) -> Shares:
    if every <= 0:
        return np.zeros(len(level))
    if kind == "share":
        share = np.clip(expit(level), 1e-6, 1 - 1e-6)
        part = dice.beta(share * SPREAD, (1 - share) * SPREAD)
        return dice.binomial(round(every), part).astype(np.float64)
    size = SPREAD / 10
    mean = np.minimum(every * np.exp(level), 1e6)
    return dice.poisson(dice.gamma(size, mean / size)).astype(np.float64)
