"""What answers on a scale say of a mean: an e-value that stays honest however often one looks.

A capital of 1 is bet on each answer x being above a bar m: it is multiplied by 1 + l (x - m), a
*constant bet* l small enough never to lose all (Waudby-Smith and Ramdas, arXiv 2010.09686). While
the mean is at most m no bet gains on average, so that by Ville's inequality the capital reaches
1 / alpha, at any look, in at most a part alpha of cases. Bets of many sizes share the capital.
A product does not heed the order of its factors.

Of a known cohort of N, answers are drawn without replacement (the same authors, arXiv 2006.04347):
after n - 1 of them whoever is left has a mean of at most m_n = (N m - S) / (N - n + 1), S the sum
so far. Betting l on x - m_n would make the order matter, so that we bet otherwise. With
l_n = t / (N - n) and d = x - m, the factor

    (1 + l_n d) exp(-l_n (m_n - m))

has a mean of at most 1 while the cohort's mean is at most m, because 1 + z <= exp(z). Let
D = (S - n m) / (N - n). D grows by (x - m_n) / (N - n) at each answer, so that the logarithm of
the product is exactly

    t D - sum of f(l_i d_i),   f(u) = u - log(1 + u).

The first part heeds the sum alone. Of the second we take the most that *any* order gives, or a
little more: the product then is no more than the true one, whatever the order was, and stays
honest. With L the largest l_i and h the largest d the scale allows, f(l d) <= a(l) f(L d) where
a(l) = f(l h) / f(L h) (the quotient f(l d) / f(L d) rises with d); and a sum of products is
largest where large meets large (rearrangement inequality). A bet ends once l_n would risk too
much, so that few answers before the last the capital is nothing; but by then the mean is known
from the answers alone: what the silent can still change has closed on the truth.
"""

import math

import numpy as np
import numpy.typing as npt

from gates.proportion import threshold

Numbers = npt.NDArray[np.float64]

RISK = 0.9
"""The most of its capital a bet may lose at one answer."""
BETS = RISK * 2.0 ** (-np.arange(20) / 4)
"""What the bets of different sizes risk at the first answer, as a fraction of their capital."""


def shows_more(
    values: Numbers, bar: float, low: float, high: float, cohort: int | None, confidence: float
) -> bool:
    """Tell whether answers show, at a confidence, that the mean is above the bar.

    `values` in any order on the scale from `low` to `high`; `cohort` counts the silent too, None:
    they are a sample of people to come.
    """
    return log_evidence(values, bar, low, high, cohort) >= threshold(confidence)


def shows_less(
    values: Numbers, bar: float, low: float, high: float, cohort: int | None, confidence: float
) -> bool:
    """Tell whether answers show, at a confidence, that the mean is below the bar."""
    return log_evidence(-values, -bar, -high, -low, cohort) >= threshold(confidence)


def log_evidence(
    values: Numbers, bar: float, low: float, high: float, cohort: int | None = None
) -> float:
    """Give the natural logarithm of the e-value against "the mean is at most `bar`".

    Infinite where the values alone put the cohort's mean above the bar.
    """
    answered = len(values)
    if cohort is not None and values.sum() + low * (cohort - answered) > bar * cohort + 1e-9:
        return math.inf
    down = bar - low
    if down <= 0 or not answered:
        return 0.0  # nobody can be below the lowest mark: no bet could lose
    distance = (values - bar) / down
    if cohort is None:
        capital = np.log1p(BETS[:, None] * distance).sum(axis=1)
    else:
        capital = _of_a_cohort(distance, (high - bar) / down, cohort)
    if not len(capital):
        return -math.inf
    return float(np.logaddexp.reduce(capital) - math.log(len(BETS)))


def _of_a_cohort(distance: Numbers, farthest: float, cohort: int) -> Numbers:
    """Give the logarithm of each bet's capital that is still going, at the worst of all orders."""
    left = cohort - np.arange(1, len(distance) + 1)
    stake = BETS[BETS * cohort <= RISK * left[-1]][:, None] * cohort
    if not stake.size:
        return np.empty(0)
    last = stake / left[-1]
    risks = np.sort(_shortfall(last * distance), axis=1)
    if farthest > 0:
        worst = _shortfall(stake / left * farthest) / _shortfall(last * farthest)
    else:
        worst = (left[-1] / left[None, :]) ** 2
    capital: Numbers = stake[:, 0] * distance.sum() / left[-1] - (worst * risks).sum(axis=1)
    return capital


def _shortfall(u: Numbers) -> Numbers:
    """Give u - log(1 + u): how much less than its bet an answer adds to the capital's logarithm."""
    found: Numbers = u - np.log1p(u)
    return found
