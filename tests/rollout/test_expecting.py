"""What a phase's people are still expected to do, by what they were sent and by the rules."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from config.loading import parse
from config.names import Language
from rollout.calendar import aware
from rollout.expecting import Expecting, expecting
from rollout.people import Entry, Person
from rollout.phase_day import PhaseDay
from rollout.phases import Dates, PhaseNow, State
from rollout.snapshot import Snapshot
from rollout.steps import StepNow, StepState
from rollout.trainings import session_of

PLAN = parse(
    (Path(__file__).parents[2] / "config/examples/phased.yaml").read_text(encoding="utf-8"), "plan"
)
PHASE = "core-team"
LAUNCH = date(2026, 3, 16)
UNTIL = LAUNCH + timedelta(days=27)
NOTHING = Snapshot("acme-crm", rehearsal=False, paused=False, people={}, phases={}, steps={})


def at(day: date) -> datetime:
    return aware(day, time(6), PLAN.zone)


def someone(number: int) -> Person:
    key = f"p{number:05}"
    entry = Entry(key, f"{key}@acme.example", "A", key, "bridgetown", "Sales", Language.EN)
    return Person(key, entry, date(2026, 2, 1), PHASE)


def expected(
    day: date,
    sent: dict[str, date] | None = None,
    trained: frozenset[str] = frozenset(),
    state: State = State.LIVE,
    people: int = 3,
) -> Expecting:
    everybody = {p.key: p for p in map(someone, range(1, people + 1))}
    steps = {k: StepNow(StepState.DONE, at(d)) for k, d in (sent or {}).items()}
    now = PhaseNow(PHASE, state, 1, Dates(LAUNCH, LAUNCH + timedelta(days=11)), at(LAUNCH))
    snapshot = replace(NOTHING, people=everybody, phases={PHASE: now}, steps=steps, trained=trained)
    return expecting(PhaseDay(PLAN, snapshot, PLAN.phase(PHASE), at(day)), UNTIL)


def session(week: int, number: int = 1) -> date:
    dates = Dates(LAUNCH, LAUNCH)
    found = session_of(PLAN, PLAN.phase(PHASE), dates, someone(number), number - 1, week)
    assert found is not None
    return found.starts.date()


def test_who_is_not_trained_sits_in_the_sessions_to_come_and_in_no_other() -> None:
    found = expected(LAUNCH, trained=frozenset({"p00001"}))
    weeks = tuple(session(week) for week in range(1, 5))
    assert found.seated == ((2, tuple(day for day in weeks if day <= UNTIL)),)
    later = expected(session(1) + timedelta(days=1))
    assert later.seated == ((3, tuple(day for day in weeks[1:] if day <= UNTIL)),)


def test_seats_are_of_sessions_people_were_invited_to() -> None:
    sent = {f"notice.training:{PHASE}:p0000{n}:1:w1d0": LAUNCH for n in (1, 2)}
    assert expected(session(1), sent).seats == 0
    assert expected(session(1) + timedelta(days=1), sent).seats == 2


def test_people_sit_in_the_sessions_the_planner_puts_them_in() -> None:
    training = PLAN.training_of(PLAN.phase(PHASE))
    assert training is not None
    many = training.seats + 1
    coming = expected(LAUNCH, people=many).seated
    assert {days[0]: people for people, days in coming} == {
        session(1): training.seats,
        session(1, many): 1,
    }


def test_who_was_not_asked_is_asked_on_the_survey_day() -> None:
    tuesday = date(2026, 3, 24)
    assert expected(LAUNCH).asks == ((tuesday, 3),)
    sent = {f"notice.survey:{PHASE}:p00001:1:w2": tuesday}
    after = expected(tuesday + timedelta(days=1), sent)
    assert after.asked == ((tuesday, 1),)
    assert after.asks == ((tuesday + timedelta(weeks=1), 2),)


def test_of_a_phase_that_is_not_live_nothing_is_expected() -> None:
    assert expected(LAUNCH, state=State.PASSED) == Expecting()
