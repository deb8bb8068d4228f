"""Simulated rollouts are judged as real ones, and come to what can be reckoned by hand."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from config.criteria import Active, Adopted, Gate, Limits, Nps, Tickets
from config.names import Metric
from config.plan import Plan
from config.work import Impact, Support
from gates.error_rates import amiss, as_hoped, course_of, rates, truths
from gates.frames import COLUMNS as TABLES
from gates.frames import Frames, table
from gates.look import Look
from gates.measuring import measure
from gates.readings import Reading
from gates.simulated import (
    WEEK,
    Cohorts,
    Course,
    Truth,
    activity,
    adoption,
    answering,
    cohorts,
    marks,
    working_days,
)
from gates.simulated_looks import FIRST_LOOK, MONDAY, look_daily, looked, moment_of, not_simulated
from gates.simulated_readings import COLUMNS, TRAINED_ON, reading
from gates.tuning import choices
from gates.verdict import Kind, decide
from reports.error_rates import taken_as_met
from tests.gates.test_properties import gates

DEFAULT: Gate = Plan.model_fields["gates"].default
BAD = Truth("all amiss", good=False, adopters=0.6, trained=0.8, satisfaction=7.0, answering=0.5)
NEAR_THE_BARS = replace(BAD, promoters=0.35, detractors=0.35, later_tickets=0.6)


@settings(max_examples=40)
@given(
    gates(),
    st.sampled_from([1, 3, 9, 24, 101, 120]),
    st.integers(2, 28),
    st.sampled_from([as_hoped(DEFAULT), NEAR_THE_BARS]),
)
def test_simulated_rollouts_are_judged_as_real_ones(
    gate: Gate, people: int, today: int, truth: Truth
) -> None:
    course = course_of(gate, people)
    simulated = cohorts(truth, course, 12, seed=today)
    found = looked(simulated, gate, today, np.arange(12))
    for run in range(12):
        readings = {m: one(simulated, m, today, run) for m in gate.criteria()}
        assert found[run] == decide(gate, readings, moment_of(course, today)).kind


def one(simulated: Cohorts, metric: Metric, today: int, run: int) -> Reading:
    columns = COLUMNS[metric](simulated, today)
    return reading(metric, {name: int(column[run]) for name, column in columns.items()})


@settings(max_examples=15)
@given(st.sampled_from([1, 5, 24, 104]), st.integers(2, 28), st.integers(1, 7))
def test_a_simulated_rollout_is_measured_as_its_people_would_be(
    people: int, today: int, active_days: int
) -> None:
    gate = DEFAULT.model_copy(update={"adopted": Adopted(days=active_days)})
    course = course_of(gate, people)
    simulated = cohorts(NEAR_THE_BARS, course, 3, seed=people)
    moment = moment_of(course, today)
    for run in range(3):
        measured = measure(frames_of(simulated, run, today), gate, moment)
        for metric in (m for m in gate.criteria() if m is not Metric.INCIDENTS):
            found, real = one(simulated, metric, today, run), measured[metric]
            for name in COLUMNS[metric](simulated, today):
                if metric is Metric.NPS and name == "detractors":
                    continue
                assert getattr(found, name) == getattr(real, name), (metric, name)


def frames_of(simulated: Cohorts, run: int, today: int) -> Frames:
    """Write one simulated rollout as its people's own rows, up to a morning."""
    course = simulated.course
    active = activity(course.last_day, course.active_days)
    adopting = np.repeat(np.arange(course.last_day + 1), simulated.adopting[run])
    keys = [f"p-{n:03}" for n in range(course.people)]
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for n, key in enumerate(keys):
        rows["people"].append({"person": key, "activated_on": MONDAY, "invited": True})
        days = [d for d in range(1, today) if active[adopting[n], d]]
        rows["activity"] += [{"person": key, "day": on(d)} for d in days]
        if n < simulated.trained[run] and today > TRAINED_ON:
            rows["attendance"].append({"person": key, "day": on(TRAINED_ON), "attended": True})
    # Who was asked first answers first: everybody is asked by the day of their own answer.
    rows["asked"] = [
        {"person": keys[n], "at": at(int(day))}
        for n, day in enumerate(np.repeat(np.arange(course.last_day + 1), simulated.asked[run]))
        if day <= today
    ]
    answered = 0
    for day in range(1, today):
        given_marks = np.repeat(np.arange(1, 11), simulated.marks[run, day])
        scores = np.repeat([0, 8, 10], simulated.scores[run, day])
        for mark, score in zip(given_marks, scores, strict=True):
            who = {"id": f"a-{answered}", "person": keys[answered], "at": at(day)}
            rows["answers"].append({**who, "satisfaction": mark, "nps": score})
            answered += 1
        for _ in range(simulated.tickets[run, day]):
            number = len(rows["tickets"])
            rows["tickets"].append({"id": f"t-{number}", "person": keys[0], "opened": on(day)})
    made: dict[str, Any] = {
        name: table(name, [dict.fromkeys(TABLES[name]) | row for row in found])
        for name, found in rows.items()
    }
    whole = not course.quarters
    return Frames(**made, as_of=dict.fromkeys(TABLES, at(today)), everybody_asked=whole)


def on(day: int) -> Any:  # noqa: ANN401
    return MONDAY + timedelta(days=day - 1)


def at(day: int) -> datetime:
    return datetime.combine(on(day), time(5), UTC)


LEVELS = Gate(
    active=Active(at_least=0.5, advisory=False, on_miss="pause", limits=Limits(in_a_row=1)),
    tickets=Tickets(
        on_miss="roll_back", limits=Limits(errors=1, in_a_row=2, failures=3, undecided=6)
    ),
)


@pytest.mark.parametrize("people", [4, 24])
@pytest.mark.parametrize(
    "gate",
    [
        LEVELS,
        LEVELS.model_copy(update={"tickets": None, "adopted": Adopted(), "nps": Nps()}),
        Gate(
            adopted=Adopted(on_miss="note"),
            active=Active(at_least=0.6, advisory=False, limits=Limits(failures=2)),
        ),
        Gate(adopted=Adopted(), active=Active(at_least=0.9, limits=Limits(failures=2))),
    ],
)
def test_limits_are_looked_at_day_by_day_as_real_ones_are(gate: Gate, people: int) -> None:
    course = course_of(gate, people)
    simulated = cohorts(replace(NEAR_THE_BARS, half_by=3), course, 40, seed=people)
    found = look_daily(simulated, gate)
    ends = [_lived(simulated, gate, course, run) for run in range(40)]
    assert [(str(k), int(d)) for k, d in zip(found.kind, found.day, strict=True)] == ends


def _lived(simulated: Cohorts, gate: Gate, course: Course, run: int) -> tuple[str, int]:
    """Look at one rollout each morning, as a ledger would: the newest look of each day is kept."""
    looks: tuple[Look, ...] = ()
    for today in range(FIRST_LOOK, course.last_day + 1):
        readings = {m: one(simulated, m, today, run) for m in gate.criteria()}
        now = moment_of(course, today).model_copy(update={"looks": looks})
        verdict = decide(gate, readings, now)
        if verdict.kind is not Kind.HOLD:
            return verdict.kind.value, today
        seen = {f.metric: f.seen for f in verdict.findings if f.seen is not None}
        looks = (*looks, Look(day=now.today, seen=seen)) if seen else looks
    return Kind.HOLD.value, course.last_day


def test_a_gate_with_limits_stops_more_often_than_one_without() -> None:
    strict = Active(advisory=False, on_miss="pause", limits=Limits(in_a_row=0))
    limited = DEFAULT.model_copy(update={"active": strict})
    free = DEFAULT.model_copy(update={"active": strict.model_copy(update={"limits": None})})
    truth, course = replace(as_hoped(DEFAULT), half_by=8), course_of(DEFAULT, 21)
    assert rates(limited, truth, course, 300, 1).paused > 0.6
    assert rates(free, truth, course, 300, 1).paused < 0.3


def test_a_large_phase_is_asked_by_quarters() -> None:
    course = course_of(DEFAULT, 400)
    found = cohorts(as_hoped(DEFAULT), course, 50, 1)
    assert [int(d) for d in np.nonzero(found.asked.sum(axis=0))[0]] == [5, 9, 16, 23]
    assert (found.asked.sum(axis=1) == 400).all()
    assert (found.marks.sum(axis=2).cumsum(axis=1) <= found.asked.cumsum(axis=1)).all()
    half = COLUMNS[Metric.NPS](found, course.soak_day)["asked"]
    assert half.mean() == pytest.approx(200, abs=5)
    small = cohorts(as_hoped(DEFAULT), course_of(DEFAULT, 100), 1, 1)
    assert "asked" not in COLUMNS[Metric.NPS](small, 12)


def test_a_census_alone_is_wrong_as_often_as_the_binomial_says() -> None:
    gate = Gate(adopted=Adopted())
    for people in (9, 21, 60):
        found = rates(
            gate, Truth("half", good=False, adopters=0.5), course_of(gate, people), 4000, 3
        )
        need = -(-people * 6 // 10)
        exact = float(binom.sf(need - 1, people, 0.5))
        assert found.advances == pytest.approx(exact, abs=0.03)


def test_what_is_stated_is_true_of_the_simulated_people() -> None:
    course = Course(50)
    chance = adoption(Truth("", good=True, adopters=0.7, half_by=5), course)
    assert chance.sum() == pytest.approx(1)
    assert chance[0] == pytest.approx(0.3)
    days = working_days(28)
    assert chance[1 : days[4] + 1].sum() == pytest.approx(0.35, abs=0.003)
    assert answering(Truth("", good=True, answering=0.6), course, 9)[1:].sum() == pytest.approx(0.6)
    for mean in (1.0, 1.4, 6.5, 8.0, 10.0):
        assert marks(mean) @ np.arange(1, 11) == pytest.approx(mean)
    found = cohorts(Truth("", good=True), course, 400, 1)
    assert found.adopting[:, 1:].sum(axis=1).mean() == pytest.approx(40, abs=0.6)
    assert (found.marks.sum(axis=2) == found.scores.sum(axis=2)).all()
    assert found.trained.mean() == pytest.approx(46, abs=0.4)


def test_the_same_seed_gives_the_same_rates_and_another_others() -> None:
    truth, course = as_hoped(DEFAULT), course_of(DEFAULT, 21)
    first = rates(DEFAULT, truth, course, 300, 1)
    assert rates(DEFAULT, truth, course, 300, 1) == first
    assert rates(DEFAULT, truth, course, 300, 2) != first


def test_a_certain_miss_rolls_back_where_the_plan_says_so() -> None:
    gate = Gate(adopted=Adopted(on_miss="roll_back"))
    course = course_of(gate, 21)
    found = look_daily(cohorts(Truth("", good=True), course, 500, 1), gate)
    assert set(found.kind) == {Kind.ADVANCE, Kind.ROLL_BACK}
    # Three days before the soak's end everybody can still adopt; on the last two not.
    assert found.day[found.kind == Kind.ROLL_BACK].min() >= course.soak_day - 2
    share = rates(gate, Truth("", good=True), course, 500, 1)
    assert share.wrongly_stops == share.rolled_back > 0
    assert share.wrongly_advances is None


def test_each_thing_a_gate_decides_on_is_once_amiss() -> None:
    assert [t.name for t in amiss(DEFAULT)] == [
        "50 % adopt",
        "65 % trained",
        "satisfaction 6.5",
        "NPS -10",
        "calls rise by 25 %",
    ]
    assert [t.good for t in truths(DEFAULT)] == [True] * 4 + [False] * 5
    for strict in ("adopted", "training_completed", "satisfaction", "nps", "tickets"):
        criterion = getattr(DEFAULT, strict).model_copy(update={"advisory": True})
        gate = DEFAULT.model_copy(update={strict: criterion})
        assert len(amiss(gate)) == 4
        assert len({c.name.split(".")[0] for c in choices(gate)}) == 4


def test_a_higher_bar_never_lets_more_advance() -> None:
    course = course_of(DEFAULT, 21)
    for choice in choices(DEFAULT):
        let = [rates(gate, choice.amiss, course, 200, 1).advances for _, gate in choice.gates]
        rising = choice.name == "tickets.rise_at_most"
        assert let == sorted(let, reverse=not rising), choice.name
        assert choice.now in [text for text, _ in choice.gates]


def test_ten_thousand_rollouts_of_a_large_phase_take_seconds() -> None:
    begin = process_time()
    found = rates(DEFAULT, as_hoped(DEFAULT), course_of(DEFAULT, 500), 10_000, 1)
    assert process_time() - begin < 5
    assert found.runs == 10_000
    assert found.advances > 0.99


def test_tickets_are_counted_by_the_launch_week() -> None:
    simulated = cohorts(Truth("", good=True), Course(30), 5, 1)
    columns = COLUMNS[Metric.TICKETS](simulated, 12)
    assert (columns["launch_tickets"] == simulated.tickets[:, 1 : WEEK + 1].sum(axis=1)).all()
    assert (columns["week_tickets"] == simulated.tickets[:, 5:12].sum(axis=1)).all()


def test_criteria_on_the_work_are_taken_as_met_and_named() -> None:
    alone = Gate(adopted=Adopted())
    more = alone.model_copy(update={"support": Support(), "impact": Impact()})
    course = course_of(alone, 40)
    truth = as_hoped(alone)
    assert rates(more, truth, course, 50, 1) == rates(alone, truth, course, 50, 1)
    assert not_simulated(more) == (Metric.SUPPORT,)  # impact is advice
    assert taken_as_met(not_simulated(more)) == ["Not simulated, and taken as met: support."]
    assert not taken_as_met(not_simulated(alone))
