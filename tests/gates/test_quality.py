"""No data never passes: each way a table can be wrong ends in NO_DATA with its reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from config.criteria import Gate, Nps, Satisfaction
from config.names import Metric
from gates.decision import from_json, replay, to_json
from gates.findings import Finding, State
from gates.frames import COLUMNS, Frames
from gates.measuring import measure
from gates.quality import OUR_OWN
from gates.readings import Quality
from gates.verdict import Because, Kind
from tests.gates.cohort import (
    EVERY,
    FULL,
    Row,
    active,
    answer,
    asked,
    at,
    attended,
    decision,
    frames,
    having,
    incident,
    moment,
    person,
    ticket,
)

STRICT = EVERY.model_copy(
    update={
        m.value: c.model_copy(update={"advisory": False})
        for m, c in EVERY.criteria().items()
        if m not in {Metric.ACTIVE, Metric.INCIDENTS}
    }
)
OF_MORE_THAN_THE_PHASE = {Metric.WORKFLOWS, Metric.IMPACT, Metric.CHECKLIST, Metric.INCIDENTS}
RESTS_ON = {
    "people": {*Metric} - OF_MORE_THAN_THE_PHASE,
    "activity": {Metric.ADOPTED, Metric.ACTIVE, Metric.ACTIVE_DAILY, Metric.TICKETS},
    "attendance": {Metric.TRAINING_COMPLETED},
    "answers": {Metric.SATISFACTION, Metric.NPS},
    "tickets": {Metric.TICKETS, Metric.SUPPORT},
    "incidents": {Metric.INCIDENTS},
    "workflows": {Metric.COMPLETING, Metric.WORKFLOWS, Metric.WORK_MOVED},
    "old_work": {Metric.WORK_MOVED},
    "old_logins": {Metric.DEPENDENTS},
    "checklist": {Metric.CHECKLIST},
    "everyone": {Metric.IMPACT},
    "measured": {Metric.IMPACT},
    "asked": {Metric.SATISFACTION, Metric.NPS},
}
QUARTERED = [asked(n) for n in range(1, 22)]
"""Who was asked: only where not everybody was does anything rest on that."""


def judged(evidence: Frames, day: int = 12) -> dict[Metric, Finding]:
    """Judge, and see that nothing passed."""
    found = decision(STRICT, day, evidence)
    assert found.verdict.kind is not Kind.ADVANCE
    return {finding.metric: finding for finding in found.verdict.findings}


def no_data(evidence: Frames, name: str, reason: str) -> None:
    """See that all that rests on a table has no data, and nothing else."""
    found = judged(evidence)
    assert {m for m, f in found.items() if f.state is State.NO_DATA} == RESTS_ON[name]
    assert all(reason in found[metric].reason for metric in RESTS_ON[name])


def test_the_good_cohort_advances() -> None:
    assert decision().verdict.kind is Kind.ADVANCE
    assert decision(STRICT).verdict.kind is Kind.ADVANCE


@pytest.mark.parametrize("name", [n for n in COLUMNS if n != "people"])
def test_silent(name: str) -> None:
    good = frames(asked=QUARTERED)
    for as_of in ({**good.as_of, name: None}, {k: v for k, v in good.as_of.items() if k != name}):
        no_data(having(good, as_of=as_of), name, f"{name}: nothing was ever read (silent)")


@pytest.mark.parametrize("name", COLUMNS)
def test_stale(name: str) -> None:
    # Six hours before the look the soak ended: what is older than that lets nothing advance.
    good = having(frames(asked=QUARTERED), fresh={name: timedelta(hours=5)})
    old = having(good, as_of={**good.as_of, name: at(12, 9) - timedelta(hours=6)})
    no_data(old, name, f"{name}: 6 hours old, at most 5 allowed (stale)")
    just = having(good, as_of={**good.as_of, name: at(12, 9) - timedelta(hours=5)})
    assert decision(evidence=just).verdict.kind is Kind.ADVANCE


def test_stale_is_what_was_not_written_since_the_phase_was_resumed() -> None:
    resumed = decision(restarted_at=at(12, 8))
    assert resumed.verdict.kind is not Kind.ADVANCE
    assert "not written since the phase was resumed (stale)" in resumed.verdict.headline
    own = OUR_OWN
    assert {f.metric for f in resumed.verdict.findings if f.state is not State.NO_DATA} == {
        Metric.INCIDENTS
    }
    only_own = {name: at(12, 8) if name in own else at(12, 9) for name in COLUMNS}
    fresh = having(frames(), as_of=only_own)
    assert decision(evidence=fresh, restarted_at=at(12, 8)).verdict.kind is Kind.ADVANCE
    assert decision(restarted_at=at(12, 7)).verdict.kind is Kind.ADVANCE


@pytest.mark.parametrize("name", COLUMNS)
def test_written_in_the_future(name: str) -> None:
    good = frames(asked=QUARTERED)
    late: dict[str, datetime | None] = {**good.as_of, name: at(12, 10)}
    no_data(having(good, as_of=late), name, "after now (future)")


@pytest.mark.parametrize("name", [n for n in COLUMNS if n not in OUR_OWN])
def test_empty(name: str) -> None:
    nothing: dict[str, Any] = {name: []}
    no_data(frames(**nothing), name, f"{name}: the table is empty (empty)")


def test_no_rows_of_this_phase_in_a_source_that_has_some_are_a_zero() -> None:
    quiet = frames(tickets=[], activity=[])
    heard = having(quiet, rows={"tickets": 5, "activity": 900})
    states = {m: f.state for m, f in judged(heard).items()}
    assert states[Metric.ADOPTED] is State.MISSED
    assert states[Metric.ACTIVE] is State.MISSED
    assert states[Metric.TICKETS] is State.NO_DATA  # nobody active to count them by
    assert decision(evidence=having(frames(tickets=[]), rows={"tickets": 5})).verdict.kind == (
        Kind.ADVANCE
    )


def test_an_empty_register_of_incidents_is_good_news() -> None:
    assert decision(evidence=frames(incidents=[])).verdict.kind is Kind.ADVANCE


@pytest.mark.parametrize("day", [5, 12, 30])
def test_an_empty_cohort_never_passes_and_names_the_decision(day: int) -> None:
    found = decision(gate=EVERY, day=day, evidence=frames(size=0, day=day))
    verdict, decide = found.verdict, "`changeover decide core-team skip` goes past it."
    assert verdict.kind is not Kind.ADVANCE
    assert verdict.headline == f"Nobody is in this phase. A person decides: {decide}"
    assert verdict.why_not == f"A person decides: {decide}"
    assert replay(from_json(to_json(found))) == verdict
    # One person there, and nobody is told to skip it.
    one = decision(gate=EVERY, day=day, evidence=frames(size=1, day=day)).verdict
    assert "skip" not in one.headline + one.why_not


def test_an_empty_cohort_is_no_pass() -> None:
    found = judged(frames(0, activity=active(9, [1]), answers=[answer(9)]))
    assert found[Metric.ADOPTED].state is State.NO_DATA
    assert "nobody is in this phase" in found[Metric.ADOPTED].reason


def test_nobody_invited_is_no_pass() -> None:
    found = judged(frames(people=[person(n, invited=False) for n in range(1, 22)]))
    assert found[Metric.TRAINING_COMPLETED].state is State.NO_DATA
    assert "nobody was invited" in found[Metric.TRAINING_COMPLETED].reason


WRONG: list[tuple[str, Row, Quality, str]] = [
    ("activity", {"person": None, "day": at(3).date()}, Quality.NAN, "1 row without person"),
    ("activity", {"person": "p-001", "day": None}, Quality.NAN, "1 row without day"),
    ("activity", active(1, [13])[0], Quality.FUTURE, "after today, up to 2026-03-28"),
    ("attendance", attended(1, there=False), Quality.CONTRADICTORY, "present and absent"),
    ("attendance", attended(1, day=14), Quality.FUTURE, "after today"),
    ("attendance", {**attended(1), "day": None}, Quality.NAN, "without day"),
    ("attendance", {**attended(1), "person": None}, Quality.NAN, "without person"),
    ("answers", answer(99, day=13), Quality.FUTURE, "dated after now"),
    ("answers", answer(99, 11), Quality.CONTRADICTORY, "outside 1-10"),
    ("answers", answer(99, 0), Quality.CONTRADICTORY, "outside 1-10"),
    ("answers", answer(99, 8, -1), Quality.CONTRADICTORY, "no whole number"),
    ("answers", answer(99, 8, 8.5), Quality.CONTRADICTORY, "no whole number"),
    ("answers", answer(1, 2), Quality.CONTRADICTORY, "id given twice"),
    ("answers", {**answer(99), "at": None}, Quality.NAN, "without at"),
    ("answers", {**answer(99), "id": None}, Quality.NAN, "without id"),
    ("tickets", ticket(9, 13), Quality.FUTURE, "openings after today"),
    ("tickets", ticket(9, 3, 13), Quality.FUTURE, "closings after today"),
    ("tickets", ticket(9, 3, 2), Quality.CONTRADICTORY, "closed before it was opened"),
    ("tickets", ticket(1, 3), Quality.CONTRADICTORY, "id given twice"),
    ("tickets", {**ticket(9, 3), "opened": None}, Quality.NAN, "without opened"),
    ("incidents", incident("minor", opened=at(13)), Quality.FUTURE, "dated after now"),
    ("incidents", incident("minor", closed=at(13)), Quality.FUTURE, "dated after now"),
    ("incidents", incident("minor", closed=at(1)), Quality.CONTRADICTORY, "closed before"),
    ("incidents", incident("grave"), Quality.CONTRADICTORY, "severity nobody knows"),
    ("incidents", {**incident("minor"), "severity": None}, Quality.NAN, "without severity"),
    ("incidents", {**incident("minor"), "opened": None}, Quality.NAN, "without opened"),
]


@pytest.mark.parametrize(("name", "row", "quality", "reason"), WRONG)
def test_one_wrong_row_is_told(name: str, row: Row, quality: Quality, reason: str) -> None:
    good = frames()
    rows = good.table(name).astype(object).where(good.table(name).notna(), None)
    more: dict[str, Any] = {name: [*rows.to_dict("records"), row]}
    wrong = frames(**more)
    no_data(wrong, name, reason)
    found = judged(wrong)
    assert all(f"({quality.value})" in found[metric].reason for metric in RESTS_ON[name])


def test_an_activation_after_today_is_told() -> None:
    people = [*(person(n) for n in range(1, 21)), person(21, activated_on=at(13).date())]
    no_data(frames(people=people), "people", "activations after today")


def test_answers_all_without_a_value() -> None:
    found = judged(frames(answers=[answer(n, None, 9) for n in range(1, 22)]))
    assert found[Metric.SATISFACTION].state is State.NO_DATA
    assert "all 21 came without a value (nan)" in found[Metric.SATISFACTION].reason
    assert found[Metric.NPS].state is State.MET


@pytest.mark.parametrize(
    ("marks", "blank", "state"),
    [
        ([8] * 12, 0, State.MET),
        ([8] * 12, 1, State.MET),  # even a 1 leaves 7.46
        ([8] * 12, 3, State.NO_DATA),
        ([6] * 12, 1, State.MISSED),  # even a 10 leaves 6.31
        ([6] * 12, 4, State.NO_DATA),
        ([8] * 8, 1, State.NO_DATA),  # the ninth that is needed came without a value
        ([8] * 8, 0, State.UNDECIDED),
    ],
)
def test_an_answer_without_a_value_could_be_any(marks: list[int], blank: int, state: State) -> None:
    rows = [answer(n, mark) for n, mark in enumerate([*marks, *[None] * blank], 1)]
    gate = Gate(satisfaction=Satisfaction())
    found = decision(gate, evidence=frames(answers=rows)).verdict
    assert found.findings[0].state is state
    assert (found.kind is Kind.ADVANCE) == (state is State.MET)


@pytest.mark.parametrize(
    ("promoters", "detractors", "blank", "state"),
    [
        (7, 3, 3, State.MET),
        (7, 3, 4, State.NO_DATA),
        (3, 7, 4, State.MISSED),
        (3, 7, 5, State.NO_DATA),
        (5, 5, 0, State.MISSED),  # 0 is not above 0
    ],
)
def test_an_nps_answer_without_a_value_could_be_any(
    promoters: int, detractors: int, blank: int, state: State
) -> None:
    marks = [*[10] * promoters, *[0] * detractors, *[None] * blank]
    rows = [answer(n, 8, mark) for n, mark in enumerate(marks, 1)]
    found = decision(Gate(nps=Nps()), evidence=frames(answers=rows)).verdict
    assert found.findings[0].state is state


@pytest.mark.parametrize(
    ("day", "name", "state"),
    [
        (1, "activity", State.UNDECIDED),
        (2, "activity", State.NO_DATA),
        (2, "answers", State.UNDECIDED),
        (11, "answers", State.UNDECIDED),
        (12, "answers", State.NO_DATA),
        (11, "attendance", State.UNDECIDED),
        (12, "attendance", State.NO_DATA),
        (11, "tickets", State.UNDECIDED),
        (12, "tickets", State.NO_DATA),
    ],
)
def test_nothing_to_read_is_natural_for_a_while(day: int, name: str, state: State) -> None:
    metric = next(m for m in FULL.criteria() if m in RESTS_ON[name] and m != Metric.ACTIVE)
    empty = having(frames(), **{name: frames().table(name).head(0)})
    assert judged(having(empty, as_of=frames(day=day).as_of), day)[metric].state is state


def test_a_doubtful_table_is_told_before_the_soak_ends_too() -> None:
    rows = [*(answer(n, day=4) for n in range(1, 9)), answer(9, 11, day=4)]
    found = decision(day=6, evidence=frames(day=6, answers=rows)).verdict
    assert (found.kind, found.because) == (Kind.HOLD, Because.NO_DATA)
    assert found.needs_person


def test_a_reading_is_as_old_as_the_oldest_of_its_tables() -> None:
    good = frames()
    aged = having(good, as_of={**good.as_of, "activity": at(11), "people": at(1)})
    found = measure(aged, FULL, moment())
    assert found[Metric.TICKETS].as_of == at(11)
    assert found[Metric.TRAINING_COMPLETED].as_of == at(12, 8)
    silent = having(good, as_of={**good.as_of, "activity": None})
    assert measure(silent, FULL, moment())[Metric.TICKETS].as_of is None


def test_where_a_miss_is_only_noted_blanks_count_as_misses() -> None:
    rows = [answer(n, mark) for n, mark in enumerate([*[8] * 12, *[None] * 3], 1)]
    gate = Gate(satisfaction=Satisfaction(on_miss="note"))
    found = decision(gate, evidence=frames(answers=rows)).verdict
    assert (found.findings[0].state, found.kind) == (State.MISSED, Kind.ADVANCE)
    few = decision(gate, evidence=frames(answers=rows[5:])).verdict
    assert (few.findings[0].state, few.kind) == (State.NO_DATA, Kind.HOLD)
