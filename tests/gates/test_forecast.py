"""The forecast of people: what it must say whatever happened, and that its intervals hold."""

import numpy as np
import pytest

from gates.earlier import Earlier
from gates.forecast import Forecast, interval
from gates.forecast_cloud import Curve
from gates.forecast_people import forecast_people, simulate
from rehearsal.bench.forecast import SHAPES, Shape, held

RISING = (0, 0, 1, 3, 4, 4, 4, 6, 8)
SLOW = (0, 0, 0, 0, 1, 1, 1, 1, 2)


def forecast(curve: Curve, need: int, last_day: int = 28, *earlier: Curve) -> Forecast | None:
    (found,) = forecast_people(curve, [need], last_day, earlier)
    return found


def made(curve: Curve, need: int, last_day: int = 28, *earlier: Curve) -> Forecast:
    found = forecast(curve, need, last_day, *earlier)
    assert found is not None
    return found


def test_what_is_met_is_not_forecast() -> None:
    assert forecast(Curve(21, RISING), 8) is None
    assert forecast(Curve(0, ()), 0) is None


def test_what_cannot_be_any_more_has_no_chance() -> None:
    over = made(Curve(21, (0,) * 28), 13)
    assert (over.possible, over.chance, over.middle, over.latest) == (False, 0.0, None, None)
    many = made(Curve(21, RISING), 22)
    assert (many.possible, many.chance) == (True, 0.0) or not many.possible


def test_a_forecast_is_ahead_and_in_order() -> None:
    for reached in (RISING, SLOW, (), (0,) * 5, (12,) * 9):
        found = made(Curve(21, reached), 13)
        low, high = found.earliest or 29, found.latest or 29
        assert len(reached) < low <= (found.middle or 29) <= high
        assert 0 <= found.chance <= 1
        assert found.held >= 0.6


def test_more_adopters_are_never_further_from_the_goal() -> None:
    slow, rising = (made(Curve(21, a), 13) for a in (SLOW, RISING))
    assert rising.chance > slow.chance + 0.1
    assert (rising.middle or 29) < (slow.middle or 29)


def test_more_people_are_never_expected_sooner_nor_more_surely() -> None:
    fewer, more = forecast_people(Curve(21, RISING), [13, 17], 28)
    assert fewer is not None
    assert more is not None
    assert more.chance <= fewer.chance
    assert (more.earliest or 29) >= (fewer.earliest or 29)


def test_nobody_un_adopts_and_nobody_is_counted_twice() -> None:
    paths = simulate(Curve(21, RISING), 28)
    assert (np.diff(paths, axis=1) >= 0).all()
    assert paths.min() >= RISING[-1]
    assert paths.max() <= 21


def test_equal_data_give_equal_forecasts() -> None:
    assert forecast(Curve(21, RISING), 17) == forecast(Curve(21, RISING), 17)


def test_an_earlier_phase_that_stopped_early_lowers_the_hope() -> None:
    stopped = Curve(60, (0, 0, 10, 20, 28, 28, 28, *(30,) * 21))
    went_on = Curve(60, (0, 0, 2, 8, 14, 14, 14, *(34, 40, 45, 48, 50), *(54,) * 16))
    low, high = (made(Curve(21, RISING), 17, 28, kin) for kin in (stopped, went_on))
    assert low.chance < high.chance - 0.2


def test_days_a_recorded_outage_took_are_no_sign_against_people() -> None:
    stood = (0, 0, 1, 3, 3, 3, 3, 3, 3)
    unknown = made(Curve(21, stood), 13)
    known = made(Curve(21, stood, stopped=(0, 0, 0, 0, 1, 1, 1, 1, 1)), 13)
    assert known.chance > unknown.chance + 0.1


def test_without_an_earlier_phase_many_people_do_not_make_a_curve_certain() -> None:
    # Twenty of two hundred in nine days, more each day: it may well rise as late risers do.
    late = Curve(200, (0, 0, 1, 3, 6, 6, 6, 12, 20))
    believed = (simulate(late, 28)[:, -1] >= 120).mean()
    assert made(late, 120).chance > believed + 0.08


def test_of_intervals_the_one_nearest_to_what_is_aimed_at_is_taken() -> None:
    mass = np.zeros(31)
    mass[10:20] = 0.1
    low, high = interval(mass, 10, 30)
    assert (low, high) == (11, 18)
    mass = np.zeros(31)
    mass[30] = 1.0
    assert interval(mass, 10, 30) == (30, 30)


def test_a_day_on_which_nothing_can_happen_does_not_begin_an_interval() -> None:
    mass = np.zeros(31)
    mass[17], mass[24] = 0.6, 0.4
    assert interval(mass, 9, 30)[0] == 17


@pytest.mark.parametrize("shape", [s for s in SHAPES if s.promised], ids=lambda s: s.title)
@pytest.mark.parametrize("earlier", [True, False], ids=["after another", "first"])
def test_intervals_hold_on_shapes_nobody_assumed(shape: Shape, *, earlier: bool) -> None:
    # A sample: `./dev bench forecast` takes thirty times as many; the page states its figures.
    found = held(shape, 30, 1, earlier=earlier)
    assert found.intervals >= 15
    assert found.held >= 0.6
    if earlier:
        assert found.held <= 0.96


def test_an_earlier_phase_says_how_long_it_stood() -> None:
    said = {"phase": "a", "launched_on": "2026-03-02", "people": 9, "adopted": [1], "stopped": [1]}
    assert Earlier.model_validate(said).stopped == (1.0,)
