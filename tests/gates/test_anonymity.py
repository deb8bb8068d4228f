"""What few people answered is never shown: it is pooled with earlier phases, or kept quiet."""

from typing import Any

import pytest

from config.criteria import Gate, Nps, Satisfaction
from config.names import Metric
from gates.decision import Decision, take
from gates.frames import table
from gates.measuring import measure
from gates.readings import NpsReading, SatisfactionReading
from gates.verdict import Kind
from tests.gates.cohort import answer, frames, having, moment

GATE = Gate(satisfaction=Satisfaction(), nps=Nps())
EARLIER = [answer(n, 6, 6, day=-20) for n in range(101, 111)]


def look(size: int, mark: float, earlier: list[Any], people: int, gate: Gate = GATE) -> Decision:
    rows = [answer(n, mark, 10 if mark > 8 else 3) for n in range(1, size + 1)]
    evidence = frames(size, answers=rows)
    before = having(evidence, before=table("answers", earlier), before_people=people)
    now = moment()
    return take(gate, measure(before, gate, now), now)


def test_a_small_phase_is_pooled_with_the_phases_before() -> None:
    found = look(4, 9, [*EARLIER, answer(101, 8, 9, day=-10)], 20)
    satisfied = found.reading(Metric.SATISFACTION)
    assert isinstance(satisfied, SatisfactionReading)
    # The newest answer of each: nine 6, an 8, and the four 9.
    assert (satisfied.answered, satisfied.cohort, satisfied.pooled) == (14, 24, 20)
    assert satisfied.total == 9 * 6 + 8 + 4 * 9
    recommend = found.reading(Metric.NPS)
    assert isinstance(recommend, NpsReading)
    assert (recommend.promoters, recommend.detractors) == (5, 9)
    note = found.verdict.findings[0].note
    assert "20 people who moved before are counted too" in note
    assert found.verdict.kind is Kind.HOLD


@pytest.mark.parametrize("size", [5, 9])
def test_a_phase_that_is_large_enough_speaks_for_itself(size: int) -> None:
    found = look(size, 9, EARLIER, 20)
    satisfied = found.reading(Metric.SATISFACTION)
    assert isinstance(satisfied, SatisfactionReading)
    assert (satisfied.answered, satisfied.cohort, satisfied.pooled) == (size, size, 0)
    assert found.verdict.kind is Kind.ADVANCE


def test_the_plan_may_ask_for_more_people() -> None:
    strict = Gate(satisfaction=Satisfaction(anonymous_below=10))
    satisfied = look(9, 9, EARLIER, 20, strict).reading(Metric.SATISFACTION)
    assert isinstance(satisfied, SatisfactionReading)
    assert satisfied.pooled == 20


@pytest.mark.parametrize(("mark", "kind"), [(9, Kind.ADVANCE), (3, Kind.HOLD)])
def test_with_nobody_to_join_the_marks_are_not_told(mark: float, kind: Kind) -> None:
    found = look(4, mark, [], 0)
    assert found.verdict.kind is kind
    for one in found.verdict.findings[:2]:
        words = f"{one.reason} {one.now} {one.note} {one.beyond}"
        assert one.now == "answers from 4 people"
        assert "of fewer than 5 people the marks are not shown" in one.reason
        for telling in (f"{mark:g} ", "mean", "NPS 1", "if all"):
            assert telling not in words
    assert "averaging" not in found.verdict.why_not
    assert "promoter" not in found.verdict.why_not
