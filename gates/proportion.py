"""What a share of some people says of the people to come: an e-value that stays honest daily.

The people counted are taken for a sample of people like them. Against "at most a share `bar` of
them" the evidence is a likelihood ratio, averaged over all larger shares by a flat Beta(1, 1) cut
to (bar, 1] (Robbins 1970; Howard et al., arXiv 1810.08240). For every share up to the bar each
factor has a mean of at most 1, so that the product is a supermartingale that starts at 1, and by
Ville's inequality it reaches 1 / alpha at any look, ever, in at most a part alpha of cases.
It depends on counts only: the order in which people come does not matter.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import betaincc, betaln, xlog1py, xlogy

PERCENTS = np.arange(100) / 100
"""Bounds are sought among whole percents: people read no more of them."""


def log_evidence(some: int, of: int, bar: float) -> float:
    """Give the natural logarithm of the e-value against "at most `bar`", a fraction.

    Minus infinity where nothing could show it (a bar of 1).
    """
    return float(_log_evidence(some, of, np.array(bar))) if bar < 1 else -math.inf


def shows_more(some: int, of: int, bar: float, confidence: float) -> bool:
    """Tell whether so many show, at a confidence, that the share is above the bar."""
    return log_evidence(some, of, bar) >= threshold(confidence)


def shows_less(some: int, of: int, bar: float, confidence: float) -> bool:
    """Tell whether so many show, at a confidence, that the share is below the bar."""
    return log_evidence(of - some, of, 1 - bar) >= threshold(confidence)


def bounds(some: int, of: int, confidence: float) -> tuple[float, float]:
    """Give the lowest and the highest whole percent not ruled out, each at the confidence."""
    lowest = _lowest(some, of, threshold(confidence))
    return lowest, 1 - _lowest(of - some, of, threshold(confidence))


def threshold(confidence: float) -> float:
    """Give the logarithm of 1 / alpha: evidence that large is wrong in a part alpha of cases."""
    return -math.log1p(-confidence)


def _lowest(some: int, of: int, enough: float) -> float:
    out = PERCENTS[_log_evidence(some, of, PERCENTS) >= enough]
    return float(out[-1]) if len(out) else 0.0


def _log_evidence(some: int, of: int, bar: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    rest = of - some
    with np.errstate(divide="ignore"):
        above = np.log(betaincc(1 + some, 1 + rest, bar))
    at_bar = xlogy(some, bar) + xlog1py(rest, -bar)
    found: npt.NDArray[np.float64] = betaln(1 + some, 1 + rest) + above - np.log1p(-bar) - at_bar
    return found
