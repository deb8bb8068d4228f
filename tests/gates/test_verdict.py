"""The order of the questions: what stops a phase first, what lets it go last."""

from datetime import timedelta
from typing import Any

import pytest

from config.criteria import (
    Active,
    Adopted,
    Gate,
    Incidents,
    Nps,
    Satisfaction,
    Tickets,
    TrainingCompleted,
)
from config.names import Metric, Severity
from gates.readings import (
    ActiveReading,
    Incident,
    IncidentsReading,
    NpsReading,
    Quality,
    Reading,
    SatisfactionReading,
    Stragglers,
)
from gates.shares import needed
from gates.verdict import Because, Kind, Verdict, decide
from tests.gates.cohort import FULL, LAUNCH, adopted, at, key, moment, readings

ONLY_ADOPTION = Gate(adopted=Adopted())
ASKING = FULL.model_copy(update={"approval": "required"})
CRITICAL = IncidentsReading(
    cohort=21,
    open=(Incident(id="i-1", severity=Severity.CRITICAL, title="Orders are lost", opened=at(2)),),
)


def verdict(
    gate: Gate = FULL,
    day: int = 12,
    size: int = 21,
    state: dict[str, Any] | None = None,
    **other: Reading | None,
) -> Verdict:
    return decide(gate, readings(size, **other), moment(day, **(state or {})))


def outcome(*given: Any, **other: Any) -> tuple[Kind, Because]:  # noqa: ANN401
    found = verdict(*given, **other)
    return found.kind, found.because


@pytest.mark.parametrize("size", [1, 3, 5, 24, 60])
def test_all_that_is_asked_for_lets_it_advance(size: int) -> None:
    assert outcome(size=size) == (Kind.ADVANCE, Because.PASSED)


@pytest.mark.parametrize("size", [1, 3, 5, 24, 60])
def test_one_adopter_too_few_holds_it(size: int) -> None:
    need = needed(0.6, size)
    assert outcome(size=size, adopted=adopted(need, size)) == (Kind.ADVANCE, Because.PASSED)
    found = verdict(size=size, adopted=adopted(need - 1, size, 1))
    assert (found.kind, found.because) == (Kind.HOLD, Because.TARGETS)
    assert found.headline == "Too few people have adopted it."


@pytest.mark.parametrize("day", range(1, 12))
def test_before_the_soak_ends_good_numbers_wait(day: int) -> None:
    assert outcome(day=day) == (Kind.HOLD, Because.SOAKING)


HALF_ASKED: dict[str, Any] = {
    "satisfaction": SatisfactionReading(
        cohort=21, answered=10, total=75, marks=((6, 3), (8, 6), (9, 1))
    ),
    "nps": NpsReading(cohort=21, answered=10, promoters=5, detractors=2),
}
"""Good numbers, but of some: the others may say otherwise."""


def test_certain_adoption_alone_moves_a_phase_whose_gate_asks_no_more() -> None:
    assert outcome(ONLY_ADOPTION, 4) == (Kind.ADVANCE, Because.PASSED)
    short = adopted(12, 21, 9)
    assert outcome(ONLY_ADOPTION, 4, adopted=short) == (Kind.HOLD, Because.SOAKING)
    advised = ONLY_ADOPTION.model_copy(update={"active": Active(advisory=True)})
    assert outcome(advised, 4) == (Kind.ADVANCE, Because.PASSED)
    for more in (
        {"training_completed": TrainingCompleted()},
        {"satisfaction": Satisfaction()},
        {"nps": Nps()},
        {"tickets": Tickets()},
        {"active": Active(advisory=False)},
    ):
        asks_more = ONLY_ADOPTION.model_copy(update=more)
        assert outcome(asks_more, 4, **HALF_ASKED) == (Kind.HOLD, Because.SOAKING)


def test_a_certain_miss_never_moves_a_phase_early_though_it_is_only_noted() -> None:
    noted = Gate(adopted=Adopted(on_miss="note"))
    hopeless = adopted(1, 21, 0)
    assert outcome(noted, 4, adopted=hopeless) == (Kind.HOLD, Because.SOAKING)
    assert outcome(noted, 12, adopted=hopeless) == (Kind.ADVANCE, Because.PASSED)


def test_a_certain_miss_stops_early_where_the_plan_says_so() -> None:
    strict = Gate(adopted=Adopted(on_miss="pause"))
    assert outcome(strict, 4, adopted=adopted(3, 21, 9)) == (Kind.PAUSE, Because.PROTECTIVE)
    assert outcome(strict, 4, adopted=adopted(3, 21, 10)) == (Kind.HOLD, Because.SOAKING)


@pytest.mark.parametrize("day", [1, 6, 12, 30])
@pytest.mark.parametrize("state", [{}, {"paused": True}, {"approved": True}, {"last_look": True}])
@pytest.mark.parametrize("size", [1, 24])
def test_the_brake_works_in_every_state(day: int, state: dict[str, Any], size: int) -> None:
    found = verdict(ASKING, day, size, state, incidents=CRITICAL)
    assert (found.kind, found.because) == (Kind.ROLL_BACK, Because.PROTECTIVE)
    assert found.headline == "Incidents: 1 critical open (Orders are lost: no workaround yet)."


def test_the_brake_works_though_nothing_else_has_data() -> None:
    found = decide(FULL, {Metric.INCIDENTS: CRITICAL}, moment())
    assert (found.kind, found.because) == (Kind.ROLL_BACK, Because.PROTECTIVE)


def test_the_worst_finding_wins() -> None:
    strict = FULL.model_copy(update={"adopted": Adopted(on_miss="pause")})
    assert outcome(strict, adopted=adopted(1, 21)) == (Kind.PAUSE, Because.PROTECTIVE)
    both = verdict(strict, adopted=adopted(1, 21), incidents=CRITICAL)
    assert both.kind is Kind.ROLL_BACK
    assert "adopted" not in both.headline


def test_a_stop_is_told_with_the_data_that_misses_beside_it() -> None:
    strict = FULL.model_copy(update={"adopted": Adopted(on_miss="pause")})
    lost = CRITICAL.open[0].model_copy(update={"severity": Severity.MAJOR})
    found = verdict(strict, adopted=None, incidents=IncidentsReading(cohort=21, open=(lost,)))
    assert found.kind is Kind.PAUSE
    assert found.headline == (
        "No data that can be believed (nothing was measured (silent)) and incidents: 1 major open"
        " (Orders are lost: no workaround yet)."
    )


def test_a_paused_phase_does_not_advance() -> None:
    paused = {"paused": True, "approved": True}
    assert outcome(ASKING, state=paused) == (Kind.HOLD, Because.PAUSED)
    assert outcome(ONLY_ADOPTION, 4, state=paused) == (Kind.HOLD, Because.PAUSED)


def test_in_a_freeze_nothing_advances_but_what_protects_does() -> None:
    closing = {"frozen": "closing the books, until Tue 31 Mar", "approved": True}
    found = verdict(ASKING, state=closing)
    assert (found.kind, found.because) == (Kind.HOLD, Because.FROZEN)
    assert found.headline == ("Nothing advances in a freeze (closing the books, until Tue 31 Mar).")
    assert found.why_not == (
        "The end of the freeze (closing the books, until Tue 31 Mar) would let it advance."
    )
    assert not found.needs_person
    assert outcome(ONLY_ADOPTION, 4, state=closing) == (Kind.HOLD, Because.FROZEN)
    rolled = outcome(ASKING, state=closing, incidents=CRITICAL)
    assert rolled == (Kind.ROLL_BACK, Because.PROTECTIVE)
    strict = Gate(adopted=Adopted(on_miss="pause"))
    missed = outcome(strict, state=closing, adopted=adopted(1, 21))
    assert missed == (Kind.PAUSE, Because.PROTECTIVE)
    # A pause is told before a freeze, and either before what has no data.
    assert outcome(state={**closing, "paused": True}) == (Kind.HOLD, Because.PAUSED)
    assert outcome(state=closing, adopted=None) == (Kind.HOLD, Because.FROZEN)


def _written(day: int, hour: int, reading: Reading) -> Reading:
    return reading.model_copy(update={"as_of": at(day, hour)})


def test_what_lets_it_advance_is_newer_than_the_end_of_the_hold() -> None:
    trained = readings()[Metric.TRAINING_COMPLETED]
    # Work ends at 17:00 in Paramaribo, 20:00 UTC; the numbers decide the morning after.
    old: dict[str, Any] = {"training_completed": _written(11, 19, trained)}
    found = verdict(**old)
    assert (found.kind, found.because) == (Kind.HOLD, Because.TARGETS)
    (training,) = (f for f in found.findings if f.metric is Metric.TRAINING_COMPLETED)
    assert training.reason.endswith(
        "; written Thu 26 Mar, before the soak ended: newer data decides"
    )
    assert found.headline == (
        "Adoption is on course; data on training completed is from before the soak ended."
    )
    assert found.why_not == ("Data on training completed from after the soak would let it advance.")
    assert outcome(training_completed=_written(11, 20, trained))[0] is Kind.ADVANCE
    assert outcome(day=20, **old) == (Kind.HOLD, Because.TARGETS)
    # What nothing can change needs no newer data, and a miss stands on what is known.
    assert outcome(adopted=_written(11, 2, adopted(21, 21)))[0] is Kind.ADVANCE
    strict = Gate(training_completed=TrainingCompleted(on_miss="pause"))
    missed = trained.model_copy(update={"attended": 1, "as_of": at(11)})
    assert outcome(strict, training_completed=missed) == (Kind.PAUSE, Because.PROTECTIVE)


def test_no_data_is_told_before_the_soak_and_the_targets() -> None:
    stale = adopted(21, 21).model_copy(update={"quality": Quality.STALE, "doubt": "50 hours old"})
    for day in (6, 12):
        found = verdict(day=day, adopted=stale)
        assert (found.kind, found.because) == (Kind.HOLD, Because.NO_DATA)
        assert found.headline == "No data that can be believed: 50 hours old (stale)."
    assert outcome(ONLY_ADOPTION, 4, adopted=stale) == (Kind.HOLD, Because.NO_DATA)


def test_missing_readings_are_no_data() -> None:
    for metric in readings():
        known = {m: reading for m, reading in readings().items() if m is not metric}
        found = decide(FULL, known, moment())
        if metric is Metric.ACTIVE:  # advice
            assert found.kind is Kind.ADVANCE
        else:
            assert found.because is Because.NO_DATA, metric
            assert found.kind is (Kind.PAUSE if metric is Metric.INCIDENTS else Kind.HOLD)


def test_advice_decides_nothing() -> None:
    nobody = ActiveReading(cohort=21, active=0)
    assert outcome(active=nobody) == (Kind.ADVANCE, Because.PASSED)
    deciding = FULL.model_copy(update={"active": Active(advisory=False)})
    assert outcome(deciding, active=nobody) == (Kind.HOLD, Because.TARGETS)


@pytest.mark.parametrize(
    "gate", [Gate(), Gate(adopted=Adopted(advisory=True)), Gate(incidents=Incidents())]
)
@pytest.mark.parametrize("day", [4, 12])
def test_a_gate_that_asks_for_nothing_lets_nobody_pass(gate: Gate, day: int) -> None:
    found = verdict(gate, day)
    assert found.kind is Kind.HOLD
    if day == 12:
        assert found.headline == "No criterion of its gate decides anything."


def test_approval_comes_last() -> None:
    assert outcome(ASKING) == (Kind.HOLD, Because.APPROVAL)
    assert verdict(ASKING).headline == "Everything asked for is shown; it waits for an approval."
    assert outcome(ASKING, state={"approved": True}) == (Kind.ADVANCE, Because.PASSED)
    assert outcome(ASKING, 6) == (Kind.HOLD, Because.SOAKING)
    assert outcome(ASKING, 6, state={"approved": True}) == (Kind.HOLD, Because.SOAKING)
    missed = {"adopted": adopted(1, 21, 9), "state": {"approved": True}}
    assert outcome(ASKING, **missed) == (Kind.HOLD, Because.TARGETS)
    assert outcome(FULL) == (Kind.ADVANCE, Because.PASSED)


def test_who_must_act() -> None:
    assert verdict(ASKING).needs_person
    assert verdict(incidents=CRITICAL).needs_person
    assert verdict(state={"paused": True}).needs_person
    assert verdict(adopted=None).needs_person
    assert not verdict().needs_person
    assert not verdict(day=6).needs_person
    assert not verdict(adopted=adopted(1, 21, 9)).needs_person


def test_the_headline_says_what_is_well_and_what_is_missing() -> None:
    few = SatisfactionReading(cohort=21, answered=5, total=38)
    found = verdict(
        satisfaction=few,
        nps=readings()[Metric.NPS].model_copy(
            update={"answered": 5, "promoters": 3, "detractors": 2}
        ),
    )
    assert found.headline == (
        "Adoption is on course; too few answers to know if people are satisfied."
    )
    unhappy = SatisfactionReading(cohort=21, answered=12, total=60)
    assert verdict(satisfaction=unhappy).headline == (
        "Adoption is on course; people are not satisfied."
    )


def test_the_headline_of_a_soaking_phase_says_when_it_ends_and_what_is_certain() -> None:
    assert verdict(day=9, **HALF_ASKED).headline == (
        "Its numbers decide on Fri 27 Mar, in 3 days; certain already: adoption is on course."
    )
    assert verdict(day=11, adopted=adopted(12, 21, 9), **HALF_ASKED).headline == (
        "Its numbers decide on Fri 27 Mar, in 1 day."
    )


def test_stragglers_stand_with_the_verdict() -> None:
    who = Stragglers(not_logged_in=(key(1),))
    reading = adopted(20, 21, 1).model_copy(update={"stragglers": who})
    assert verdict(adopted=reading).stragglers == who


def test_a_moment_before_launch_or_a_soak_that_ends_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="before launch on 2026-03-16: nothing to judge"):
        moment(0)
    with pytest.raises(ValueError, match="the soak ends on 2026-03-15, before launch"):
        moment(soak_ends_on=LAUNCH - timedelta(days=1))
    assert moment(12).day == 12
