"""When each criterion will be met: what is forecast, what is not, and in which words."""

from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import ValidationError

from config.criteria import Gate, Incidents, TrainingCompleted
from config.names import Metric
from config.work import Workflows
from gates.ahead import Ahead, TriedBy
from gates.decision import Decision, from_json, take, to_json
from gates.earlier import Earlier
from gates.forecast_training import Seats, forecast_training
from gates.frames import Frames
from gates.measuring import measure
from gates.measuring_ahead import ahead_of
from gates.outage import Outage
from gates.outlook import OUTLOOKS, outlooks
from gates.readings import AdoptedReading, Reading
from gates.setting import Asked, Expected, Seated
from reports.forecast import expected
from reports.gate import gate_report
from tests.gates.cohort import (
    EVERY,
    FULL,
    LAUNCH,
    active,
    answer,
    attended,
    frames,
    having,
    incident,
    key,
    moment,
    on,
    readings,
    ticket,
    work,
)

BAD: dict[str, Any] = {
    "activity": [row for n in range(1, 6) for row in active(n, [2, 3, 4, 9])],
    "attendance": [attended(n) for n in range(1, 15)],
    "answers": [answer(n, day=10) for n in range(1, 6)],
    "tickets": [ticket(n, 3 if n < 3 else 10) for n in range(1, 9)],
    "workflows": [work(n, 9) for n in range(1, 8)],
    "old_work": [work(n, d) for n in range(8, 18) for d in (8, 9, 10)],
    "old_logins": [{"person": key(n), "day": on(12 - n)} for n in range(1, 8)],
    "checklist": [{"item": "core-team/tool-tested", "confirmed": False}],
    "incidents": [incident("major")],
}
"""Twelve days of a cohort that meets hardly anything."""
SEATED = Expected(
    seats=21,
    seated=(Seated(people=7, days=(on(17), on(24))),),
    asked=(Asked(day=on(9), people=21),),
)


def look(
    day: int = 12, gate: Gate = EVERY, planned: Expected = SEATED, **tables: Iterable[Any]
) -> Decision:
    """Measure and judge a day of a cohort that meets hardly anything but for some tables."""
    return decided(expecting(frames(day=day, **{**BAD, **tables}), planned), day, gate)


def only(metric: Metric) -> Gate:
    """Give a gate that asks for one thing, as EVERY does."""
    return Gate(**{metric.value: getattr(EVERY, metric.value)})


def expecting(evidence: Frames, planned: Expected) -> Frames:
    return having(evidence, setting=evidence.setting.model_copy(update={"expected": planned}))


def decided(evidence: Frames, day: int = 12, gate: Gate = EVERY) -> Decision:
    now = moment(day)
    taken = take(gate, measure(evidence, gate, now), now, evidence.changes)
    return taken.model_copy(update={"ahead": ahead_of(evidence, gate, now)})


def test_each_criterion_has_an_outlook_or_says_why_it_has_none() -> None:
    assert set(OUTLOOKS) | {Metric.ADOPTED} == set(Metric)
    said = expected(look())
    met = {Metric.ACCOUNTS, Metric.SUPPORT, Metric.IMPACT}
    assert set(said) == set(EVERY.criteria()) - met
    assert all(said.values())


def test_the_report_says_when_and_the_document_replays_it() -> None:
    found = look()
    said = expected(found)
    report = gate_report(found, "core team", expected=said)
    for metric in (Metric.TRAINING_COMPLETED, Metric.COMPLETING, Metric.CHECKLIST):
        assert said[metric] in report
    assert expected(from_json(to_json(found))) == said
    assert said[Metric.TRAINING_COMPLETED].startswith("80 % expected by ")
    assert said[Metric.CHECKLIST] == "not forecast: a person confirms what is open"
    assert said[Metric.INCIDENTS] == "not forecast: a person closes what is open"


def test_nothing_is_said_of_what_is_met() -> None:
    day = 12
    said = expected(decided(expecting(frames(day=day), SEATED), day))
    assert said == {}


def test_minor_incidents_that_are_noted_need_no_outlook() -> None:
    minor = look(gate=Gate(), incidents=[incident("minor")])
    assert Metric.INCIDENTS not in expected(minor)
    strict = Gate(incidents=Incidents(minor="pause"))
    assert Metric.INCIDENTS in expected(look(gate=strict, incidents=[incident("minor")]))


def test_a_decision_from_before_outlooks_still_forecasts_adoption() -> None:
    old = look().model_copy(update={"ahead": None})
    assert set(expected(old)) == {Metric.ADOPTED}


def test_adoption_says_bar_and_goal_and_nothing_once_both_are_met() -> None:
    reading = AdoptedReading(
        cohort=21,
        adopted=8,
        could_still_by_soak_end=13,
        could_still_by_goal=13,
        goal_ends_on=on(28),
        series=(0, 0, 1, 3, 4, 4, 4, 6, 8),
    )
    taken = take(FULL, readings(21, adopted=reading), moment(10))
    kin = Earlier(
        phase="early-adopters",
        launched_on=LAUNCH,
        people=9,
        adopted=(0, 0, 2, 4, 5, 5, 5, 6, 7, 7, 7, 7, 7, 7, 8),
    )
    said = expected(taken.model_copy(update={"earlier": (kin,)}))[Metric.ADOPTED]
    assert said.startswith("60 % expected by ")
    assert "; 80 % " in said
    met = reading.model_copy(update={"adopted": 17, "series": (*reading.series[:-1], 17)})
    assert expected(take(FULL, readings(21, adopted=met), moment(10))) == {}


def test_training_hangs_on_the_sessions_that_are_planned() -> None:
    def said(*seated: Seated) -> str:
        planned = SEATED.model_copy(update={"seated": seated})
        found = look(gate=only(Metric.TRAINING_COMPLETED), planned=planned)
        return expected(found)[Metric.TRAINING_COMPLETED]

    assert said() == "not forecast: no session is planned by Sun 12 Apr"
    assert "Wed 8 Apr" in said(Seated(people=7, days=(on(24),)))
    few = Seated(people=2, days=(on(17),))
    assert said(few) == "80 % cannot be met by Sun 12 Apr"


def test_who_did_not_come_so_far_is_less_expected_to() -> None:
    still = (Seats(10, (10, 17)),)
    good, bad = (forecast_training(11, seats, still, 17, 9, 28) for seats in (12, 60))
    assert good is not None
    assert bad is not None
    assert good.chance > bad.chance + 0.2


def test_a_session_that_is_past_is_not_hoped_for() -> None:
    assert forecast_training(11, 21, (Seats(10, (3,)),), 17, 9, 28) is not None
    found = forecast_training(11, 21, (Seats(10, (3,)),), 17, 9, 28)
    assert found is not None
    assert not found.possible


def test_a_survey_not_yet_sent_is_forecast_from_its_day() -> None:
    planned = Expected(asks=(Asked(day=on(16), people=21),))
    asked = look(gate=only(Metric.SATISFACTION), planned=planned, answers=[])
    assert expected(asked)[Metric.SATISFACTION].startswith("9 answers expected by ")
    found = outlooks(asked)[Metric.SATISFACTION][0].forecast
    assert found is not None
    assert (found.earliest or 0) >= 16
    nothing = look(gate=only(Metric.NPS), planned=Expected(), answers=[])
    assert expected(nothing)[Metric.NPS] == "not forecast: no survey is planned"


def test_what_the_few_answers_say_is_heeded_and_of_two_is_not() -> None:
    def marked(mark: int, many: int = 5) -> Decision:
        given = [answer(n, mark, mark, day=10) for n in range(1, many + 1)]
        return look(gate=only(Metric.SATISFACTION), answers=given)

    bad, good = (outlooks(marked(m))[Metric.SATISFACTION][0].forecast for m in (3, 9))
    assert bad is not None
    assert good is not None
    assert good.chance > bad.chance + 0.3
    assert expected(marked(3, 2))[Metric.SATISFACTION].startswith("9 answers ")


def test_marks_of_a_few_are_not_shown_by_a_forecast_either() -> None:
    few = decided(
        expecting(
            frames(4, answers=[answer(1, 1, 1)]), Expected(asked=(Asked(day=on(9), people=4),))
        )
    )
    assert "≥ 7" not in expected(few).get(Metric.SATISFACTION, "")


def test_tickets_are_not_compared_before_there_is_something_to_compare_with() -> None:
    calls = [ticket(n, d) for n, d in enumerate((1, 2, 2, 3, 4), 1)]
    early = look(
        5,
        gate=only(Metric.TICKETS),
        planned=Expected(),
        tickets=calls,
        answers=[],
        old_logins=[],
        workflows=[],
        old_work=[],
        attendance=[attended(1)],
        activity=active(1, [1, 2, 3, 4]),
    )
    found = outlooks(early)[Metric.TICKETS][0].forecast
    assert found is not None
    assert (found.earliest or 99) >= 8


def test_work_that_has_nearly_moved_is_nearer_than_work_that_has_not() -> None:
    moved = only(Metric.WORK_MOVED)
    near = look(
        gate=moved,
        old_work=[work(n, 8) for n in range(8, 10)],
        workflows=[work(n, d) for n in range(1, 3) for d in (8, 9, 10)],
    )
    far = look(gate=moved)
    one, other = (outlooks(d)[Metric.WORK_MOVED][0].forecast for d in (near, far))
    assert one is not None
    assert other is not None
    assert one.chance > other.chance


def test_each_key_workflow_must_be_tried_and_others_count() -> None:
    said = expected(look(gate=only(Metric.WORKFLOWS)))[Metric.WORKFLOWS]
    assert said.startswith("each by 3 people ")
    tried = (
        TriedBy(workflow="create-order", others=3, series=(0,) * 11),
        TriedBy(workflow="close-order", others=2, series=(0,) * 10 + (1,)),
    )
    known = look(gate=only(Metric.WORKFLOWS))
    assert known.ahead is not None
    ahead = known.ahead.model_copy(update={"tried": tried})
    assert Metric.WORKFLOWS not in expected(known.model_copy(update={"ahead": ahead}))
    many = Gate(workflows=Workflows(people=22))
    assert expected(look(gate=many))[Metric.WORKFLOWS] == (
        "each by 22 people cannot be met by Sun 12 Apr"
    )


def test_dependents_say_on_which_day_they_would_be_few_enough() -> None:
    # Seven of 21 logged in, 4 may: the fourth newest, of day 8, is out of the window on day 15.
    assert expected(look(gate=only(Metric.DEPENDENTS)))[Metric.DEPENDENTS] == (
        "not forecast: it hangs on 2 people; Sun 29 Mar if they log in no more"
    )


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"answers": (2, 1)}, "never get fewer"),
        ({"tickets": (1, 2), "active": (1,)}, "the same days"),
    ],
)
def test_a_document_that_contradicts_itself_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Ahead.model_validate(wrong)


def test_a_document_that_tells_of_other_days_gives_no_outlook() -> None:
    found = look(gate=only(Metric.COMPLETING))
    assert found.ahead is not None
    other = found.ahead.model_copy(update={"tickets": (1, 2), "active": (1, 2)})
    other = other.model_copy(update={"completed": ()})
    assert expected(found)
    assert not expected(found.model_copy(update={"ahead": other}))


def test_how_numbers_came_about_is_counted_as_they_are() -> None:
    found = look()
    assert found.ahead is not None
    by_metric: dict[Metric, Reading] = {r.metric: r for r in found.readings}
    completing: Any = by_metric[Metric.COMPLETING]
    moved: Any = by_metric[Metric.WORK_MOVED]
    satisfied: Any = by_metric[Metric.SATISFACTION]
    late: Any = by_metric[Metric.ACTIVE]
    assert found.ahead.completed[-1] == completing.completed == 7
    assert found.ahead.answers[-1] == satisfied.answered == 5
    assert found.ahead.active_of_late[-1] == late.active
    assert sum(new for new, _ in found.ahead.worked[-7:]) == moved.new
    assert sum(old for _, old in found.ahead.worked[-7:]) == moved.old
    assert sum(found.ahead.tickets[-7:]) == 6
    assert found.ahead.days == 11


def test_an_outage_is_told_as_the_share_it_stopped() -> None:
    stood = Outage(site="paramaribo", first=on(3), last=on(4))
    there = having(frames(day=12, **{**BAD, "activity": active(1, [3])}), outages=(stood,))
    found = ahead_of(there, EVERY, moment(12))
    # One of 21 was active on day 3 all the same.
    assert found.stopped == pytest.approx((0, 0, 20 / 21, 1, *(0,) * 7), abs=1e-5)


def test_a_phase_that_holds_for_long_is_looked_ahead_from_two_weeks() -> None:
    said = expected(
        look(
            40,
            gate=Gate(training_completed=TrainingCompleted()),
            planned=Expected(seats=21, seated=(Seated(people=7, days=(on(45),)),)),
        )
    )
    assert said[Metric.TRAINING_COMPLETED].startswith("80 % expected by Wed 29 Apr")
