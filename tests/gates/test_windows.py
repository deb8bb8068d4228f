"""Which evidence a criterion looks at, and how long it waits for what is late."""

from datetime import timedelta

import pytest

from config.criteria import Active, Adopted, Gate, Miss, Nps, Satisfaction, Tickets
from config.names import Metric
from gates.findings import State
from gates.judging import judge
from gates.measuring import measure
from gates.readings import (
    ActiveReading,
    Quality,
    Reading,
    SatisfactionReading,
    TicketsReading,
)
from tests.gates.cohort import (
    active,
    adopted,
    answer,
    at,
    frames,
    moment,
    ticket,
)

DAY = timedelta(days=1)


def test_active_looks_at_the_plans_window() -> None:
    evidence = frames(4, activity=[*active(1, [11]), *active(2, [8]), *active(3, [2])])
    for window, number in ((1, 1), (4, 2), (7, 2), (10, 3)):
        found = measure(evidence, Gate(active=Active(window=window)), moment())[Metric.ACTIVE]
        assert isinstance(found, ActiveReading)
        assert found.active == number


def test_surveys_look_at_the_plans_window() -> None:
    evidence = frames(4, answers=[answer(1, 9, 9, day=2), answer(2, 5, 3, day=11)])
    for window, number in ((None, 2), (14, 2), (3, 1)):
        gate = Gate(satisfaction=Satisfaction(window=window), nps=Nps(window=window))
        found = measure(evidence, gate, moment())
        for metric in (Metric.SATISFACTION, Metric.NPS):
            reading = found[metric]
            assert getattr(reading, "answered") == number  # noqa: B009 - of two kinds


def test_tickets_of_a_shorter_window_are_weighed_against_as_many_days() -> None:
    rows = [ticket(n, 1 + n % 7) for n in range(14)] + [ticket(20 + n, 10) for n in range(5)]
    evidence = frames(4, tickets=rows)
    for window, allowed in ((7, "14"), (2, "4")):
        criterion = Tickets(window=window)
        found = measure(evidence, Gate(tickets=criterion), moment())[Metric.TICKETS]
        assert isinstance(found, TicketsReading)
        judged = judge(Metric.TICKETS, criterion, found, moment())
        assert f" {allowed}: 14 in the launch week" in judged.reason
        assert f"in {window} days" in judged.reason


def test_days_worked_are_counted_once_a_person_and_a_day() -> None:
    rows = [*active(1, [1, 7, 8, 11]), *active(1, [8]), *active(2, [8])]
    found = measure(frames(3, activity=rows), Gate(tickets=Tickets()), moment())[Metric.TICKETS]
    assert isinstance(found, TicketsReading)
    assert (found.launch_days, found.later_days) == (2, 3)


@pytest.mark.parametrize(("hours", "state"), [(24, State.MET), (23, State.NO_DATA)])
def test_a_criterion_may_want_newer_data_than_its_source(hours: int, state: State) -> None:
    reading = adopted(20, 21).model_copy(update={"as_of": at(11, 9)})
    criterion = Adopted(max_age=timedelta(hours=hours))
    found = judge(Metric.ADOPTED, criterion, reading, moment())
    assert found.state is state
    if state is State.NO_DATA:
        assert "24 hours old, at most 23 hours allowed (stale)" in found.reason


LATE = [Quality.SILENT, Quality.STALE, Quality.EMPTY]
WRONG = [Quality.NAN, Quality.CONTRADICTORY, Quality.FUTURE]


def doubtful(quality: Quality, heard: int | None) -> Reading:
    as_of = None if heard is None else at(heard, 9)
    doubts = {"quality": quality, "doubt": "seen", "as_of": as_of}
    return SatisfactionReading(cohort=21, answered=20, total=160).model_copy(update=doubts)


@pytest.mark.parametrize("quality", [*LATE, *WRONG])
@pytest.mark.parametrize("miss", ["hold", "pause"])
def test_what_is_late_is_waited_for_and_what_is_wrong_is_not(quality: Quality, miss: Miss) -> None:
    patient = Satisfaction(grace=3 * DAY, on_miss=miss)
    found = judge(Metric.SATISFACTION, patient, doubtful(quality, 9), moment())
    waits = quality in LATE
    assert found.state is (State.UNDECIDED if waits else State.NO_DATA)
    assert found.does == ("hold" if waits else miss)
    late = judge(Metric.SATISFACTION, patient, doubtful(quality, 8), moment())
    assert (late.state, late.does) == (State.NO_DATA, miss)


def test_a_source_never_heard_is_waited_for_since_launch() -> None:
    for grace, state in ((11 * DAY, State.UNDECIDED), (10 * DAY, State.NO_DATA)):
        patient = Satisfaction(grace=grace)
        assert judge(Metric.SATISFACTION, patient, None, moment()).state is state
        silent = doubtful(Quality.SILENT, None)
        assert judge(Metric.SATISFACTION, patient, silent, moment()).state is state


def test_nothing_is_waited_for_of_nobody_nor_from_before_a_restart() -> None:
    patient = Satisfaction(grace=9 * DAY)
    nobody = doubtful(Quality.EMPTY, 11).model_copy(update={"cohort": 0})
    assert judge(Metric.SATISFACTION, patient, nobody, moment()).state is State.NO_DATA
    resumed = moment(restarted_at=at(11, 12))
    before = doubtful(Quality.STALE, 11)
    assert judge(Metric.SATISFACTION, patient, before, resumed).state is State.NO_DATA
