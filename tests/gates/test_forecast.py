"""The forecast: what it must say whatever happened, and that its intervals hold."""

import json

import numpy as np
import pytest

from gates.decision import from_json, take, to_json
from gates.earlier import Earlier
from gates.forecast import forecast, interval, simulate
from gates.forecast_cloud import Curve
from gates.readings import AdoptedReading
from rehearsal.bench.forecast import SHAPES, held
from reports.forecast import expected
from reports.gate import gate_report
from tests.gates.cohort import FULL, LAUNCH, moment, on, readings

RISING = (0, 0, 1, 3, 4, 4, 4, 6, 8)
SLOW = (0, 0, 0, 0, 1, 1, 1, 1, 2)


def test_what_is_met_is_not_forecast() -> None:
    assert forecast(Curve(21, RISING), 8, 28) is None
    assert forecast(Curve(0, ()), 1, 28) is None


def test_what_cannot_be_any_more_has_no_chance() -> None:
    over = forecast(Curve(21, (0,) * 28), 13, 28)
    assert over is not None
    assert (over.chance, over.middle, over.latest) == (0.0, None, None)
    many = forecast(Curve(21, RISING), 22, 28)
    assert many is not None
    assert many.chance == 0.0


def test_a_forecast_is_ahead_and_in_order() -> None:
    for adopted in (RISING, SLOW, (), (0,) * 5, (12,) * 9):
        found = forecast(Curve(21, adopted), 13, 28)
        assert found is not None
        low, high = found.earliest or 29, found.latest or 29
        assert len(adopted) < low <= (found.middle or 29) <= high
        assert 0 <= found.chance <= 1
        assert found.held >= 0.6


def test_more_adopters_are_never_further_from_the_goal() -> None:
    slow, rising = (forecast(Curve(21, a), 13, 28) for a in (SLOW, RISING))
    assert slow is not None
    assert rising is not None
    assert rising.chance > slow.chance + 0.1
    assert (rising.middle or 29) < (slow.middle or 29)
    further = forecast(Curve(21, RISING), 17, 28)
    assert further is not None
    assert further.chance < rising.chance


def test_nobody_un_adopts_and_nobody_is_counted_twice() -> None:
    paths = simulate(Curve(21, RISING), 28)
    assert (np.diff(paths, axis=1) >= 0).all()
    assert paths.min() >= RISING[-1]
    assert paths.max() <= 21


def test_equal_data_give_equal_forecasts() -> None:
    assert forecast(Curve(21, RISING), 17, 28) == forecast(Curve(21, RISING), 17, 28)


def test_an_earlier_phase_that_stopped_early_lowers_the_hope() -> None:
    stopped = Curve(60, (0, 0, 10, 20, 28, 28, 28, *(30,) * 21))
    went_on = Curve(60, (0, 0, 2, 8, 14, 14, 14, *(34, 40, 45, 48, 50), *(54,) * 16))
    low, high = (forecast(Curve(21, RISING), 17, 28, [kin]) for kin in (stopped, went_on))
    assert low is not None
    assert high is not None
    assert low.chance < high.chance - 0.2


def test_the_interval_is_the_one_whose_chance_is_nearest_to_eighty() -> None:
    mass = np.zeros(31)
    mass[10:20] = 0.1
    assert interval(mass, 10, 30) == (11, 18)
    mass = np.zeros(31)
    mass[30] = 1.0
    assert interval(mass, 10, 30)[1] == 30


@pytest.mark.parametrize("shape", [s for s in SHAPES if s.promised], ids=lambda s: s.title)
def test_intervals_hold_on_shapes_nobody_assumed(shape: object) -> None:
    # A sample: `./dev bench forecast` takes ten times as many, and the page states its figures.
    found = held(shape, 60, 1, earlier=True)  # type: ignore[arg-type]
    assert found.looks >= 30
    assert 0.65 <= found.held <= 0.97


def test_the_report_says_when_and_the_document_replays_it() -> None:
    reading = AdoptedReading(
        cohort=21,
        adopted=8,
        could_still_by_soak_end=13,
        could_still_by_goal=13,
        goal_ends_on=on(28),
        series=RISING,
    )
    taken = take(FULL, readings(21, adopted=reading), moment(10))
    kin = Earlier(
        phase="early-adopters",
        launched_on=LAUNCH,
        people=9,
        adopted=(0, 0, 2, 4, 5, 5, 5, 6, 7, 7, 7, 7, 7, 7, 8),
    )
    taken = taken.model_copy(update={"earlier": (kin,)})
    said = expected(taken)
    assert said.startswith("60 % expected by ")
    assert "; 80 % " in said
    assert said in gate_report(taken, "core team", expected=said)
    assert expected(from_json(to_json(taken))) == said
    assert json.loads(to_json(taken))["earlier"][0]["people"] == 9
    met = reading.model_copy(update={"adopted": 17, "series": (*RISING[:-1], 17)})
    assert expected(take(FULL, readings(21, adopted=met), moment(10))) == ""
