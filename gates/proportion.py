"""What a share of some people says of the people to come: an e-value that stays honest daily.

The people counted are taken for a sample of people like them. Against "at most a share `bar` of
them" the evidence is a likelihood ratio, averaged over all larger shares by a flat Beta(1, 1) cut
to (bar, 1] (Robbins 1970; Howard et al., arXiv 1810.08240). For every share up to the bar each
factor has a mean of at most 1, so that the product is a supermartingale that starts at 1, and by
Ville's inequality it reaches 1 / alpha at any look, ever, in at most a part alpha of cases.
It depends on counts only: the order in which people come does not matter.
"""

import math
from functools import lru_cache

TURNS_AT_MOST = 10_000
"""Of the continued fraction; it takes about the square root of the number of people."""
EXACT = 1e-12
TINY = 1e-300
PERCENT = 100
REMEMBERED = 4096
"""Bounds kept at hand: a phase shows the same counts at many looks."""


def log_evidence(some: int, of: int, bar: float) -> float:
    """Give the natural logarithm of the e-value against "at most `bar`", a fraction.

    Minus infinity where nothing could show it (a bar of 1).
    """
    if bar >= 1:
        return -math.inf
    rest = of - some
    if bar <= 0:
        return math.inf if some else -math.log1p(of)
    flat = math.lgamma(1 + some) + math.lgamma(1 + rest) - math.lgamma(2 + of)
    at_bar = some * math.log(bar) + rest * math.log1p(-bar)
    return flat + _log_above(1 + some, 1 + rest, bar) - math.log1p(-bar) - at_bar


def shows_more(some: int, of: int, bar: float, confidence: float) -> bool:
    """Tell whether so many show, at a confidence, that the share is above the bar."""
    return log_evidence(some, of, bar) >= threshold(confidence)


def shows_less(some: int, of: int, bar: float, confidence: float) -> bool:
    """Tell whether so many show, at a confidence, that the share is below the bar."""
    return log_evidence(of - some, of, 1 - bar) >= threshold(confidence)


@lru_cache(maxsize=REMEMBERED)
def bounds(some: int, of: int, confidence: float) -> tuple[float, float]:
    """Give the lowest and the highest whole percent not ruled out, each at the confidence."""
    lowest = _lowest(some, of, threshold(confidence))
    return lowest, 1 - _lowest(of - some, of, threshold(confidence))


def threshold(confidence: float) -> float:
    """Give the logarithm of 1 / alpha: evidence that large is wrong in a part alpha of cases."""
    return -math.log1p(-confidence)


def _lowest(some: int, of: int, enough: float) -> float:
    """Find the largest whole percent that is ruled out; below it all are."""
    low, high = 0, PERCENT
    while high - low > 1:
        middle = (low + high) // 2
        out = log_evidence(some, of, middle / PERCENT) >= enough
        low, high = (middle, high) if out else (low, middle)
    return low / PERCENT


def _log_above(a: float, b: float, bar: float) -> float:
    """Give the logarithm of the part of a Beta(a, b) above the bar, 0 < bar < 1.

    By the continued fraction of the incomplete Beta function (DLMF 8.17.22) on the side where it
    converges fast, in logarithms so that nothing is too small to say.
    """
    edge = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    edge += a * math.log(bar) + b * math.log1p(-bar)
    if bar < (a + 1) / (a + b + 2):
        below = math.exp(edge) * _fraction(a, b, bar) / a
        return math.log1p(-below) if below < 1 else -math.inf
    return edge + math.log(_fraction(b, a, 1 - bar) / b)


def _fraction(a: float, b: float, x: float) -> float:
    """Evaluate the continued fraction by Lentz's way, from the front."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or TINY)
    found = d
    for m in range(1, TURNS_AT_MOST):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d, c = 1 / (1 + step * d or TINY), 1 + step / c or TINY
            found *= c * d
        if abs(c * d - 1) < EXACT:
            return found
    msg = f"no share's bound for {a + b - 2:.0f} people within {TURNS_AT_MOST} turns"
    raise ArithmeticError(msg)
