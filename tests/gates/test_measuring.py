from dataclasses import fields
from datetime import UTC, datetime
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.criteria import Gate
from config.names import Metric
from gates.frames import COLUMNS, Frames
from gates.measuring import MEASURES, measure
from gates.readings import (
    ActiveReading,
    IncidentsReading,
    NpsReading,
    Quality,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)
from tests.gates.cohort import (
    EVERY,
    FULL,
    LAUNCH,
    Row,
    active,
    answer,
    at,
    attended,
    frames,
    having,
    incident,
    key,
    moment,
    person,
    ticket,
)


def read(metric: Metric, evidence: Frames, day: int = 12) -> Reading:
    return measure(evidence, FULL, moment(day))[metric]


def test_every_metric_can_be_measured() -> None:
    assert set(MEASURES) == set(Metric)
    found = measure(frames(), EVERY, moment())
    assert set(found) == set(Metric)
    assert all(found[metric].metric is metric for metric in found)
    assert {reading.quality for reading in found.values()} == {Quality.OK}


def test_only_what_the_gate_asks_for_is_measured() -> None:
    assert set(measure(frames(), Gate(), moment())) == {Metric.INCIDENTS}


def test_active_is_one_of_the_last_seven_days() -> None:
    done = [*active(1, [5]), *active(2, [4]), *active(3, [11]), *active(4, [12])]
    found = read(Metric.ACTIVE, frames(4, activity=done))
    assert found == ActiveReading(cohort=4, active=2, inactive=(key(2), key(4)), as_of=at(12, 8))


def test_trained_are_those_invited_who_came() -> None:
    people = [person(1), person(2), person(3), person(4, invited=False)]
    there = [attended(1), attended(2, there=False), attended(4), attended(99), attended(3, day=12)]
    found = read(Metric.TRAINING_COMPLETED, frames(people=people, attendance=there))
    assert isinstance(found, TrainingReading)
    assert (found.cohort, found.invited, found.attended) == (4, 3, 1)
    assert found.missing == (key(2), key(3))


def test_who_came_to_a_second_session_is_trained() -> None:
    there = [attended(1, there=False), attended(1, day=4)]
    found = read(Metric.TRAINING_COMPLETED, frames(1, attendance=there))
    assert isinstance(found, TrainingReading)
    assert found.attended == 1


def test_each_persons_newest_answer_since_launch_counts() -> None:
    nameless = {**answer(7, 2, 0), "person": None}
    rows = [
        {**answer(1, 3, 3, day=8), "id": "older"},
        answer(1, 9, 10),
        answer(2, None, 7),
        answer(3, 4, None),
        {**answer(4, 10, 10), "at": datetime(2026, 3, 16, 2, tzinfo=UTC)},  # Sunday 23:00 there
        answer(5, 6, 6),
        answer(5, 6, 6),  # read twice
        answer(99, 1, 1),  # of another phase
        nameless,
    ]
    evidence = frames(10, answers=rows)
    satisfied = read(Metric.SATISFACTION, evidence)
    assert isinstance(satisfied, SatisfactionReading)
    assert (satisfied.answered, satisfied.blank, satisfied.total) == (4, 1, 9 + 4 + 6 + 2)
    assert satisfied.mean == pytest.approx(21 / 4)
    recommend = read(Metric.NPS, evidence)
    assert isinstance(recommend, NpsReading)
    assert (recommend.answered, recommend.blank) == (4, 1)
    assert (recommend.promoters, recommend.detractors) == (1, 2)
    assert recommend.score == -25


@pytest.mark.parametrize(("value", "promoters", "detractors"), [(9, 1, 0), (8, 0, 0), (6, 0, 1)])
def test_promoters_and_detractors(value: int, promoters: int, detractors: int) -> None:
    found = read(Metric.NPS, frames(1, answers=[answer(1, nps=value)]))
    assert isinstance(found, NpsReading)
    assert (found.promoters, found.detractors) == (promoters, detractors)


def test_tickets_of_the_launch_week_and_of_the_last_seven_days() -> None:
    rows = [
        ticket(1, 1),
        ticket(2, 7, who=2),
        ticket(3, 8),
        ticket(4, 11, who=None),
        ticket(5, 12),  # today is not over
        ticket(6, 0),  # before launch
        ticket(7, 9, who=99),
        ticket(8, 9),
        ticket(8, 9),
    ]
    done = [*active(1, [1, 9]), *active(2, [7]), *active(3, [4])]
    found = read(Metric.TICKETS, frames(4, tickets=rows, activity=done))
    assert isinstance(found, TicketsReading)
    assert (found.launch_tickets, found.launch_active) == (2, 3)
    assert (found.week_tickets, found.week_active) == (4, 2)


def test_open_incidents_worst_first() -> None:
    rows = [
        incident("minor", 1),
        incident("critical", 2, opened=at(4)),
        incident("critical", 3, opened=at(3), workaround="Call"),
        incident("major", 4, closed=at(5)),
        incident("major", 5),
    ]
    found = read(Metric.INCIDENTS, frames(incidents=rows))
    assert isinstance(found, IncidentsReading)
    assert [i.id for i in found.open] == ["i-3", "i-2", "i-5", "i-1"]
    assert found.open[0].workaround == "Call"
    assert found.open[1].workaround is None


def test_of_an_incident_told_twice_the_worse_counts() -> None:
    rows = [incident("minor"), incident("critical")]
    for told in (rows, rows[::-1]):
        found = read(Metric.INCIDENTS, frames(incidents=told))
        assert isinstance(found, IncidentsReading)
        assert [i.severity for i in found.open] == ["critical"]
        assert found.quality is Quality.CONTRADICTORY


@pytest.mark.parametrize("size", [1, 3, 5, 24, 60])
def test_cohorts_of_any_size(size: int) -> None:
    found = measure(frames(size), FULL, moment())
    assert {reading.cohort for reading in found.values()} == {size}


MESSY: dict[str, Any] = {
    "people": [person(n, invited=n % 3 > 0) for n in range(1, 8)],
    "activity": [row for n in range(1, 9) for row in active(n, range(n % 4, 12, 1 + n % 3))],
    "attendance": [attended(n, there=n % 2 > 0) for n in range(1, 8)],
    "answers": [
        *(answer(n, 1 + n, n) for n in range(1, 6)),
        {**answer(2, 9, 9), "id": "again"},
        {**answer(3, None, 2), "person": None, "id": "nameless"},
    ],
    "tickets": [ticket(n, n, who=n) for n in range(1, 11)],
    "incidents": [incident("minor", n) for n in range(3)],
}


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(chance: object) -> None:
    shuffled: dict[str, Any] = {name: _shuffled(rows, chance) for name, rows in MESSY.items()}
    as_told, mixed = frames(**MESSY), frames(**shuffled)
    assert measure(as_told, EVERY, moment()) == measure(mixed, EVERY, moment())


def _shuffled(rows: list[Row], chance: object) -> list[Row]:
    copy = list(rows)
    chance.shuffle(copy)  # type: ignore[attr-defined]
    return copy


def test_tables_with_another_index_say_the_same() -> None:
    plain = frames(**MESSY)
    moved = {f: plain.table(f).set_axis(range(100, 100 + len(plain.table(f)))) for f in COLUMNS}
    assert measure(having(plain, **moved), EVERY, moment()) == measure(plain, EVERY, moment())
    assert {field.name for field in fields(plain)} >= set(COLUMNS)


def _many(people: int, days: int) -> Frames:
    """So many people who log in on two days of five, as the ledger would give them."""
    chance = np.random.default_rng(7)
    keys = pd.array([f"p-{n:06d}" for n in range(people)], dtype="str")
    who, when = np.nonzero(chance.random((people, days)) < 0.4)
    start = np.datetime64(LAUNCH, "s")
    everybody = pd.DataFrame(
        {
            "person": keys,
            "site": "paramaribo",
            "department": "sales",
            "activated_on": start,
            "invited": True,
        }
    ).astype({"site": "str", "department": "str"})
    activity = pd.DataFrame(
        {"person": keys.take(who), "day": start + when.astype("timedelta64[D]")}
    )
    return having(frames(1, days + 1), people=everybody, activity=activity)


def test_a_hundred_thousand_people_and_sixty_days_take_less_than_two_seconds() -> None:
    evidence, now = _many(100_000, 60), moment(61)
    begin = process_time()
    found = measure(evidence, FULL, now)
    took = process_time() - begin
    assert found[Metric.ADOPTED].cohort == 100_000
    assert took < 2, f"measuring took {took:.2f} s"
