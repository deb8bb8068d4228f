"""Limits: how often a level may be seen to miss, each with what removing it would let through."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from config.criteria import Active, Adopted, Gate, Limits, Miss
from config.names import Metric
from gates.decision import from_json, replay, take, to_json
from gates.findings import Finding, State
from gates.judging import judge
from gates.look import Look
from gates.moment import Moment
from gates.readings import ActiveReading, IncidentsReading, Quality, Reading
from gates.verdict import Because, Kind, decide
from tests.gates.cohort import adopted, at, moment, on

MET, MISSED, OPEN, BLIND = State.MET, State.MISSED, State.UNDECIDED, State.NO_DATA
GOOD, BAD = ActiveReading(cohort=20, active=15), ActiveReading(cohort=20, active=5)
SILENT = ActiveReading(cohort=20, active=0, quality=Quality.SILENT, doubt="never heard")
CALM = {Metric.INCIDENTS: IncidentsReading(cohort=20)}
GRAVITY = [Kind.ADVANCE, Kind.HOLD, Kind.PAUSE, Kind.ROLL_BACK]


def after(*states: State, day: int = 11, **other: Any) -> Moment:  # noqa: ANN401
    """A morning after daily looks that ended in these."""
    first = day - len(states)
    looks = tuple(Look(day=on(first + n), seen={Metric.ACTIVE: s}) for n, s in enumerate(states))
    return moment(day, looks=looks, **other)


def found(
    now: Moment,
    reading: ActiveReading = BAD,
    miss: Miss = "pause",
    **limits: Any,  # noqa: ANN401
) -> Finding:
    criterion = Active(advisory=False, on_miss=miss, limits=Limits(**limits))
    return judge(Metric.ACTIVE, criterion, reading, now)


@pytest.mark.parametrize(
    ("limits", "before", "reading", "does"),
    [
        ({"failures": 1}, [MET], BAD, "hold"),
        ({"failures": 1}, [MISSED, MET], BAD, "pause"),
        ({"failures": 1}, [MISSED, MISSED], GOOD, "pause"),
        ({"in_a_row": 1}, [MISSED, MET], BAD, "hold"),
        ({"in_a_row": 1}, [MET, MISSED], BAD, "pause"),
        ({"in_a_row": 1}, [MISSED, MISSED], GOOD, "hold"),
        ({"undecided": 1}, [OPEN, MET], GOOD, "hold"),
        ({"undecided": 1}, [OPEN, OPEN], GOOD, "pause"),
        ({"errors": 1}, [BLIND, MET], SILENT, "hold"),
        ({"errors": 1}, [MET, BLIND], SILENT, "pause"),
    ],
)
def test_one_look_more_than_a_limit_allows_does_what_a_miss_does(
    limits: dict[str, Any], before: list[State], reading: ActiveReading, does: str
) -> None:
    assert found(after(*before), reading, **limits).does == does


def test_what_was_measured_rolls_back_and_what_was_not_pauses_at_most() -> None:
    assert found(after(MISSED), BAD, "roll_back", failures=1).does == "roll_back"
    assert found(after(BLIND), BAD, "roll_back", failures=1).does == "pause"
    assert found(after(BLIND), SILENT, "roll_back", errors=1).does == "pause"
    assert found(after(MISSED), BAD, "roll_back", in_a_row=1).does == "roll_back"
    assert found(after(BLIND), BAD, "roll_back", in_a_row=1).does == "pause"
    assert found(after(OPEN), BAD, "roll_back", undecided=1).does == "pause"


def test_without_limits_looks_change_nothing() -> None:
    plain = judge(
        Metric.ACTIVE, Active(advisory=False, on_miss="pause"), BAD, after(MISSED, MISSED)
    )
    assert (plain.state, plain.does, plain.seen, plain.limit) == (OPEN, "hold", None, "")


def test_it_says_so_in_numbers() -> None:
    gate = Gate(
        adopted=Adopted(), active=Active(advisory=False, on_miss="pause", limits=Limits(failures=1))
    )
    met: dict[Metric, Reading] = {Metric.ADOPTED: adopted(20, 20), Metric.ACTIVE: BAD, **CALM}
    verdict = decide(gate, met, after(MISSED))
    assert (verdict.kind, verdict.because) == (Kind.PAUSE, Because.PROTECTIVE)
    assert verdict.headline == "Active missed its target at 2 looks, 1 allowed."
    assert "a person decides" in verdict.why_not
    held = Gate(adopted=Adopted(), active=Active(advisory=False, limits=Limits(failures=1)))
    verdict = decide(held, met | {Metric.ACTIVE: GOOD}, after(MISSED, MISSED, day=12))
    assert (verdict.kind, verdict.needs_person) == (Kind.HOLD, True)


def test_a_level_is_not_looked_at_before_its_window_is_whole() -> None:
    assert found(moment(7), failures=0).seen is None
    assert found(moment(8), failures=0).does == "pause"


def test_a_person_who_resumed_has_seen_what_was_before() -> None:
    now = after(MISSED, MISSED, MISSED, restarted_at=at(9))
    assert found(now, failures=1).does == "pause"  # day 10 and today
    assert found(after(MISSED, MISSED, MISSED, restarted_at=at(10)), failures=1).does == "hold"
    assert found(after(MISSED, MISSED, MISSED, restarted_at=at(11, 6)), failures=0).seen is None


def test_looks_are_one_a_day_in_order_and_before_today() -> None:
    one = Look(day=on(9), seen={Metric.ACTIVE: MET})
    for wrong in ((one, one), (Look(day=on(10), seen={}), one), (Look(day=on(11), seen={}),)):
        with pytest.raises(ValidationError, match="one a day"):
            moment(11, looks=wrong)


def test_a_limit_that_is_never_reached_is_refused() -> None:
    with pytest.raises(ValidationError, match="in_a_row: 3 is never reached, for failures: 2"):
        Limits(in_a_row=3, failures=2)
    with pytest.raises(ValidationError, match="limits without any"):
        Limits()


NAMES = ("errors", "in_a_row", "failures", "undecided")
LIMITS = st.builds(
    lambda ns, which: Limits(
        **{k: n for k, n in zip(NAMES, sorted(ns), strict=True) if k in which}
    ),
    st.lists(st.integers(0, 4), min_size=4, max_size=4),
    st.sets(st.sampled_from(["errors", "in_a_row", "failures", "undecided"]), min_size=1),
)
WORSE = {MET: (OPEN, MISSED, BLIND), OPEN: (MISSED, BLIND), MISSED: (BLIND,), BLIND: ()}


@given(
    LIMITS,
    st.sampled_from(["note", "hold", "pause", "roll_back"]),
    st.lists(st.sampled_from([MET, MISSED, OPEN, BLIND]), min_size=1, max_size=6),
    st.sampled_from([GOOD, BAD, SILENT]),
    st.integers(-2, 4),
)
def test_worse_looks_never_improve_a_verdict_and_it_replays(
    limits: Limits,
    miss: Miss,
    states: list[State],
    reading: ActiveReading,
    late: int,
) -> None:
    gate = Gate(adopted=Adopted(), active=Active(advisory=False, on_miss=miss, limits=limits))
    seen: dict[Metric, Reading] = {Metric.ADOPTED: adopted(20, 20), Metric.ACTIVE: reading, **CALM}
    day = 14 + late
    taken = take(gate, seen, after(*states, day=day, soak_ends_on=on(15)))
    assert replay(from_json(to_json(taken))) == taken.verdict
    before = GRAVITY.index(taken.verdict.kind)
    for place, state in enumerate(states):
        for worse in WORSE[state]:
            changed = [*states[:place], worse, *states[place + 1 :]]
            now = after(*changed, day=day, soak_ends_on=on(15))
            most = min(before, 2) if worse is BLIND else before
            assert GRAVITY.index(decide(gate, seen, now).kind) >= most, (place, worse)
    blind: dict[Metric, Reading] = {**seen, Metric.ACTIVE: SILENT}
    assert GRAVITY.index(decide(gate, blind, taken.moment).kind) >= min(before, 2)
    assert taken.moment.today - on(1) == timedelta(days=day - 1)
