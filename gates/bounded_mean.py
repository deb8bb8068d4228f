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
largest where large meets large (rearrangement inequality). Beyond PARTS answers, runs of them
share their largest a(l), which only takes away from the product. A bet ends once l_n would risk too
much, so that few answers before the last the capital is nothing; but by then the mean is known
from the answers alone: what the silent can still change has closed on the truth.
"""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from gates.proportion import REMEMBERED, threshold

Marks = Sequence[tuple[float, int]]
"""Values, and how many gave each, in any order."""

RISK = 0.9
"""The most of its capital a bet may lose at one answer."""
BETS = tuple(RISK * 2 ** (-size / 3) for size in range(14))
"""What the bets of different sizes risk at the first answer, as a fraction of their capital."""
PARTS = 64


def shows_more(
    marks: Marks, bar: float, scale: tuple[float, float], cohort: int | None, confidence: float
) -> bool:
    """Tell whether answers show, at a confidence, that the mean is above the bar.

    `scale` has the lowest and the highest value there is; `cohort` counts the silent too, None:
    the answers are a sample of people to come.
    """
    return log_evidence(marks, bar, scale, cohort) >= threshold(confidence)


def shows_less(
    marks: Marks, bar: float, scale: tuple[float, float], cohort: int | None, confidence: float
) -> bool:
    """Tell whether answers show, at a confidence, that the mean is below the bar."""
    return shows_more(_turned(marks), -bar, (-scale[1], -scale[0]), cohort, confidence)


def bounds(
    marks: Marks, scale: tuple[float, float], steps: int, confidence: float
) -> tuple[float, float]:
    """Give the lowest and the highest mean of people to come that are not ruled out.

    Sought among `steps` equal steps of the scale; each is at the confidence.
    """
    return _bounds(tuple(marks), scale, steps, confidence)


@lru_cache(maxsize=REMEMBERED)
def _bounds(
    marks: tuple[tuple[float, int], ...], scale: tuple[float, float], steps: int, confidence: float
) -> tuple[float, float]:
    low, high = scale
    lowest = _lowest(marks, scale, steps, threshold(confidence))
    return lowest, -_lowest(_turned(marks), (-high, -low), steps, threshold(confidence))


def log_evidence(
    marks: Marks, bar: float, scale: tuple[float, float], cohort: int | None = None
) -> float:
    """Give the natural logarithm of the e-value against "the mean is at most `bar`".

    Infinite where the values alone put the cohort's mean above the bar.
    """
    low, high = scale
    answered = sum(number for _, number in marks)
    total = sum(value * number for value, number in marks)
    if cohort is not None and total + low * (cohort - answered) > bar * cohort + 1e-9:
        return math.inf
    down = bar - low
    if down <= 0 or not answered:
        return 0.0  # nobody can be below the lowest mark: no bet could lose
    distances = [((value - bar) / down, number) for value, number in marks if number]
    if cohort is None:
        capital = [_product(distances, bet) for bet in BETS]
    else:
        capital = list(_of_a_cohort(distances, (high - bar) / down, cohort))
    if not capital:
        return -math.inf
    most = max(capital)
    return most + math.log(sum(math.exp(c - most) for c in capital) / len(BETS))


def _product(distances: Marks, bet: float) -> float:
    return sum(number * math.log1p(bet * distance) for distance, number in distances)


def _of_a_cohort(distances: Marks, farthest: float, cohort: int) -> Iterator[float]:
    """Give the logarithm of each bet's capital that is still going, at the worst of all orders."""
    answered = sum(number for _, number in distances)
    left = cohort - answered
    total = sum(distance * number for distance, number in distances)
    runs = _runs(answered)
    for bet in BETS:
        stake = bet * cohort
        if stake > RISK * left:
            continue
        last = stake / left
        risks = sorted((_shortfall(last * d), number) for d, number in distances)
        weights = [_weight(stake / (cohort - end), last, farthest) for _, end in runs]
        yield last * total - _meeting(risks, weights, runs)


def _runs(answered: int) -> list[tuple[int, int]]:
    """Part the answers' places, from 1, in runs of about equal length: (after, up to)."""
    parts = min(answered, PARTS)
    ends = [answered * part // parts for part in range(parts + 1)]
    return list(pairwise(ends))


def _weight(size: float, last: float, farthest: float) -> float:
    """Give at most what part of its risk at the last answer a bet has at an earlier one."""
    if farthest <= 0 or size == last:
        return (size / last) ** 2
    return _shortfall(size * farthest) / _shortfall(last * farthest)


def _meeting(
    risks: list[tuple[float, int]], weights: list[float], runs: list[tuple[int, int]]
) -> float:
    """Add up risks times weights, both from small to large; `risks` with how often each comes."""
    found, place, run = 0.0, 0, 0
    for risk, number in risks:
        upto = place + number
        while place < upto:
            end = min(upto, runs[run][1])
            found += risk * weights[run] * (end - place)
            place = end
            run += place == runs[run][1]
    return found


def _shortfall(u: float) -> float:
    """Give u - log(1 + u): how much less than its bet an answer adds to the capital's logarithm."""
    return u - math.log1p(u)


def _turned(marks: Marks) -> Marks:
    return [(-value, number) for value, number in marks]


def _lowest(marks: Marks, scale: tuple[float, float], steps: int, enough: float) -> float:
    """Find the largest step that is ruled out; below it all are."""
    bottom, top = scale
    low, high = 0, steps
    while high - low > 1:
        middle = (low + high) // 2
        out = log_evidence(marks, bottom + (top - bottom) * middle / steps, scale) >= enough
        low, high = (middle, high) if out else (low, middle)
    return bottom + (top - bottom) * low / steps
