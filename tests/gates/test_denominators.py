"""Denominators are evidence: a target met only by counting others is left to a person."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.criteria import Active, Adopted, Gate, TrainingCompleted
from config.names import Metric
from gates.changes import Change
from gates.findings import State
from gates.measuring import measure
from gates.readings import ActiveReading, Reading, TrainingReading
from gates.shares import needed
from gates.verdict import Because, Kind, Verdict, decide
from tests.gates.cohort import active, adopted, attended, frames, having, key, moment, on, readings

GATE = Gate(adopted=Adopted())


def verdict(gone: int = 0, come: int = 0, had: int = 12, of: int = 20, day: int = 12) -> Verdict:
    reading = adopted(had, of).model_copy(update={"gone": gone, "come": come})
    return decide(GATE, readings(of, adopted=reading), moment(day))


def test_a_target_that_only_leavers_made_is_left_to_a_person() -> None:
    assert verdict().kind is Kind.ADVANCE
    found = verdict(gone=1)
    assert (found.kind, found.because) == (Kind.HOLD, Because.TARGETS)
    assert found.needs_person
    assert found.headline == ("Only a changed cohort makes the difference (12 of 20 = 60 %).")
    assert found.findings[0].state is State.UNDECIDED
    assert found.findings[0].reason == (
        "adopted 12 of 20 = 60 % ≥ 60 %, but 12 of 21 with 1 person left or excluded since launch"
        " counted as on launch day: only a changed cohort makes the difference, and a person"
        " decides"
    )
    assert found.why_not == (
        "A person's decision, or 1 more who did among those of launch day, would let it advance."
    )
    assert verdict(gone=1, had=13).kind is Kind.ADVANCE


def test_a_target_that_only_joiners_made_is_left_to_a_person() -> None:
    assert verdict(come=3, had=13).kind is Kind.HOLD
    assert "3 people joined since" in verdict(come=3, had=13).findings[0].reason
    assert verdict(come=3, had=15).kind is Kind.ADVANCE


def test_it_is_not_certain_early_either() -> None:
    assert verdict(day=4).kind is Kind.ADVANCE
    found = verdict(day=4, gone=1)
    assert (found.kind, found.because) == (Kind.HOLD, Because.SOAKING)


def test_a_miss_stays_a_miss() -> None:
    assert verdict(had=11, gone=3).findings[0].state is State.MISSED


@pytest.mark.parametrize(
    ("gate", "reading"),
    [
        (Gate(active=Active(advisory=False)), ActiveReading(cohort=20, active=10, gone=2)),
        (
            Gate(training_completed=TrainingCompleted()),
            TrainingReading(cohort=20, invited=20, attended=16, gone=2),
        ),
    ],
)
def test_every_share_of_people_is_looked_at(gate: Gate, reading: Reading) -> None:
    for gone, kind in ((2, Kind.HOLD), (0, Kind.ADVANCE)):
        changed = reading.model_copy(update={"gone": gone})
        given_now = {**readings(20), reading.metric: changed}
        found = decide(gate, given_now, moment())
        assert found.kind is kind
        assert found.needs_person == (kind is Kind.HOLD)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 5), st.integers(0, 5))
def test_what_advances_would_have_with_the_people_of_launch_day(
    of: int, had: int, gone: int, come: int
) -> None:
    had = min(had, of)
    come = min(come, had)
    if verdict(gone, come, had, of).kind is Kind.ADVANCE:
        assert had - come >= needed(0.6, of - come + gone)


def test_who_came_and_went_since_launch_is_measured() -> None:
    changes = (
        Change(person="gone", what="left", when=on(5), since_launch=True),
        Change(person="out", what="excluded: on leave", when=on(1), since_launch=True),
        Change(person="early", what="left", when=on(-3)),
        Change(person=key(1), what="joined", when=on(3), since_launch=True),
        Change(person=key(2), what="joined", when=on(3), since_launch=True),
        Change(person=key(3), what="joined", when=on(-3)),
    )
    days: list[Any] = [row for n in (1, 3) for row in active(n, [8, 9, 10])]
    evidence = frames(4, activity=days, attendance=[attended(2), attended(4)])
    gate = Gate(adopted=Adopted(), active=Active(), training_completed=TrainingCompleted())
    found = measure(having(evidence, changes=changes), gate, moment())
    for metric in (Metric.ADOPTED, Metric.ACTIVE, Metric.TRAINING_COMPLETED):
        reading = found[metric]
        assert (getattr(reading, "gone"), getattr(reading, "come")) == (2, 1)  # noqa: B009
