"""A phase that has passed may stop what comes after it, and only by what is certain."""

import pytest

from config.criteria import Adopted, Gate, Incidents
from config.values import Goal
from gates.aftermath import goal
from gates.changes import Change
from gates.decision import Decision, from_json, replay, to_json
from gates.findings import State
from gates.frames import Frames
from gates.verdict import Kind
from gates.watch import watch
from tests.gates.cohort import FULL, Row, active, adopted, at, frames, having, incident, moment, on

QUIET: dict[str, int] = {"activity": 99}


def adopters(number: int, size: int, day: int) -> Frames:
    """So many who adopted in the first week; the others never came."""
    done: list[Row] = [row for n in range(1, number + 1) for row in active(n, [1, 2, 3])]
    return having(frames(size, day, activity=done), rows=QUIET)


@pytest.mark.parametrize("size", [1, 3, 5, 24, 60])
def test_nothing_stops_after_a_phase_that_keeps_its_goal(size: int) -> None:
    assert watch(adopters(size, size, 20), FULL, moment(20)) is None
    assert watch(frames(size, 12, activity=active(1, [1])), FULL, moment(12)) is None


@pytest.mark.parametrize(
    ("number", "day", "stops"), [(19, 26, False), (19, 27, True), (20, 40, False)]
)
def test_the_goal_is_missed_when_nobodys_days_can_bring_it_back(
    number: int,
    day: int,
    stops: bool,  # noqa: FBT001
) -> None:
    found = watch(adopters(number, 24, day), FULL, moment(day))
    assert (found is not None) == stops
    if found:
        assert found.verdict.kind is Kind.PAUSE
        assert found.verdict.headline == (
            "The goal is missed for certain (adopted 19 of 24 = 79 %, 0 still can: 19 < 20)."
        )
        assert len(found.verdict.stragglers.not_logged_in) == 5


def test_the_goal_counts_and_not_the_bar_to_advance() -> None:
    lax = Gate(adopted=Adopted(to_advance=0.1, goal=Goal(share=0.8, days=14)))
    assert watch(adopters(19, 24, 20), lax, moment(20)) is not None
    lower = Gate(adopted=Adopted(to_advance=1.0, goal=Goal(share=0.5, days=14)))
    assert watch(adopters(19, 24, 20), lower, moment(20)) is None


def test_a_critical_incident_stops_what_comes_after() -> None:
    for severity, stops in (("critical", True), ("major", False), ("minor", False)):
        found = watch(frames(5, 20, incidents=[incident(severity)]), FULL, moment(20))
        assert (found is not None) == stops
    closed = [incident("critical", closed=at(3))]
    assert watch(frames(5, 20, incidents=closed), FULL, moment(20)) is None


def test_a_passed_phase_is_never_sent_back_by_itself() -> None:
    gate = Gate(incidents=Incidents(critical="roll_back", advisory=True))
    found = watch(frames(5, 20, incidents=[incident("critical")]), gate, moment(20))
    assert found is not None
    assert found.verdict.kind is Kind.PAUSE
    assert found.verdict.headline.startswith("Incidents: 1 critical open")


def test_what_is_not_certain_stops_nothing() -> None:
    missing = having(adopters(0, 24, 40), as_of={"incidents": at(40, 8)})
    assert watch(missing, FULL, moment(40)) is None
    advice = Gate(adopted=Adopted(advisory=True))
    assert watch(adopters(0, 24, 40), advice, moment(40)) is None
    assert watch(adopters(0, 24, 40), Gate(), moment(40)) is None


def test_a_look_back_replays() -> None:
    left = Change(person="p-099", what="left", when=on(9))
    found = watch(having(adopters(3, 24, 40), changes=(left,)), FULL, moment(40))
    assert found is not None
    stored = from_json(to_json(found))
    assert isinstance(stored, Decision)
    assert replay(stored) == found.verdict
    assert stored.changes == (left,)
    with pytest.raises(ValueError, match="does not follow from its readings"):
        replay(stored.model_copy(update={"readings": ()}))


@pytest.mark.parametrize(
    ("number", "could", "state"),
    [
        (20, 0, State.MET),
        (19, 1, State.UNDECIDED),
        (19, 0, State.MISSED),
    ],
)
def test_the_goals_finding(number: int, could: int, state: State) -> None:
    found = goal(Adopted(), adopted(number, 24, 0, could))
    assert found.state is state
    assert found.does == ("pause" if state is State.MISSED else "note")
