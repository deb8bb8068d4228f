"""The effect of moving, against answers known beforehand."""

from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gates.wedge import Effect, effect
from rehearsal.bench.wedge import WORLDS, calibrate, organisation

PROMISED = [name for name, world in WORLDS.items() if world.promised]
ORGANISATIONS = 300
"""Of each world; `./dev bench wedge` takes 2,000."""


def panel(
    people: int = 60, weeks: int = 12, seed: int = 1, noise: float = 1.0, change: float = 2.0
) -> tuple[np.ndarray, np.ndarray]:
    """People in three phases, a drift, and an effect that is twice as big in the first phase."""
    dice = np.random.default_rng(seed)
    phase = np.arange(people) % 3
    moved_in = 4 + 3 * phase
    since = np.arange(weeks) - moved_in[:, None]
    values = 10 + dice.normal(0, 3, (people, 1)) + 0.7 * np.arange(weeks)
    values = values + dice.normal(0, noise, (people, weeks)) if noise else values
    size = change * np.where(phase == 0, 2, 1)[:, None]
    return values + np.where(since > 0, size, 0.0), moved_in


def test_without_noise_the_effect_is_what_was_planted() -> None:
    values, moved_in = panel(noise=0)
    found = effect(values, moved_in)
    # Compared are weeks 5 to 9: phase 1 in all five (twice the effect), phase 2 in two of them.
    assert found.change == pytest.approx((5 * 4 + 2 * 2) / 7)
    # That phases differ makes it uncertain what the next people's effect would be.
    assert found.low is not None
    assert 0 < found.low < (5 * 4 + 2 * 2) / 7
    assert (found.moved, found.waiting, found.weeks) == (40, 40, 5)
    assert found.change is not None
    assert found.otherwise is not None
    assert found.relative(found.change) == pytest.approx(found.change / found.otherwise)


def test_weeks_without_a_comparison_change_nothing() -> None:
    values, moved_in = panel()
    spoilt = values.copy()
    spoilt[:, 10:] += 1000  # the last phase moves in week 10: nobody is left to compare with
    assert effect(spoilt, moved_in) == effect(values, moved_in)


def test_the_week_of_the_move_counts_on_neither_side() -> None:
    values, moved_in = panel()
    spoilt = values.copy()
    spoilt[np.arange(len(values)), moved_in] += 1000
    assert effect(spoilt, moved_in) == effect(values, moved_in)


def test_leaving_each_out_is_what_leaving_each_out_would_be() -> None:
    values, moved_in = panel(36, seed=3)
    values[np.random.default_rng(0).random(values.shape) < 0.1] = np.nan
    found = effect(values, moved_in, minimum=5)
    everybody = np.arange(len(values))
    others = [
        effect(values[everybody != n], moved_in[everybody != n], minimum=5) for n in everybody
    ]
    without = np.array([one.change for one in others])
    error = np.sqrt((len(values) - 1) / len(values) * ((without - without.mean()) ** 2).sum())
    assert found.change is not None
    assert found.high is not None
    one_more = effect(values, moved_in, confidence=0.5, minimum=5)
    assert one_more.high is not None
    assert found.freedom is not None
    from scipy import stats  # noqa: PLC0415 - half a second, for this test alone

    for confidence, high in ((0.95, found.high), (0.5, one_more.high)):
        reach = stats.t.ppf((1 + confidence) / 2, found.freedom) * error
        assert high - found.change == pytest.approx(reach)


@given(
    level=st.lists(st.floats(-50, 50), min_size=45, max_size=45),
    week=st.lists(st.floats(-50, 50), min_size=12, max_size=12),
    seed=st.integers(0, 50),
)
@settings(max_examples=30, deadline=None)
def test_neither_who_people_are_nor_what_a_week_does_is_an_effect(
    level: list[float], week: list[float], seed: int
) -> None:
    values, moved_in = panel(45, seed=seed)
    found = effect(values, moved_in)
    other = effect(values + np.array(level)[:, None] + np.array(week), moved_in)
    assert other.change == pytest.approx(found.change, abs=1e-7)
    assert other.high == pytest.approx(found.high, abs=1e-7)
    shuffled = np.random.default_rng(seed).permutation(45)
    again = effect(values[shuffled], moved_in[shuffled])
    assert again.low == pytest.approx(found.low, abs=1e-9)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (6, 40, (6, 40)),  # too few have moved
        (30, 8, (30, 8)),  # too few wait
        (10, 10, (10, 10)),  # just enough
    ],
)
def test_too_few_on_either_side_to_tell(first: int, last: int, said: tuple[int, int]) -> None:
    dice = np.random.default_rng(2)
    moved_in = np.array([3] * first + [99] * last)
    found = effect(dice.normal(0, 1, (first + last, 8)), moved_in)
    assert (found.moved, found.waiting) == said
    assert (found.change is not None) is (min(said) >= 10)
    assert (found.low is not None) is (min(said) >= 10)


def test_nobody_moved_yet_or_nobody_measured_is_told_apart_from_no_effect() -> None:
    values = np.ones((40, 5))
    assert effect(values, np.full(40, 5)) == Effect(moved=0, waiting=40)
    assert effect(np.full((40, 5), np.nan), np.full(40, 3)) == Effect(moved=0, waiting=0)
    # Measured only since they moved: there is no baseline to compare with.
    values[:20, :3] = np.nan
    assert effect(values, np.array([2] * 20 + [9] * 20)).change is None


def test_who_was_measured_before_only_in_a_week_of_few_has_no_baseline() -> None:
    values, moved_in = panel()
    values[:, 0] = np.nan
    values[0, 1:4] = np.nan
    values[:3, 0] = 5.0
    assert effect(values, moved_in) == effect(values[1:], moved_in[1:])


@pytest.mark.parametrize(("few", "many", "at_most"), [(10, 1000, 12), (100, 100, 198)])
def test_the_interval_has_the_freedom_of_those_who_carry_it(
    few: int, many: int, at_most: float
) -> None:
    dice = np.random.default_rng(4)
    moved_in = np.array([1] * few + [9] * many)
    found = effect(dice.normal(0, 1, (few + many, 2)), moved_in, settling=0)
    assert found.freedom is not None
    assert at_most - 5 < found.freedom <= at_most


def test_a_measure_that_could_be_nothing_has_no_share() -> None:
    found = Effect(moved=10, waiting=10, change=3.0, low=1.0, high=5.0, otherwise=1.5)
    assert found.relative(1.0) == pytest.approx(1 / 3.5)
    assert found.relative(5.0) is None


@pytest.mark.parametrize("name", PROMISED)
def test_intervals_hold_what_was_planted_where_before_against_after_is_fooled(name: str) -> None:
    found = calibrate(WORLDS[name], ORGANISATIONS)
    # Three standard errors of a share of 300 about the 93 to 97 % that 2,000 must show.
    assert 0.91 <= found.held <= 0.99
    assert found.fooled < 0.2
    assert abs(found.bias) < found.width / 10
    assert found.told == ORGANISATIONS


def test_what_strikes_one_phase_alone_is_taken_for_an_effect_as_the_page_says() -> None:
    assert calibrate(WORLDS["struck"], ORGANISATIONS).held < 0.8


def test_many_people_take_seconds_at_most() -> None:
    world = WORLDS["growing"]
    one = organisation(world, np.random.default_rng(1))
    times = 20_000 // len(one.values) + 1
    values, moved_in = np.tile(one.values, (times, 1)), np.tile(one.moved_in, times)
    began = process_time()
    assert effect(values, moved_in).change is not None
    assert process_time() - began < 5
