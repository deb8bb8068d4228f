"""Whether something happens more often than before: two Poisson rates, compared at any look.

`first` events came in an exposure before (tickets over the days somebody worked in the tool in the
launch week), `later` ones in an exposure that still grows. The evidence against "the later rate is
at most `times` the first" is the chance of all events under a mixture of pairs of rates (each a
Gamma with shape 1/2 and an exposure of PRIOR before any data), over their chance under the *best*
pair of rates for which it is true. For each such pair the quotient with its own chance is a
martingale that starts at 1, and the best pair's is no larger (universal inference: Wasserman,
Ramdas and Balakrishnan, arXiv 1912.11436), so that by Ville's inequality it reaches 1 / alpha, at
any look, in at most a part alpha of cases. It depends on counts and exposures only. That the first
rate is not known either makes it blunt: with 20 tickets in the launch week twice as many in the
next are not certain at 95 %, three times as many are.
"""

import math

from gates.proportion import threshold

SHAPE = 0.5
"""Shape of each rate's prior, as Jeffreys has it."""
PRIOR = 7.0
"""Exposure the prior is worth: a person's week in days."""


def shows_rise(
    first: tuple[int, float], later: tuple[int, float], times: float, confidence: float
) -> bool:
    """Tell whether events show, at a confidence, a rate above `times` the first; (events, days)."""
    return log_evidence(first, later, times) >= threshold(confidence)


def shows_no_rise(
    first: tuple[int, float], later: tuple[int, float], times: float, confidence: float
) -> bool:
    """Tell whether events show, at a confidence, a rate below `times` the first."""
    return times > 0 and log_evidence(later, first, 1 / times) >= threshold(confidence)


def log_evidence(first: tuple[int, float], later: tuple[int, float], times: float) -> float:
    """Give the natural logarithm of the e-value against "the later rate is at most `times` ours".

    Each is (events, exposure), exposures positive.
    """
    mixed = _mixed(*first) + _mixed(*later)
    (few, short), (many, long) = first, later
    if many * short <= times * few * long:
        best = _best(few, short) + _best(many, long)
    else:  # the best pair lies on the edge: the later rate is just `times` the first
        stretched = short + times * long
        best = _best(few + many, stretched) + (many * math.log(times) if many and times else 0.0)
        if many and not times:
            return math.inf
    return mixed - best


def _mixed(events: int, exposure: float) -> float:
    """Give the logarithm of the events' chance, averaged over rates."""
    return (
        math.lgamma(events + SHAPE)
        - math.lgamma(SHAPE)
        + SHAPE * math.log(PRIOR)
        - (events + SHAPE) * math.log(exposure + PRIOR)
    )


def _best(events: int, exposure: float) -> float:
    """Give the logarithm of the events' chance at the rate that makes it largest."""
    return events * (math.log(events / exposure) - 1) if events else 0.0
