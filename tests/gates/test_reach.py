"""What a gate asks that so few people, or days, can hardly or never show is said beforehand."""

from typing import Any

import pytest

from config.criteria import Adopted, Gate, Nps, Satisfaction, TrainingCompleted
from config.plan import Plan
from gates.error_rates import course_of
from gates.reach import hardly

DEFAULT: Gate = Plan.model_fields["gates"].default


def said(people: int, soak_day: int = 12, asked_on: int = 9, **criteria: Any) -> list[str]:  # noqa: ANN401
    gate = Gate(**criteria)
    return list(hardly(gate, course_of(gate, people, soak_day, asked_on)))


def test_a_gate_that_can_be_met_is_told_nothing_of() -> None:
    for people in (1, 9, 21, 100, 400):
        assert list(hardly(DEFAULT, course_of(DEFAULT, people))) == []


def test_eighty_per_cent_of_three_people_is_three_people() -> None:
    assert said(3, adopted=Adopted(), training_completed=TrainingCompleted()) == [
        "80% of 3 people is all 3: one alone can hold it"
    ]
    assert said(3, training_completed=TrainingCompleted(advisory=True)) == []
    assert said(3, training_completed=TrainingCompleted(at_least=1.0)) == []


@pytest.mark.parametrize(
    ("people", "criteria", "words"),
    [
        (6, {"training_completed": TrainingCompleted(confidence=0.99)}, "not even all 6 would sh"),
        (3, {"satisfaction": Satisfaction(confidence=0.95)}, "not even the best answer of all 3"),
        (4, {"nps": Nps(confidence=0.999)}, "not even the best answer of all 4"),
        (9, {"satisfaction": Satisfaction(at_least=10)}, "takes every single answer to be 10"),
        (9, {"satisfaction": Satisfaction(answers=0.95)}, "the answers of all 9 people"),
        (9, {"nps": Nps(answers_at_least=50)}, "the answers of all 9 people"),
        (400, {"nps": Nps(answers_at_least=250)}, "about 200 of 400 people are asked before"),
    ],
)
def test_what_nobody_or_only_everybody_can_show_is_said(
    people: int, criteria: dict[str, Any], words: str
) -> None:
    (found,) = said(people, **criteria)
    assert words in found
    assert found.startswith(f"{next(iter(criteria))}: ")


def test_days_that_are_not_there_cannot_be_active() -> None:
    (found,) = said(9, soak_day=5, adopted=Adopted(days=5))
    assert found.startswith("adopted: 5 active days take more than the 4 there are")
    assert said(9, soak_day=5, adopted=Adopted(days=4)) == []


def test_a_survey_that_comes_when_the_numbers_decide_has_no_answers() -> None:
    (found,) = said(9, soak_day=5, asked_on=5, nps=Nps())
    assert (
        found == "nps: the survey is mailed on day 5; nobody has answered when the numbers decide"
    )
    assert said(9, soak_day=5, asked_on=4, nps=Nps()) == []
