"""What must hold whatever is measured."""

from collections import Counter
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from config.criteria import (
    Active,
    Adopted,
    Gate,
    Nps,
    Satisfaction,
    Tickets,
    TrainingCompleted,
)
from config.names import Metric, Severity
from gates.decision import from_json, replay, take, to_json
from gates.frames import COLUMNS, Frames
from gates.measuring import measure
from gates.moment import Moment
from gates.readings import (
    ActiveReading,
    AdoptedReading,
    Incident,
    IncidentsReading,
    NpsReading,
    Quality,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)
from gates.verdict import Kind, decide
from tests.gates.cohort import (
    active,
    answer,
    at,
    attended,
    frames,
    having,
    incident,
    moment,
    person,
    ticket,
)

FRAMES = 40
"""Examples that make and measure tables: a few milliseconds each."""
GRAVITY = [Kind.ADVANCE, Kind.HOLD, Kind.PAUSE, Kind.ROLL_BACK]
SIZES = st.sampled_from([1, 3, 5, 24, 60])
SHARES = st.sampled_from([0.0, 0.3, 0.6, 0.8, 1.0])
MISSES = st.sampled_from(["note", "hold", "pause", "roll_back"])


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    def some(kind: Any, **fields: Any) -> Any:  # noqa: ANN401
        if draw(st.booleans()):
            return None
        sure = draw(st.sampled_from([None, None, 0.6, 0.95]))
        return kind(advisory=draw(st.booleans()), on_miss=draw(MISSES), confidence=sure, **fields)

    return Gate(
        adopted=some(Adopted, to_advance=draw(SHARES)),
        active=some(Active, at_least=draw(SHARES)),
        training_completed=some(TrainingCompleted, at_least=draw(SHARES)),
        satisfaction=some(Satisfaction, answers=draw(SHARES)),
        nps=some(Nps, answers=draw(SHARES)),
        tickets=some(Tickets, rise_at_most=draw(SHARES)),
        approval=draw(st.sampled_from(["required", "none"])),
    )


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    return moment(
        draw(st.integers(1, 40)),
        approved=draw(st.booleans()),
        paused=draw(st.booleans()),
        last_look=draw(st.booleans()),
    )


@st.composite
def measured(draw: st.DrawFn) -> dict[Metric, Reading]:
    size = draw(SIZES)

    def upto(most: int) -> int:
        return draw(st.integers(0, most))

    adopted, invited, answered = upto(size), upto(size), upto(size)
    soak = upto(size - adopted)
    marks = draw(st.lists(st.integers(1, 10), min_size=answered, max_size=answered))
    promoters = upto(answered)
    severities = draw(st.lists(st.sampled_from(list(Severity)), max_size=2))
    found: list[Reading] = [
        AdoptedReading(
            cohort=size,
            adopted=adopted,
            could_still_by_soak_end=soak,
            could_still_by_goal=draw(st.integers(soak, size - adopted)),
        ),
        ActiveReading(cohort=size, active=upto(size)),
        TrainingReading(cohort=size, invited=invited, attended=upto(invited)),
        SatisfactionReading(
            cohort=size,
            answered=answered,
            blank=upto(size - answered),
            total=sum(marks),
            marks=tuple(Counter(marks).items()),
        ),
        NpsReading(
            cohort=size,
            answered=answered,
            blank=upto(size - answered),
            promoters=promoters,
            detractors=upto(answered - promoters),
        ),
        TicketsReading(
            cohort=size,
            launch_tickets=upto(9),
            launch_active=upto(size),
            week_tickets=upto(9),
            week_active=upto(size),
            launch_days=upto(200),
            later_tickets=upto(30),
            later_days=upto(200),
        ),
        IncidentsReading(
            cohort=size,
            open=tuple(
                Incident(id=f"i-{n}", severity=s, title="Lost", opened=at(1))
                for n, s in enumerate(severities)
            ),
        ),
    ]
    return {reading.metric: reading for reading in found}


def better(reading: Reading) -> list[Reading]:
    """Give readings that are better in one respect, by one."""

    def but(**change: float) -> Reading:
        return type(reading).model_validate({**dict(reading), **change})

    match reading:
        case AdoptedReading(cohort=c, adopted=a, could_still_by_soak_end=s, could_still_by_goal=g):
            rest = c - a
            ways = [but(could_still_by_soak_end=min(s + 1, g))]
            ways += [but(could_still_by_goal=g + 1)] if g < rest else []
            # Somebody who still could has now adopted; or somebody nobody counted on.
            if g:
                one_less = max(s - 1, 0)
                ways.append(
                    but(adopted=a + 1, could_still_by_soak_end=one_less, could_still_by_goal=g - 1)
                )
            return [*ways, *([but(adopted=a + 1)] if g < rest else [])]
        case ActiveReading(cohort=c, active=a):
            return [but(active=a + 1)] if a < c else []
        case TrainingReading(invited=i, attended=a):
            return [but(attended=a + 1)] if a < i else []
        case SatisfactionReading(marks=given):
            raised = [value for value, _ in given if value < 10]
            return [_raised(reading, value) for value in raised]
        case NpsReading(answered=n, promoters=p, detractors=d):
            ways = [but(promoters=p + 1)] if p + d < n else []
            return [*ways, *([but(detractors=d - 1)] if d else [])]
        case TicketsReading(cohort=c, week_tickets=t, week_active=a):
            ways = [but(week_tickets=t - 1)] if t else []
            ways += [but(later_tickets=reading.later_tickets - 1)] if reading.later_tickets else []
            return [*ways, *([but(week_active=a + 1)] if 0 < a < c else [])]
        case IncidentsReading(open=found):
            return [IncidentsReading(cohort=reading.cohort, open=found[1:])] if found else []
        case _:
            raise AssertionError(reading.metric)  # test_work.py has those of the work


def _raised(reading: SatisfactionReading, value: float) -> SatisfactionReading:
    """Give a reading in which one who gave a mark gave one more."""
    number = Counter(dict(reading.marks))
    number[value] -= 1
    number[value + 1] += 1
    marks = tuple((v, n) for v, n in number.items() if n)
    return reading.model_copy(update={"marks": marks, "total": reading.total + 1})


def gravity(gate: Gate, found: dict[Metric, Reading], now: Moment) -> int:
    return GRAVITY.index(decide(gate, found, now).kind)


@given(gates(), measured(), moments())
def test_a_better_reading_never_worsens_a_verdict(
    gate: Gate, found: dict[Metric, Reading], now: Moment
) -> None:
    before = gravity(gate, found, now)
    for metric, reading in found.items():
        for improved in better(reading):
            assert gravity(gate, {**found, metric: improved}, now) <= before, (reading, improved)


@given(gates(), measured(), moments(), st.sampled_from([q for q in Quality if q != "ok"]))
def test_doubt_never_improves_a_verdict(
    gate: Gate, found: dict[Metric, Reading], now: Moment, quality: Quality
) -> None:
    if now.day <= 9:
        found = {**found, Metric.ADOPTED: _with_time_left(found[Metric.ADOPTED])}
    before = gravity(gate, found, now)
    for metric, reading in found.items():
        doubted = reading.model_copy(update={"quality": quality, "doubt": "seen"})
        # Only what was measured sends people back, so that missing data pauses at most.
        most = min(before, GRAVITY.index(Kind.PAUSE))
        assert gravity(gate, {**found, metric: doubted}, now) >= most, (metric, quality)
        absent = {m: r for m, r in found.items() if m is not metric}
        assert gravity(gate, absent, now) >= most, metric


def _with_time_left(reading: Reading) -> Reading:
    """With three days left before the soak's end everybody can still adopt: no miss is certain."""
    assert isinstance(reading, AdoptedReading)
    rest = reading.cohort - reading.adopted
    still = {"could_still_by_soak_end": rest, "could_still_by_goal": rest}
    return reading.model_copy(update=still)


@given(gates(), measured(), moments())
def test_a_replay_equals_the_original(
    gate: Gate, found: dict[Metric, Reading], now: Moment
) -> None:
    taken = take(gate, found, now)
    stored = from_json(to_json(taken))
    assert stored == taken
    assert replay(stored) == taken.verdict


@given(gates(), measured(), moments())
def test_only_what_was_shown_advances(
    gate: Gate, found: dict[Metric, Reading], now: Moment
) -> None:
    verdict = decide(gate, found, now)
    if verdict.kind is Kind.ADVANCE:
        assert not now.paused
        assert now.approved or gate.approval == "none"
        assert not any(finding.blocks for finding in verdict.findings)
        assert any(not f.advisory and f.metric != Metric.INCIDENTS for f in verdict.findings)
    assert verdict.headline.endswith(".")
    assert verdict.headline[0].isupper()
    assert all(finding.reason for finding in verdict.findings)


@st.composite
def evidence(draw: st.DrawFn) -> Frames:
    size = draw(st.sampled_from([1, 3, 5, 24]))
    people = range(1, size + 1)

    def days() -> set[int]:
        return draw(st.sets(st.integers(1, 11), max_size=6))

    mark, score = st.integers(4, 10), st.integers(5, 10)
    severity = draw(st.lists(st.sampled_from(["minor", "major"]), max_size=1))
    return frames(
        people=[person(n, invited=draw(st.booleans())) for n in people],
        activity=[row for n in people for row in active(n, days())],
        attendance=[attended(n) for n in people if draw(st.booleans())],
        answers=[answer(n, draw(mark), draw(score)) for n in people if draw(st.booleans())],
        tickets=[ticket(n, draw(st.integers(1, 11)), who=None) for n in range(1, 4)],
        incidents=[incident(s) for s in severity],
    )


BLANKS = [
    ("activity", "person"),
    ("activity", "day"),
    ("attendance", "day"),
    ("answers", "at"),
    ("answers", "satisfaction"),
    ("answers", "nps"),
    ("tickets", "opened"),
    ("incidents", "severity"),
]


@settings(max_examples=FRAMES)
@given(gates(), evidence(), st.sampled_from(BLANKS), st.integers(1, 3))
def test_blanks_never_improve_a_verdict(
    gate: Gate, good: Frames, where: tuple[str, str], number: int
) -> None:
    name, column = where
    sheet = good.table(name)
    blanked = sheet.assign(**{column: sheet[column].where(np.arange(len(sheet)) >= number)})
    _no_better(gate, good, having(good, **{name: blanked}))


@settings(max_examples=FRAMES)
@given(gates(), evidence(), st.sampled_from([n for n in COLUMNS if n != "people"]))
def test_a_silent_source_never_improves_a_verdict(gate: Gate, good: Frames, name: str) -> None:
    _no_better(gate, good, having(good, as_of={**good.as_of, name: None}))
    _no_better(gate, good, having(good, as_of={**good.as_of, name: at(13)}))


@settings(max_examples=FRAMES)
@given(gates(), evidence(), st.sampled_from(["activity", "attendance"]), st.integers(1, 99))
def test_lost_rows_never_improve_a_verdict(gate: Gate, good: Frames, name: str, lost: int) -> None:
    # Tickets are counted by the people active: a launch week that lost some looks worse.
    without = gate.model_copy(update={"tickets": None})
    _no_better(without, good, having(good, **{name: good.table(name).iloc[lost:]}))


def _no_better(gate: Gate, good: Frames, worse: Frames) -> None:
    now = moment()
    before = gravity(gate, measure(good, gate, now), now)
    after = gravity(gate, measure(worse, gate, now), now)
    assert after >= min(before, GRAVITY.index(Kind.PAUSE))
