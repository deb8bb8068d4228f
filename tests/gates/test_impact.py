"""What moving did: from weeks to a panel, from an interval to words and a state."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from config.criteria import Gate
from config.names import Metric
from config.work import Impact
from gates.evidence import Evidence
from gates.findings import Finding, State
from gates.frames import Frames
from gates.impact import say
from gates.judging import judge
from gates.measuring import measure
from gates.measuring_impact import panel
from gates.setting import Measurable
from gates.verdict import decide
from gates.work_readings import ImpactReading, MeasureReading
from tests.gates.cohort import (
    EARLIER,
    EVERY,
    LAUNCH,
    SETTING,
    frames,
    having,
    key,
    moment,
    readings,
    weekly,
)

ORDERS = SETTING.measures[0]
ERRORS = Measurable(
    name="errors",
    what="errors a week",
    unit="errors",
    better="lower",
    since=date(2026, 2, 4),
)
DECIDES = Impact(advisory=False)


def effect(low: float, middle: float, high: float, **other: Any) -> MeasureReading:  # noqa: ANN401
    """An effect as shares."""
    shares = {"share": middle, "share_low": low, "share_high": high}
    level = {"change": 20 * middle, "low": 20 * low, "high": 20 * high, "otherwise": 20.0}
    given = ORDERS.model_dump(include={"name", "what", "unit", "better"})
    counted = {"moved": 21, "waiting": 30, "weeks": 3}
    found = MeasureReading.model_validate({**given, **counted, **shares, **level})
    return found.model_copy(update=other)


def found(*measures: MeasureReading, criterion: Impact = DECIDES, day: int = 12) -> Finding:
    return judge(Metric.IMPACT, criterion, ImpactReading(cohort=21, measures=measures), moment(day))


def read(evidence: Frames, criterion: Impact = DECIDES) -> ImpactReading:
    seen = measure(evidence, Gate(impact=criterion), moment())[Metric.IMPACT]
    assert isinstance(seen, ImpactReading)
    return seen


class TestPanel:
    def test_people_by_weeks_from_the_baselines_monday_to_the_last_that_is_over(self) -> None:
        rows = [
            weekly(1, 0, 10),
            weekly(1, 6, 16),
            weekly(1, 7, 17),  # this week is not over
            weekly(1, -1, 9),  # before the baseline
            weekly(77, 3, 99),  # nobody of ours
            weekly(2, 2, 5, "errors"),
        ]
        moves = [
            {"person": key(1), "moved_on": LAUNCH + timedelta(days=3)},
            {"person": key(2), "moved_on": None},
        ]
        evidence = Evidence(frames(everyone=moves, measured=rows), moment())
        values, moved_in = panel(evidence, ORDERS)
        assert values.shape == (2, 7)
        assert np.isnan(values[0, 1:6]).all()
        assert (values[0, 0], values[0, 6]) == (10, 16)
        assert moved_in.tolist() == [6, 7]
        errors, _ = panel(evidence, ERRORS)
        assert errors[1, 2] == 5
        assert np.isfinite(errors).sum() == 1

    def test_those_who_moved_are_compared_with_those_who_had_not(self) -> None:
        (seen,) = read(frames()).measures
        assert (seen.moved, seen.waiting, seen.weeks) == (len(EARLIER), 21, 2)
        assert seen.change == pytest.approx(3, abs=0.3)
        assert seen.change is not None
        assert seen.otherwise is not None
        assert seen.share == pytest.approx(seen.change / seen.otherwise)

    def test_only_the_measures_asked_for_are_read(self) -> None:
        both = SETTING.model_copy(update={"measures": (ORDERS, ERRORS)})
        evidence = having(frames(), setting=both)
        assert [m.name for m in read(evidence).measures] == ["orders", "errors"]
        one = read(evidence, Impact(measures=("errors",)))
        assert [m.name for m in one.measures] == ["errors"]

    def test_confidence_and_the_fewest_people_are_the_plans(self) -> None:
        (sure,) = read(frames(), Impact(confidence=0.99)).measures
        (plain,) = read(frames()).measures
        assert sure.share_high is not None
        assert plain.share_high is not None
        assert sure.share_high > plain.share_high
        (few,) = read(frames(), Impact(people=13)).measures
        assert (few.change, few.moved) == (None, 12)


class TestWords:
    def test_more_and_less_with_their_interval(self) -> None:
        more = say(effect(0.05, 0.12, 0.19), 10)
        assert more == (
            "orders entered per hour: 12 % more (5 to 19 %) than colleagues not yet moved,"
            " same weeks"
        )
        less = say(effect(-0.28, -0.2, -0.12, what="errors a week", better="lower"), 10)
        assert less.startswith("errors a week: 20 % less (12 to 28 %) than")

    def test_either_way_is_said_with_both_words(self) -> None:
        assert "4 % more (from 2 % less to 10 % more) than" in say(effect(-0.02, 0.04, 0.1), 10)

    def test_too_few_say_how_many_there_are(self) -> None:
        nothing = dict.fromkeys(("change", "low", "high", "share", "share_low", "share_high"))
        few = effect(0, 0, 0, moved=6, waiting=8).model_copy(update=nothing)
        assert say(few, 10) == (
            "orders entered per hour: too few to tell: 6 moved, 8 not yet; needs 10 each"
        )

    def test_what_has_no_share_is_said_in_its_unit(self) -> None:
        none = {"share": None, "share_low": None, "share_high": None}
        near = effect(-0.1, -0.0625, -0.025).model_copy(update=none)
        assert "1.25 orders an hour less (0.5 to 2 orders an hour) than" in say(near, 10)


class TestJudging:
    @pytest.mark.parametrize(
        ("low", "high", "state"),
        [
            (-0.05, 0.1, State.MET),
            (-0.06, 0.1, State.UNDECIDED),
            (-0.3, -0.05, State.UNDECIDED),
            (-0.3, -0.06, State.MISSED),
        ],
    )
    def test_not_worse_than_is_asked_of_the_whole_interval(
        self, low: float, high: float, state: State
    ) -> None:
        assert found(effect(low, (low + high) / 2, high)).state is state

    @pytest.mark.parametrize(
        ("low", "high", "state"),
        [(0.1, 0.3, State.MET), (0.05, 0.3, State.UNDECIDED), (0, 0.09, State.MISSED)],
    )
    def test_at_least_is_asked_of_the_whole_interval(
        self, low: float, high: float, state: State
    ) -> None:
        asked = Impact(at_least=0.1, advisory=False)
        assert found(effect(low, (low + high) / 2, high), criterion=asked).state is state

    def test_fewer_errors_are_better(self) -> None:
        fewer = effect(-0.3, -0.2, -0.1, better="lower")
        assert found(fewer, criterion=Impact(at_least=0.1, advisory=False)).state is State.MET
        assert found(fewer.model_copy(update={"better": "higher"})).state is State.MISSED

    def test_one_measure_that_is_worse_decides(self) -> None:
        good, bad = effect(0.1, 0.2, 0.3), effect(-0.3, -0.2, -0.1)
        assert found(good, bad).state is State.MISSED
        assert found(good, effect(-0.3, 0, 0.3)).state is State.UNDECIDED

    def test_before_the_soak_ends_it_is_shown_and_decides_nothing(self) -> None:
        assert found(effect(-0.3, -0.2, -0.1), day=11).state is State.UNDECIDED

    def test_it_is_advice_unless_the_plan_says_otherwise(self) -> None:
        assert found(effect(-0.3, -0.2, -0.1), criterion=Impact()).does == "note"
        assert found(effect(-0.3, -0.2, -0.1)).does == "hold"

    def test_the_verdict_says_what_is_missing(self) -> None:
        gate = Gate(adopted=EVERY.adopted, impact=DECIDES)
        few = MeasureReading(
            **ORDERS.model_dump(include={"name", "what", "unit", "better"}), moved=6, waiting=8
        )
        seen = ImpactReading(cohort=21, measures=(few,))
        verdict = decide(gate, {**readings(), Metric.IMPACT: seen}, moment())
        assert verdict.headline.endswith("what moving did to the work cannot be told yet.")
        assert verdict.why_not == (
            "10 people measured on either side (6 moved and 8 not yet) would let it advance."
        )
