"""What a reading says of its own age is doubted, wherever it comes from."""

import json
from datetime import timedelta

import pytest

from cli.judge import judged
from config.criteria import Gate, Satisfaction
from config.names import Metric
from config.work import Accounts
from gates.findings import Finding, State
from gates.judging import judge
from gates.readings import IncidentsReading, Quality, SatisfactionReading
from gates.verdict import Kind, decide
from gates.work_readings import AccountsReading
from tests.gates.cohort import at, moment

GOOD = SatisfactionReading(cohort=21, answered=20, total=170, as_of=at(12, 8))
CALM = IncidentsReading(cohort=21)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("as_of", "max_age", "restarted", "said"),
    [
        (at(12, 10), None, None, "written 2026-03-27 10:00 UTC, after now (future)"),
        (at(12, 8), None, at(12, 8), "not written since the phase was resumed (stale)"),
        (at(12, 7), HOUR, None, "2 hours old, at most 1 hour allowed (stale)"),
        (None, HOUR, None, "nobody says when it was written (stale)"),
        (None, None, at(3), "nobody says when it was written (stale)"),
    ],
)
def test_what_is_of_the_wrong_time_is_no_data(
    as_of: object, max_age: object, restarted: object, said: str
) -> None:
    reading = GOOD.model_copy(update={"as_of": as_of})
    criterion = Satisfaction.model_copy(Satisfaction(), update={"max_age": max_age})
    found = judge(Metric.SATISFACTION, criterion, reading, moment(restarted_at=restarted))
    assert found.state is State.NO_DATA
    assert found.reason == said


def test_what_is_just_new_enough_is_judged() -> None:
    for reading, criterion, now in (
        (GOOD, Satisfaction(max_age=HOUR), moment()),
        (GOOD.model_copy(update={"as_of": at(12, 9)}), Satisfaction(), moment()),
        (GOOD, Satisfaction(), moment(restarted_at=at(12, 7))),
        (GOOD.model_copy(update={"as_of": None}), Satisfaction(), moment()),
    ):
        assert judge(Metric.SATISFACTION, criterion, reading, now).state is State.MET


def test_a_register_from_the_future_is_a_brake_that_does_not_work() -> None:
    gate = Gate(satisfaction=Satisfaction())
    late = CALM.model_copy(update={"as_of": at(13)})
    good = {Metric.SATISFACTION: GOOD}
    assert decide(gate, good | {Metric.INCIDENTS: CALM}, moment()).kind is Kind.ADVANCE
    assert decide(gate, good | {Metric.INCIDENTS: late}, moment()).kind is Kind.PAUSE


def test_what_a_ledger_reads_at_the_look_need_not_be_written_anew() -> None:
    opened = AccountsReading(cohort=21, opened=21)
    now = moment(restarted_at=at(12, 8))
    assert judge(Metric.ACCOUNTS, Accounts(), opened, now).state is State.MET


def written(**fields: object) -> Finding:
    """Judge a satisfaction as somebody wrote it down."""
    reading = {"metric": "satisfaction", "cohort": 21, "answered": 20, "total": 170, **fields}
    return judged_of([reading])[0]


def judged_of(readings: list[dict[str, object]]) -> tuple[Finding, ...]:
    gate = {"satisfaction": {"at_least": 1, "scope": "site"}}
    now = json.loads(moment().model_dump_json())
    case = {"moment": now, "gate": gate, "readings": readings}
    _, found = judged(json.dumps(case).encode())
    assert found.verdict is not None, found.error
    return found.verdict.findings


@pytest.mark.parametrize("none", [float("nan"), float("inf"), None])
@pytest.mark.parametrize("field", ["answered", "total", "cohort"])
def test_a_number_that_is_none_is_no_data_and_not_zero(none: object, field: str) -> None:
    found = written(**{field: none})
    assert found.state is State.NO_DATA
    assert found.reason == f"{field}: no number (nan)"


def test_marks_and_sites_whose_numbers_are_none_are_no_data() -> None:
    assert written(marks=[[8.5, 19], [float("nan"), 1]]).reason == "marks: no number (nan)"
    site = {"metric": "satisfaction", "cohort": 21, "answered": 20, "total": float("nan")}
    found = written(groups=[{"name": "paramaribo", "reading": site}])
    assert found.state is State.NO_DATA
    assert found.reason == "paramaribo: total: no number (nan)"
    stale = written(total=None, quality="stale", doubt="old")
    assert stale.reason == "old (stale)"


def test_a_reading_that_says_no_reason_is_told_in_words() -> None:
    doubted = GOOD.model_copy(update={"quality": Quality.STALE})
    found = judge(Metric.SATISFACTION, Satisfaction(), doubted, moment())
    assert found.reason == "it says of itself that it cannot be believed (stale)"


def test_a_certain_miss_of_answers_holds_at_most_before_the_soak_ends() -> None:
    strict = Satisfaction(on_miss="roll_back")
    bad = SatisfactionReading(cohort=21, answered=21, total=21)
    early, late = (judge(Metric.SATISFACTION, strict, bad, moment(day)) for day in (8, 12))
    assert (early.state, early.does) == (State.MISSED, "hold")
    assert (late.state, late.does) == (State.MISSED, "roll_back")
