"""A verdict its evidence does not explain is found, whatever is wrong with it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from config.names import Metric
from gates.decision import Decision, take
from gates.findings import Finding, State
from gates.verdict import Because, Kind
from rehearsal.explained import has_adopted, recounted, unexplained
from tests.gates.cohort import (
    FULL,
    LAUNCH,
    active,
    adopted,
    decision,
    frames,
    incident,
    key,
    moment,
    on,
    readings,
)

Tamper = Callable[[Decision], Decision]
ADVANCED = decision()
SOAKING = decision(day=5, evidence=frames(day=5))
HELD = decision(evidence=frames(activity=active(1, range(2, 9))))
BLIND = decision(evidence=frames(activity=[]))
ROLLED_BACK = decision(evidence=frames(incidents=[incident("critical")]))
UNAPPROVED = decision(FULL.model_copy(update={"approval": "required"}))


def verdict(**parts: object) -> Tamper:
    """Say another verdict of the same evidence."""
    return lambda d: d.model_copy(update={"verdict": d.verdict.model_copy(update=parts)})


def finding(metric: Metric, **parts: object) -> Tamper:
    """Change what is found of one metric."""

    def tamper(d: Decision) -> Decision:
        found = [f.model_copy(update=parts) if f.metric is metric else f for f in of(d)]
        return verdict(findings=tuple(found))(d)

    return tamper


def of(d: Decision) -> tuple[Finding, ...]:
    return d.verdict.findings


def without(metric: Metric) -> Tamper:
    return lambda d: verdict(findings=tuple(f for f in of(d) if f.metric is not metric))(d)


def at(**parts: object) -> Tamper:
    return lambda d: d.model_copy(update={"moment": d.moment.model_copy(update=parts)})


def measured(metric: Metric, **parts: object) -> Tamper:
    def tamper(d: Decision) -> Decision:
        found = [r.model_copy(update=parts) if r.metric is metric else r for r in d.readings]
        return d.model_copy(update={"readings": tuple(found)})

    return tamper


@pytest.mark.parametrize(
    ("fair", "kind", "because"),
    [
        (ADVANCED, Kind.ADVANCE, Because.PASSED),
        (SOAKING, Kind.HOLD, Because.SOAKING),
        (HELD, Kind.HOLD, Because.TARGETS),
        (BLIND, Kind.HOLD, Because.NO_DATA),
        (ROLLED_BACK, Kind.ROLL_BACK, Because.PROTECTIVE),
        (UNAPPROVED, Kind.HOLD, Because.APPROVAL),
        (decision(paused=True), Kind.HOLD, Because.PAUSED),
        (decision(frozen="year's end"), Kind.HOLD, Because.FROZEN),
    ],
)
def test_what_a_gate_decides_is_explained(fair: Decision, kind: Kind, because: Because) -> None:
    assert (fair.verdict.kind, fair.verdict.because) == (kind, because)
    assert list(unexplained(fair)) == []


@pytest.mark.parametrize(
    ("fair", "tamper", "words"),
    [
        (ADVANCED, verdict(kind=Kind.HOLD), "it holds, says that is for passed"),
        (ADVANCED, verdict(headline=""), "it says nothing"),
        (ADVANCED, finding(Metric.NPS, state=State.UNDECIDED), "advanced on nps undecided"),
        (ADVANCED, finding(Metric.NPS, does="hold"), "advanced on nps met"),
        (ADVANCED, without(Metric.NPS), "and is asked for"),
        (ADVANCED, verdict(findings=()), "it advanced on nothing"),
        (ADVANCED, at(soak_ends_on=on(20)), "nothing was certain"),
        (ADVANCED, at(frozen="year's end"), "in a pause or a freeze"),
        (ADVANCED, at(paused=True), "in a pause or a freeze"),
        (ADVANCED, finding(Metric.ADOPTED, reason="all of them"), "adopted is 21 of 21"),
        (ADVANCED, measured(Metric.ADOPTED, adopted=9), "adopted 0.429 below 0.6"),
        (ADVANCED, measured(Metric.SATISFACTION, total=100), "satisfaction 4.762 below 7"),
        (ADVANCED, measured(Metric.TRAINING_COMPLETED, attended=3), "training_completed 0.143"),
        (UNAPPROVED, verdict(kind=Kind.ADVANCE), "without its approval"),
        (UNAPPROVED, at(approved=True), "says that is for approval"),
        (HELD, verdict(kind=Kind.ADVANCE), "it advanced on adopted missed"),
        (HELD, verdict(because=Because.SOAKING), "says that is for soaking"),
        (HELD, verdict(because=Because.NO_DATA), "says that is for no_data"),
        (HELD, verdict(because=Because.PAUSED), "says that is for paused"),
        (HELD, finding(Metric.ADOPTED, reason="too few"), "without a number: too few"),
        (ROLLED_BACK, finding(Metric.INCIDENTS, does="note"), "nothing it shows does roll_back"),
        (ROLLED_BACK, verdict(kind=Kind.PAUSE), "nothing it shows does pause"),
    ],
)
def test_what_is_not_explained_is_found(fair: Decision, tamper: Tamper, words: str) -> None:
    found = list(unexplained(tamper(fair)))
    assert "it replays to another verdict" in found or words in "; ".join(found)
    assert any(words in said for said in found), found


def test_a_judge_that_is_wrong_replays_and_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def kindly(*_: object) -> tuple[Kind, Because]:
        return Kind.ADVANCE, Because.PASSED

    monkeypatch.setattr("gates.verdict.kind_of", kindly)
    few = readings(adopted=adopted(3, 21))
    found = list(unexplained(take(FULL, few, moment())))
    assert found == ["it advanced on adopted missed", "it advanced on adopted 0.143 below 0.6"]


def test_adoption_is_counted_again_person_by_person() -> None:
    rows = [row for n in range(1, 22) for row in active(n, [2, 3, 4] if n < 15 else [2, 9])]
    told = decision(evidence=frames(activity=rows))
    opened = {key(n): LAUNCH for n in range(1, 22)}
    days = {key(n): [on(d) for d in ([2, 3, 4] if n < 15 else [2, 9])] for n in range(1, 22)}
    assert list(recounted(told, opened, days)) == []
    more = days | {key(15): [on(2), on(3), on(4)]}
    assert list(recounted(told, opened, more)) == [
        f"{key(15)} has adopted by {on(12)}, and it says otherwise"
    ]
    fewer = days | {key(1): [on(2), on(3)]}
    assert list(recounted(told, opened, fewer)) == [
        f"{key(1)} has not adopted by {on(12)}, and it says otherwise"
    ]
    wrong = measured(Metric.ADOPTED, adopted=15)(told)
    assert list(recounted(wrong, opened, days)) == ["15 adopters and 7 others are not 21 people"]


def test_three_days_within_one_week_since_the_account_was_opened() -> None:
    criterion = FULL.adopted
    assert criterion is not None

    def adopts(*days: int) -> bool:
        return has_adopted(LAUNCH, [LAUNCH + timedelta(days=d) for d in days], criterion)

    assert adopts(0, 3, 6)
    assert not adopts(0, 3, 7)
    assert not adopts(-1, 0, 1)
    assert adopts(25, 26, 27)
    assert not adopts(26, 27, 28)
    assert not has_adopted(date(2026, 3, 16), [], criterion)
