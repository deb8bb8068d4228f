"""Findings carry their state and their reason in numbers."""

import pytest

from config.criteria import (
    Active,
    Adopted,
    Criterion,
    Incidents,
    Miss,
    Nps,
    Satisfaction,
    Tickets,
    TrainingCompleted,
)
from config.names import Metric, Severity
from config.values import Goal
from gates.findings import Finding, State
from gates.judging import JUDGES, NEEDED, judge
from gates.readings import (
    ActiveReading,
    Incident,
    IncidentsReading,
    NpsReading,
    Quality,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)
from gates.shares import at_least, needed
from tests.gates.cohort import EVERY, FULL, adopted, at, moment, readings, work_readings


def on_adoption(reading: Reading, day: int = 12, bar: float = 0.6, miss: Miss = "hold") -> Finding:
    return judge(Metric.ADOPTED, Adopted(to_advance=bar, on_miss=miss), reading, moment(day))


def test_every_metric_has_a_judge() -> None:
    assert {*JUDGES, Metric.INCIDENTS} == set(Metric)
    assert {*NEEDED, Metric.INCIDENTS} == set(Metric)


@pytest.mark.parametrize(
    ("share", "of", "people"),
    [
        (0.8, 3, 3),
        (0.8, 1, 1),
        (0.8, 5, 4),
        (0.6, 24, 15),
        (0.07, 100, 7),
        (0.8, 60, 48),
        (0, 9, 0),
    ],
)
def test_a_share_in_people(share: float, of: int, people: int) -> None:
    assert needed(share, of) == people


def test_a_rounding_error_is_no_miss() -> None:
    assert at_least(0.1 + 0.2, 0.3)
    assert at_least(0.7 * 10, 7)
    assert not at_least(6.99, 7)


@pytest.mark.parametrize("size", [1, 3, 5, 24, 60])
def test_adoption_is_met_at_the_first_person_who_makes_the_share(size: int) -> None:
    need = needed(0.8, size)
    assert on_adoption(adopted(need, size), bar=0.8).state is State.MET
    assert on_adoption(adopted(need - 1, size), bar=0.8).state is State.MISSED


@pytest.mark.parametrize(
    ("reading", "day", "state", "certain"),
    [
        (adopted(15, 24, 0), 3, State.MET, True),
        (adopted(14, 24, 1), 3, State.UNDECIDED, False),
        (adopted(14, 24, 0, 5), 3, State.MISSED, True),
        (adopted(14, 24, 0, 5), 12, State.MISSED, False),  # later looks may still count them
        (adopted(14, 24, 0, 0), 12, State.MISSED, True),
        (adopted(15, 24, 0, 0), 12, State.MET, True),
        (adopted(15, 24, 0, 0), 20, State.MET, True),
    ],
)
def test_adoption_may_be_certain_before_the_soak_ends(
    reading: Reading,
    day: int,
    state: State,
    certain: bool,  # noqa: FBT001
) -> None:
    found = on_adoption(reading, day)
    assert (found.state, found.certain) == (state, certain)


def test_reasons_are_numbers() -> None:
    assert on_adoption(adopted(14, 24, 3), 7).reason == (
        "adopted 14 of 24 = 58 % < 60 %, 5 days left; 1 more needed, 3 still can by Fri 27 Mar"
    )
    assert on_adoption(adopted(17, 24)).reason == "adopted 17 of 24 = 71 % ≥ 60 %"
    assert on_adoption(adopted(17, 24)).needed == "adopted ≥ 60 % (15 people) at day 12"
    found = judge(
        Metric.ACTIVE, Active(at_least=0.8), ActiveReading(cohort=24, active=17), moment(7)
    )
    assert found.reason == "active 17 of 24 = 71 % < 80 %, 5 days left"


def test_rounding_does_not_blur_the_side_of_the_bar() -> None:
    assert "597 of 1000 = 59.7 % < 60 %" in on_adoption(adopted(597, 1000, 9)).reason


LEVELS: list[tuple[Metric, Criterion, Reading, Reading]] = [
    (
        Metric.ACTIVE,
        Active(at_least=0.8),
        ActiveReading(cohort=5, active=4),
        ActiveReading(cohort=5, active=3),
    ),
    (
        Metric.TRAINING_COMPLETED,
        TrainingCompleted(),
        TrainingReading(cohort=9, invited=5, attended=4),
        TrainingReading(cohort=9, invited=5, attended=3),
    ),
    (
        Metric.SATISFACTION,
        Satisfaction(),
        SatisfactionReading(cohort=5, answered=2, total=14),
        SatisfactionReading(cohort=5, answered=2, total=13.9),
    ),
    (
        Metric.NPS,
        Nps(),
        NpsReading(cohort=5, answered=3, promoters=1, detractors=0),
        NpsReading(cohort=5, answered=3, promoters=1, detractors=1),
    ),
    (
        Metric.TICKETS,
        Tickets(rise_at_most=0.5),
        TicketsReading(cohort=9, launch_tickets=4, launch_active=8, week_tickets=3, week_active=4),
        TicketsReading(cohort=9, launch_tickets=4, launch_active=8, week_tickets=4, week_active=4),
    ),
]


@pytest.mark.parametrize(("metric", "criterion", "good", "bad"), LEVELS)
def test_what_may_still_change_is_decided_at_the_soaks_end(
    metric: Metric, criterion: Criterion, good: Reading, bad: Reading
) -> None:
    now = criterion.model_copy(update={"advisory": False, "on_miss": "pause"})
    for reading in (good, bad):
        early = judge(metric, now, reading, moment(11))
        assert (early.state, early.does) == (State.UNDECIDED, "hold")
    assert judge(metric, now, good, moment(12)).state is State.MET
    missed = judge(metric, now, bad, moment(12))
    assert (missed.state, missed.does) == (State.MISSED, "pause")


@pytest.mark.parametrize(("metric", "criterion", "good", "bad"), LEVELS)
def test_advice_decides_nothing(
    metric: Metric, criterion: Criterion, good: Reading, bad: Reading
) -> None:
    advice = criterion.model_copy(update={"advisory": True, "on_miss": "roll_back"})
    doubtful = good.model_copy(update={"quality": Quality.STALE})
    for reading in (good, bad, doubtful, None):
        found = judge(metric, advice, reading, moment(12))
        assert (found.does, found.advisory) == ("note", True)


@pytest.mark.parametrize("miss", ["note", "hold", "pause", "roll_back"])
def test_a_miss_does_what_the_plan_says(miss: Miss) -> None:
    assert on_adoption(adopted(1, 24), miss=miss).does == miss
    assert on_adoption(adopted(24, 24), miss=miss).does == "note"


@pytest.mark.parametrize(("answered", "state"), [(9, State.UNDECIDED), (10, State.MET)])
def test_too_few_answers_decide_nothing(answered: int, state: State) -> None:
    satisfied = SatisfactionReading(cohort=24, answered=answered, total=9 * answered)
    found = judge(Metric.SATISFACTION, Satisfaction(), satisfied, moment())
    assert found.state is state
    recommend = NpsReading(cohort=24, answered=answered, promoters=answered, detractors=0)
    assert judge(Metric.NPS, Nps(), recommend, moment()).state is state
    if state is State.UNDECIDED:
        assert found.reason == "9 answers of 24 people; 10 needed"


def test_no_answer_is_never_enough() -> None:
    nobody = SatisfactionReading(cohort=3, answered=0, total=0)
    found = judge(Metric.SATISFACTION, Satisfaction(answers=0.0), nobody, moment())
    assert found.state is State.UNDECIDED


def test_the_silent_are_shown_as_if_they_hated_and_as_if_they_loved_it() -> None:
    reading = SatisfactionReading(cohort=21, answered=5, total=38)
    found = judge(Metric.SATISFACTION, Satisfaction(), reading, moment())
    assert found.note == "if all silent people gave 1: 2.6; all 10: 9.4"
    assert found.state is State.UNDECIDED  # what few answered cannot be turned: it is not decided
    assert found.needed == "satisfaction ≥ 7, from 9 people"
    assert found.now == "7.6 from 5 people"
    everybody = SatisfactionReading(cohort=5, answered=5, total=38)
    assert judge(Metric.SATISFACTION, Satisfaction(), everybody, moment()).note == ""
    recommend = NpsReading(cohort=10, answered=5, promoters=3, detractors=2)
    found = judge(Metric.NPS, Nps(), recommend, moment())
    assert found.note == (
        "if all silent people gave 0: -40.0; all 10: 60.0; 1 further answer could turn it"
    )
    recommend = NpsReading(cohort=10, answered=8, promoters=8, detractors=0)
    found = judge(Metric.NPS, Nps(), recommend, moment())
    assert found.note.endswith("; no further answer can turn it")


@pytest.mark.parametrize(("total", "certain"), [(95, True), (75, False), (5, True)])
def test_answers_are_certain_when_the_silent_cannot_change_them(
    total: int,
    certain: bool,  # noqa: FBT001
) -> None:
    answered = 5 if total == 5 else 10
    reading = SatisfactionReading(cohort=12, answered=answered, total=total)
    assert judge(Metric.SATISFACTION, Satisfaction(), reading, moment()).certain is certain


def test_tickets_are_not_compared_with_their_own_week() -> None:
    same = TicketsReading(
        cohort=5, launch_tickets=3, launch_active=5, week_tickets=3, week_active=5
    )
    short = {"soak_ends_on": moment(5).today}
    early = judge(Metric.TICKETS, Tickets(), same, moment(8, **short))
    assert early.state is State.UNDECIDED
    assert early.reason == "nothing but the launch week to compare with before Tue 24 Mar"
    assert judge(Metric.TICKETS, Tickets(), same, moment(9, **short)).state is State.MET


@pytest.mark.parametrize(
    ("launch", "week", "rise", "state"),
    [
        (0, 0, 0.0, State.MET),
        (0, 1, 0.0, State.MISSED),
        (3, 3, 0.0, State.MET),
        (3, 4, 0.0, State.MISSED),
        (3, 4, 0.5, State.MET),
        (3, 5, 0.5, State.MISSED),
    ],
)
def test_tickets_may_rise_as_much_as_the_plan_says(
    launch: int, week: int, rise: float, state: State
) -> None:
    reading = TicketsReading(
        cohort=5, launch_tickets=launch, launch_active=5, week_tickets=week, week_active=5
    )
    assert judge(Metric.TICKETS, Tickets(rise_at_most=rise), reading, moment()).state is state


def open_incidents(*severities: Severity, quality: Quality = Quality.OK) -> IncidentsReading:
    found = tuple(
        Incident(id=f"i-{n}", severity=s, title="Orders are lost", opened=at(2))
        for n, s in enumerate(severities)
    )
    return IncidentsReading(cohort=5, open=found, quality=quality)


@pytest.mark.parametrize(
    ("severities", "does"),
    [
        ([], "note"),
        (["minor"], "note"),
        (["minor", "major"], "pause"),
        (["minor", "major", "critical"], "roll_back"),
    ],
)
@pytest.mark.parametrize("day", [1, 12, 60])
def test_incidents_do_what_their_severity_says_at_any_time(
    severities: list[str], does: str, day: int
) -> None:
    reading = open_incidents(*map(Severity, severities))
    assert judge(Metric.INCIDENTS, Incidents(), reading, moment(day)).does == does


def test_a_plan_may_make_incidents_weigh_differently() -> None:
    strict = Incidents(critical="pause", major="roll_back", minor="pause")
    for severity, does in (("critical", "pause"), ("major", "roll_back"), ("minor", "pause")):
        found = judge(Metric.INCIDENTS, strict, open_incidents(Severity(severity)), moment())
        assert (found.does, found.state) == (does, State.MISSED)


def test_no_advice_switches_the_brake_off() -> None:
    advice = Incidents(advisory=True, on_miss="note")
    assert judge(Metric.INCIDENTS, advice, open_incidents(Severity.CRITICAL), moment()).does == (
        "roll_back"
    )


def test_a_doubtful_register_brakes_on_what_is_known() -> None:
    known = open_incidents(Severity.CRITICAL, quality=Quality.STALE)
    assert judge(Metric.INCIDENTS, Incidents(), known, moment()).does == "roll_back"
    unknown = open_incidents(quality=Quality.SILENT)
    found = judge(Metric.INCIDENTS, Incidents(), unknown, moment())
    assert (found.state, found.does, found.now) == (State.NO_DATA, "pause", "no data")


@pytest.mark.parametrize("metric", [m for m in Metric if m is not Metric.INCIDENTS])
@pytest.mark.parametrize(
    ("miss", "does"),
    [("note", "hold"), ("hold", "hold"), ("pause", "pause"), ("roll_back", "pause")],
)
def test_missing_data_does_what_a_miss_would_but_never_sends_people_back(
    metric: Metric, miss: Miss, does: str
) -> None:
    criterion = EVERY.criteria()[metric].model_copy(update={"advisory": False, "on_miss": miss})
    doubtful = {**readings(), **work_readings()}[metric].model_copy(update={"quality": Quality.NAN})
    for reading in (doubtful, None):
        found = judge(metric, criterion, reading, moment())
        assert (found.state, found.does) == (State.NO_DATA, does)
    assert judge(metric, criterion, doubtful, moment(2)).does == "hold"  # no miss yet


def test_adoption_that_cannot_be_seen_pauses_from_the_day_it_could_be_missed() -> None:
    doubtful = adopted(3, 5).model_copy(update={"quality": Quality.STALE})
    days = [on_adoption(doubtful, day, miss="pause").does for day in (9, 10)]
    assert days == ["hold", "pause"]
    long = moment(27, soak_ends_on=moment(80).today)
    criterion = Adopted(on_miss="pause", goal=Goal(share=0.8, days=28))
    assert judge(Metric.ADOPTED, criterion, doubtful, long).does == "pause"


IMPOSSIBLE: list[tuple[Reading, str]] = [
    (adopted(4, 5, 2), "4 adopted and 2 still can, of 5"),
    (adopted(6, 5), "6 adopted and 0 still can, of 5"),
    (ActiveReading(cohort=5, active=6), "6 active of only 5"),
    (TrainingReading(cohort=5, invited=6, attended=5), "6 invited of only 5"),
    (TrainingReading(cohort=5, invited=3, attended=4), "4 trained of only 3"),
    (SatisfactionReading(cohort=5, answered=6, total=40), "6 answers of only 5"),
    (SatisfactionReading(cohort=5, answered=4, blank=2, total=30), "6 answers of only 5"),
    (SatisfactionReading(cohort=5, answered=4, total=41), "add up to 41 from 4"),
    (SatisfactionReading(cohort=5, answered=4, total=3), "add up to 3 from 4"),
    (NpsReading(cohort=5, answered=3, promoters=3, detractors=1), "4 promoters and detractors"),
    (NpsReading(cohort=5, answered=6, promoters=3, detractors=1), "6 answers of only 5"),
    (
        TicketsReading(cohort=5, launch_tickets=1, launch_active=6, week_tickets=0, week_active=5),
        "6 active of only 5",
    ),
]


@pytest.mark.parametrize(("reading", "reason"), IMPOSSIBLE)
def test_numbers_that_cannot_be_are_no_data(reading: Reading, reason: str) -> None:
    found = judge(reading.metric, FULL.criteria()[reading.metric], reading, moment())
    assert found.state is State.NO_DATA
    assert reason in found.reason
    assert found.reason.endswith("(contradictory)")


@pytest.mark.parametrize(
    ("launch", "week", "reason"), [(0, 5, "in the launch week"), (5, 0, "in the last 7 days")]
)
def test_tickets_of_nobody_are_no_data(launch: int, week: int, reason: str) -> None:
    reading = TicketsReading(
        cohort=5, launch_tickets=0, launch_active=launch, week_tickets=0, week_active=week
    )
    found = judge(Metric.TICKETS, Tickets(), reading, moment())
    assert found.state is State.NO_DATA
    assert reason in found.reason


def test_an_empty_cohort_is_told_from_the_first_day() -> None:
    nobody = TrainingReading(
        cohort=0, invited=0, attended=0, quality=Quality.EMPTY, doubt="nobody is in this phase"
    )
    for day in (1, 12):
        found = judge(Metric.TRAINING_COMPLETED, TrainingCompleted(), nobody, moment(day))
        assert found.state is State.NO_DATA


@pytest.mark.parametrize(
    ("reading", "now"),
    [
        (open_incidents(), "none open"),
        (open_incidents(Severity.MINOR), "1 minor open"),
        (
            open_incidents(Severity.MINOR, Severity.MINOR, Severity.MAJOR),
            "1 major and 2 minor open",
        ),
        (open_incidents(Severity.MINOR, quality=Quality.STALE), "1 minor open"),
        (open_incidents(quality=Quality.STALE), "no data"),
    ],
)
def test_incidents_in_words(reading: IncidentsReading, now: str) -> None:
    assert judge(Metric.INCIDENTS, Incidents(), reading, moment()).now == now
