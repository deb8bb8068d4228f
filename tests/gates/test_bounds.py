"""The bounds: against other ways to compute them, and by simulation at every look."""

import itertools
import math
import os
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from gates import bounded_mean, proportion, rate

FULL = bool(os.environ.get("CHANGEOVER_FULL_SIMULATION"))
"""`CHANGEOVER_FULL_SIMULATION=1 python -m pytest tests/gates/test_bounds.py` runs all of it."""
RUNS = 20_000 if FULL else 400
ALPHA = 0.05
CONFIDENCE = 1 - ALPHA


def no_more_than_alpha(wrong: int, runs: int) -> bool:
    """Whether so many wrong ones could well be a part alpha: one test in 100,000 fails by luck."""
    return wrong <= stats.binom.ppf(1 - 1e-5, runs, ALPHA)


@pytest.mark.parametrize(
    ("some", "of", "bar"), [(0, 0, 0.6), (3, 4, 0.6), (15, 21, 0.6), (9, 9, 0.05)]
)
def test_a_share_is_the_average_over_larger_shares(some: int, of: int, bar: float) -> None:
    def ratio(p: float) -> float:
        return (p / bar) ** some * ((1 - p) / (1 - bar)) ** (of - some)

    mean = integrate.quad(ratio, bar, 1)[0] / (1 - bar)
    assert math.exp(proportion.log_evidence(some, of, bar)) == pytest.approx(mean, rel=1e-6)


@given(st.integers(0, 300), st.integers(1, 300), st.floats(0.01, 0.99))
def test_a_share_agrees_with_scipy(some: int, of: int, bar: float) -> None:
    some = min(some, of)
    above = stats.beta.logsf(bar, 1 + some, 1 + of - some)
    assume(math.isfinite(above))  # scipy takes the logarithm of what is too small to say
    flat = special.betaln(1 + some, 1 + of - some)
    chance = special.xlogy(some, bar) + special.xlog1py(of - some, -bar)
    expected = flat + above - math.log1p(-bar) - chance
    assert proportion.log_evidence(some, of, bar) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_share_of_many_people_is_quick_enough() -> None:
    low, high = proportion.bounds(60_000, 100_000, CONFIDENCE)
    assert low == 0.59
    assert high == pytest.approx(0.61)


def test_a_share_of_all_cannot_be_passed() -> None:
    assert proportion.log_evidence(5, 5, 1.0) == -math.inf
    assert not proportion.shows_more(5, 5, 1.0, CONFIDENCE)


@given(st.integers(0, 60), st.integers(1, 60), st.sampled_from([0.8, 0.95, 0.99]))
def test_bounds_hold_the_share_that_was_seen(some: int, of: int, confidence: float) -> None:
    some = min(some, of)
    low, high = proportion.bounds(some, of, confidence)
    assert low <= some / of <= high
    # What is not ruled out is one piece: below the lower bound everything is.
    for bar in np.linspace(0.012, 0.988, 25):
        if not low < bar < low + 0.01:
            assert proportion.shows_more(some, of, bar, confidence) == (bar <= low)
        if not high - 0.01 < bar < high:
            assert proportion.shows_less(some, of, bar, confidence) == (bar >= high)


@pytest.mark.parametrize("bar", [0.2, 0.6, 0.8])
def test_a_share_is_seldom_wrongly_certain_at_any_of_200_looks(bar: float) -> None:
    rng = np.random.default_rng(1)
    some = (rng.random((RUNS, 200)) < bar).cumsum(axis=1)
    enough = [  # the fewest of n that show more: evidence rises with them
        next((k for k in range(n + 1) if proportion.shows_more(k, n, bar, CONFIDENCE)), n + 1)
        for n in range(1, 201)
    ]
    wrong = int((some >= np.array(enough)).any(axis=1).sum())
    assert no_more_than_alpha(wrong, RUNS)
    assert wrong  # or the bound would be of no use


SCALE = (1.0, 10.0)
ENOUGH = -math.log(ALPHA)


def evidence(values: Iterable[float], bar: float, cohort: int | None = None) -> float:
    return bounded_mean.log_evidence(list(Counter(values).items()), bar, SCALE, cohort)


def against(values: Iterable[float], bar: float, cohort: int | None = None) -> float:
    """Of a mean below the bar."""
    marks = list(Counter(-value for value in values).items())
    return bounded_mean.log_evidence(marks, -bar, (-10, -1), cohort)


def _average_bet(values: list[float], bar: float, low: float, cohort: int) -> float:
    """The product the docstring names, in the order given, each bet on its own."""
    total = 0.0
    for size in bounded_mean.BETS:
        stake, capital, seen = size * cohort / (bar - low), 1.0, 0.0
        for n, value in enumerate(values, 1):
            bet = stake / (cohort - n) if cohort > n else math.inf
            if bet * (bar - low) > bounded_mean.RISK + 1e-12:
                capital = 0.0
                break
            rest = (cohort * bar - seen) / (cohort - n + 1)
            capital *= (1 + bet * (value - bar)) * math.exp(-bet * (rest - bar))
            seen += value
        total += capital
    return total / len(bounded_mean.BETS)


ANSWERS = st.lists(st.sampled_from([1, 4, 6, 7, 7.5, 8, 9, 10]), min_size=1, max_size=5)


@given(ANSWERS, st.integers(0, 9), st.sampled_from([3.0, 6.5, 7.0]))
def test_a_mean_is_never_above_the_bets_in_any_order(
    values: list[float], silent: int, bar: float
) -> None:
    cohort = len(values) + silent
    found = evidence(values, bar, cohort)
    if found == math.inf:
        assert sum(values) + silent > bar * cohort
        return
    for order in itertools.islice(itertools.permutations(values), 120):
        average = _average_bet(list(order), bar, 1, cohort)
        assert found <= math.log(average) + 1e-9 if average else found == -math.inf


@given(ANSWERS, st.sampled_from([3.0, 6.5, 7.0]), st.randoms())
def test_a_means_evidence_does_not_heed_the_order(
    values: list[float], bar: float, random: object
) -> None:
    other = list(values)
    random.shuffle(other)  # type: ignore[attr-defined]
    for cohort in (None, 12):
        first = evidence(values, bar, cohort)
        assert evidence(other, bar, cohort) == pytest.approx(first)


def test_a_large_cohort_is_like_a_sample_of_people_to_come() -> None:
    values = np.array([8.0, 9, 6, 7, 10, 8, 8, 9])
    sample = evidence(values, 7)
    bets = [np.prod(1 + b / 6 * (values - 7)) for b in bounded_mean.BETS]
    assert sample == pytest.approx(math.log(np.mean(bets)))
    # The boldest bet ends at the first answer of a cohort, however large.
    assert evidence(values, 7, 10**7) == pytest.approx(math.log(np.mean([*bets[1:], 0])), abs=1e-4)


@given(ANSWERS, st.integers(0, 9), st.sampled_from([3.0, 6.5, 7.0]))
def test_a_better_answer_never_weakens_the_evidence(
    values: list[float], silent: int, bar: float
) -> None:
    for cohort in (None, len(values) + silent):
        before = evidence(values, bar, cohort)
        for place, value in enumerate(values):
            better = [*values[:place], min(10, value + 1), *values[place + 1 :]]
            after = evidence(better, bar, cohort)
            assert after >= before - 1e-9


def test_a_cohort_of_thousands_is_judged_in_runs_that_only_take_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(9)
    answers = np.clip(np.round(rng.normal(7.2, 1.6, 3000)), 1, 10)
    found = evidence(answers, 7, 9000)
    monkeypatch.setattr(bounded_mean, "PARTS", 3000)
    one_by_one = evidence(answers, 7, 9000)
    assert one_by_one - 0.5 < found < one_by_one
    assert one_by_one < math.log(_average_bet(list(answers), 7, 1, 9000))


def test_bounds_of_a_mean_are_what_is_not_ruled_out() -> None:
    marks = [(6.0, 5), (7.0, 8), (8.0, 14), (9.0, 9), (10.0, 4)]
    low, high = bounded_mean.bounds(marks, SCALE, 36, CONFIDENCE)
    assert (low, high) == (7.0, 8.75)
    assert bounded_mean.shows_more(marks, low, SCALE, None, CONFIDENCE)
    assert not bounded_mean.shows_more(marks, low + 0.25, SCALE, None, CONFIDENCE)
    assert bounded_mean.shows_less(marks, high, SCALE, None, CONFIDENCE)
    assert not bounded_mean.shows_less(marks, high - 0.25, SCALE, None, CONFIDENCE)


@given(st.lists(st.integers(1, 10), min_size=1, max_size=40), st.sampled_from([3.0, 6.5, 7.0]))
def test_everybodys_answers_close_on_the_truth(values: list[int], bar: float) -> None:
    marks, cohort = np.array(values, dtype=float), len(values)
    more = evidence(marks, bar, cohort) > 7
    less = against(marks, bar, cohort) > 7
    assert more == (sum(values) > bar * cohort)
    assert less == (sum(values) < bar * cohort)


def _worst_cohorts() -> list[np.ndarray]:
    """Cohorts whose mean is just 7, of shapes a bound might be fooled by."""
    rng = np.random.default_rng(3)
    spread = np.clip(np.round(rng.normal(7, 2, 60)), 1, 10)
    half = np.array([4.0] * 20 + [10.0] * 20)
    rare = np.array([10.0] * 30 + [1.0] * 15)
    return [spread - spread.mean() + 7, half, rare, np.array([7.0] * 25)]


@pytest.mark.parametrize("shape", range(4))
def test_a_cohorts_mean_is_seldom_wrongly_certain_at_any_look(shape: int) -> None:
    cohort, rng = _worst_cohorts()[shape], np.random.default_rng(shape)
    size = len(cohort)
    runs = RUNS // 2
    wrong = {"more": 0, "less": 0}
    for _ in range(runs):
        answers = rng.permutation(cohort)
        looks = range(3, size + 1, 3)
        wrong["more"] += any(evidence(answers[:n], 7, size) >= ENOUGH for n in looks)
        wrong["less"] += any(against(answers[:n], 7, size) >= ENOUGH for n in looks)
    assert all(no_more_than_alpha(number, runs) for number in wrong.values()), wrong


def test_a_mean_well_above_the_bar_is_certain_before_half_have_answered() -> None:
    rng = np.random.default_rng(5)
    cohort = np.clip(np.round(rng.normal(8.3, 1.4, 100)), 1, 10)
    certain = sum(evidence(rng.permutation(cohort)[:50], 7, 100) >= ENOUGH for _ in range(100))
    assert certain >= 95


def test_looking_daily_with_no_bound_would_be_wrong_far_more_often() -> None:
    # The same looks by the mean alone: what the bound is there for.
    cohort, rng = _worst_cohorts()[1] - 0.3, np.random.default_rng(7)
    looks = range(12, 40, 2)
    wrong = sum(
        any(answers[:n].mean() >= 7 for n in looks)
        for answers in (rng.permutation(cohort) for _ in range(300))
    )
    assert wrong > 0.3 * 300


def test_a_rates_evidence_is_the_average_over_the_best() -> None:
    (few, short), (many, long), times = (4, 60.0), (19, 80.0), 1.2

    def chance(events: int, exposure: float, of: float) -> float:
        return of**events * math.exp(-of * exposure)

    def mixed(events: int, exposure: float) -> float:
        prior = stats.gamma(rate.SHAPE, scale=1 / rate.PRIOR)
        return float(integrate.quad(lambda r: chance(events, exposure, r) * prior.pdf(r), 0, 3)[0])

    rates = np.linspace(0.01, 0.6, 600)
    best = max(chance(few, short, r) * chance(many, long, times * r) for r in rates)
    expected = math.log(mixed(few, short) * mixed(many, long) / best)
    assert rate.log_evidence((few, short), (many, long), times) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("launch_rate", [0.02, 0.2])
def test_a_rate_that_does_not_rise_is_seldom_called_rising_at_any_look(launch_rate: float) -> None:
    rng = np.random.default_rng(2)
    wrong = {"rise": 0, "fall": 0}
    for _ in range(RUNS):
        first = (int(rng.poisson(launch_rate * 100)), 100.0)
        daily = rng.poisson(launch_rate * 20, 40).cumsum()
        later = [(int(events), 20.0 * (day + 1)) for day, events in enumerate(daily)]
        wrong["rise"] += any(rate.shows_rise(first, so_far, 1, CONFIDENCE) for so_far in later)
        wrong["fall"] += any(rate.shows_no_rise(first, so_far, 1, CONFIDENCE) for so_far in later)
    assert all(no_more_than_alpha(number, RUNS) for number in wrong.values()), wrong


def test_a_rate_that_rises_fourfold_shows() -> None:
    assert rate.shows_rise((10, 100.0), (80, 200.0), 1, CONFIDENCE)
    assert rate.shows_no_rise((80, 200.0), (10, 100.0), 1, CONFIDENCE)
    assert not rate.shows_rise((10, 100.0), (24, 200.0), 1, CONFIDENCE)
    assert not rate.shows_rise((10, 100.0), (80, 200.0), 4, CONFIDENCE)
    assert rate.log_evidence((0, 10.0), (1, 10.0), 0) == math.inf
    assert not rate.shows_no_rise((0, 10.0), (0, 10.0), 0, CONFIDENCE)
