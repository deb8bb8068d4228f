"""Answers of some: certain early only by a bound, and what they say of people to come."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.criteria import (
    Active,
    Adopted,
    Gate,
    Nps,
    Satisfaction,
    Target,
    Tickets,
    TrainingCompleted,
)
from config.names import Metric
from gates.findings import Finding, State
from gates.judging import judge
from gates.readings import (
    ActiveReading,
    NpsReading,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)
from gates.verdict import Because, Kind, decide
from tests.gates.cohort import adopted, moment, readings

EARLY, END = 8, 12


def marks(cohort: int, *given: tuple[float, int], blank: int = 0) -> SatisfactionReading:
    return SatisfactionReading(
        cohort=cohort,
        answered=sum(number for _, number in given),
        blank=blank,
        total=sum(value * number for value, number in given),
        marks=given,
    )


def satisfied(reading: Reading, day: int, **criterion: Any) -> Finding:  # noqa: ANN401
    return judge(Metric.SATISFACTION, Satisfaction(**criterion), reading, moment(day))


MANY = marks(100, (8, 20), (9, 25), (10, 5))
"""Half of a hundred answered, well above 7; the others could still pull the mean down to 5."""


def test_answers_well_above_the_bar_are_certain_before_the_soak_ends() -> None:
    found = satisfied(MANY, EARLY)
    assert (found.state, found.certain) == (State.MET, True)
    assert "95 % certain" in found.reason
    mixed = marks(100, (4, 12), (7, 12), (10, 26))
    assert satisfied(mixed, EARLY).state is State.UNDECIDED
    assert satisfied(mixed, END).state is State.MET


def test_the_plans_confidence_is_what_early_certainty_takes() -> None:
    some = marks(100, (6, 6), (7, 6), (8, 17), (9, 13))
    assert satisfied(some, EARLY, confidence=0.6).state is State.MET
    assert satisfied(some, EARLY, confidence=0.999).state is State.UNDECIDED


def test_answers_well_below_are_a_certain_miss_that_holds_at_most_until_the_end() -> None:
    low = marks(100, (2, 20), (3, 25), (5, 5))
    found = satisfied(low, EARLY, on_miss="pause")
    assert (found.state, found.certain, found.does) == (State.MISSED, True, "hold")
    assert satisfied(low, EARLY, on_miss="note").does == "note"
    assert satisfied(low, END, on_miss="pause").does == "pause"


def test_without_the_marks_nothing_is_certain_but_by_counting() -> None:
    assert satisfied(MANY.model_copy(update={"marks": ()}), EARLY).state is State.UNDECIDED
    everybody = SatisfactionReading(cohort=5, answered=5, total=40)
    assert satisfied(everybody, EARLY).state is State.MET


def test_a_blank_may_be_the_worst_there_is() -> None:
    few = marks(100, (8, 45))
    assert satisfied(few, EARLY).state is State.MET
    blank = marks(100, (8, 45), blank=6)
    assert satisfied(blank, EARLY).state is State.UNDECIDED


def test_too_few_answers_are_never_certain() -> None:
    assert satisfied(marks(100, (10, 39)), EARLY).state is State.UNDECIDED
    assert satisfied(marks(100, (10, 40)), EARLY).state is State.MET


def test_recommendations_are_a_mean_of_minus_one_none_and_one() -> None:
    many = NpsReading(cohort=100, answered=50, promoters=40, detractors=4)
    assert judge(Metric.NPS, Nps(), many, moment(EARLY)).state is State.MET
    even = NpsReading(cohort=100, answered=50, promoters=22, detractors=20)
    assert judge(Metric.NPS, Nps(), even, moment(EARLY)).state is State.UNDECIDED
    against = NpsReading(cohort=100, answered=50, promoters=4, detractors=40)
    assert judge(Metric.NPS, Nps(), against, moment(EARLY)).state is State.MISSED


@pytest.mark.parametrize(
    ("answers", "least", "cohort", "state"),
    [
        (0.4, 12, 20, State.UNDECIDED),  # 8 by share, 12 by number, 10 there
        (0.4, 10, 20, State.MET),
        (0.4, 50, 10, State.MET),  # a number no smaller cohort can reach asks for everybody
    ],
)
def test_so_many_must_answer_at_least(
    answers: float, least: int, cohort: int, state: State
) -> None:
    found = satisfied(marks(cohort, (8, 10)), END, answers=answers, answers_at_least=least)
    assert found.state is state


SURE: list[tuple[Metric, Target, Reading, State]] = [
    (Metric.ADOPTED, Adopted(), adopted(15, 24), State.MET),
    (Metric.ADOPTED, Adopted(confidence=0.95), adopted(15, 24), State.UNDECIDED),
    (Metric.ADOPTED, Adopted(confidence=0.95), adopted(22, 24), State.MET),
    (Metric.ADOPTED, Adopted(confidence=0.95), adopted(12, 24), State.UNDECIDED),
    (Metric.ADOPTED, Adopted(confidence=0.95), adopted(4, 24), State.MISSED),
    (Metric.ADOPTED, Adopted(confidence=0.95), adopted(5, 5), State.UNDECIDED),
    (Metric.ACTIVE, Active(confidence=0.9), ActiveReading(cohort=40, active=22), State.UNDECIDED),
    (Metric.ACTIVE, Active(confidence=0.9), ActiveReading(cohort=40, active=34), State.MET),
    (
        Metric.TRAINING_COMPLETED,
        TrainingCompleted(confidence=0.95),
        TrainingReading(cohort=40, invited=40, attended=34),
        State.UNDECIDED,
    ),
    (
        Metric.TRAINING_COMPLETED,
        TrainingCompleted(confidence=0.95),
        TrainingReading(cohort=40, invited=40, attended=40),
        State.MET,
    ),
    (Metric.SATISFACTION, Satisfaction(confidence=0.95), marks(40, (9, 22)), State.MET),
    (Metric.SATISFACTION, Satisfaction(confidence=0.95), marks(20, (7.5, 8)), State.UNDECIDED),
    (Metric.SATISFACTION, Satisfaction(confidence=0.95), marks(50, (3, 30)), State.MISSED),
    (
        Metric.NPS,
        Nps(confidence=0.95),
        NpsReading(cohort=20, answered=10, promoters=3, detractors=2),
        State.UNDECIDED,
    ),
]


@pytest.mark.parametrize(("metric", "criterion", "reading", "state"), SURE)
def test_with_a_confidence_the_numbers_must_hold_for_people_to_come(
    metric: Metric,
    criterion: Target,
    reading: Reading,
    state: State,
) -> None:
    strict = criterion.model_copy(update={"advisory": False})
    found = judge(metric, strict, reading, moment())
    assert found.state is state, found.reason
    if state is State.UNDECIDED:
        assert found.does == "hold"
        assert "sure of people to come" in found.reason


def test_tickets_must_hold_for_people_to_come_by_the_days_people_worked() -> None:
    calm = TicketsReading(
        cohort=30,
        launch_tickets=60,
        launch_active=30,
        launch_days=150,
        week_tickets=9,
        week_active=30,
        later_tickets=20,
        later_days=150,
    )
    sure = Tickets(confidence=0.95)
    assert judge(Metric.TICKETS, sure, calm, moment()).state is State.MET
    close = calm.model_copy(update={"later_tickets": 45})
    assert judge(Metric.TICKETS, sure, close, moment()).state is State.UNDECIDED
    assert judge(Metric.TICKETS, Tickets(), close, moment()).state is State.MET
    unknown = calm.model_copy(update={"launch_days": 0})
    assert judge(Metric.TICKETS, sure, unknown, moment()).state is State.UNDECIDED


def test_what_it_says_of_people_to_come_is_shown_beside_what_decides() -> None:
    found = judge(Metric.ADOPTED, Adopted(), adopted(17, 24), moment())
    assert found.beyond == "people to come: 42-92 % (95 % sure)"
    assert satisfied(MANY, END).beyond == "people to come: 7.75 to 9 (95 % sure)"


@pytest.mark.parametrize(
    ("some", "of", "words"),
    [
        (7, 7, "all of 7 people"),
        (6, 7, "all but 1 of 7 people"),
        (3, 7, "3 of 7 people"),
        (19, 19, "all of 19 people"),
    ],
)
def test_small_cohorts_are_spoken_of_in_people(some: int, of: int, words: str) -> None:
    criterion = Adopted(to_advance=0.4)
    assert judge(Metric.ADOPTED, criterion, adopted(some, of), moment()).beyond == words
    assert satisfied(marks(19, (9, 19)), END).beyond == ""


@given(st.integers(1, 60), st.integers(0, 60), st.sampled_from([0.6, 0.9, 0.95]))
def test_the_adopters_named_make_it_sure_and_one_less_does_not(
    size: int, had: int, confidence: float
) -> None:
    had = min(had, size)
    gate = Gate(adopted=Adopted(confidence=confidence))
    found = decide(gate, readings(size, adopted=adopted(had, size, 0, size - had)), moment())
    if found.kind is Kind.ADVANCE:
        return
    if "would make it sure" in found.why_not:
        everybody = readings(size, adopted=adopted(size, size))
        assert decide(gate, everybody, moment()).kind is Kind.HOLD
        return
    more = int(found.why_not.split()[0])
    for extra, kind in ((more, Kind.ADVANCE), (more - 1, Kind.HOLD)):
        then = readings(size, adopted=adopted(had + extra, size, 0, size - had - extra))
        assert decide(gate, then, moment()).kind is kind


def test_the_answers_named_make_it_sure_and_one_less_does_not() -> None:
    gate = Gate(satisfaction=Satisfaction(confidence=0.95))
    found = decide(gate, readings(60, satisfaction=marks(60, (7, 20), (8, 8))), moment())
    assert found.because is Because.TARGETS
    more = int(found.why_not.split()[0])
    for extra, kind in ((more, Kind.ADVANCE), (more - 1, Kind.HOLD)):
        then = marks(60, (7, 20), (8, 8), (10, extra))
        assert decide(gate, readings(60, satisfaction=then), moment()).kind is kind
    few = decide(gate, readings(3, satisfaction=marks(3, (8, 2))), moment())
    assert "not even the best answer of everybody silent" in few.why_not.lower()
