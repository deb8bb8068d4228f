"""An outage stops its site's clock: who could not work is not somebody who did not adopt."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config.criteria import Active, Adopted, Gate
from config.names import Metric
from gates.decision import Decision, from_json, replay, take, to_json
from gates.frames import Frames
from gates.measuring import measure
from gates.outage import Outage
from gates.readings import ActiveReading, AdoptedReading
from gates.verdict import Because, Kind
from gates.watch import watch
from tests.gates.cohort import active, frames, having, moment, on, person

GATE = Gate(adopted=Adopted())


def there(first: int, last: int | None, site: str | None = "lelydorp") -> Outage:
    return Outage(site=site, first=on(first), last=on(last) if last else None, what="no internet")


def cohort(day: int, *outages: Outage, **days: Iterable[int]) -> Frames:
    """Two sites of five; `p7` says when that person was active, the others were on days 1-3."""
    people = [
        person(n, site="lelydorp" if n > 5 else "paramaribo", invited=False) for n in range(1, 11)
    ]
    rows = [row for n in range(1, 11) for row in active(n, days.get(f"p{n}", [1, 2, 3]))]
    return having(frames(10, day=day, people=people, activity=rows), outages=outages)


def adoption(evidence: Frames, day: int, gate: Gate = GATE) -> AdoptedReading:
    found = measure(evidence, gate, moment(day))[Metric.ADOPTED]
    assert isinstance(found, AdoptedReading)
    return found


def look(evidence: Frames, day: int = 12) -> Decision:
    now = moment(day)
    return take(GATE, measure(evidence, GATE, now), now)


# Five of ten have adopted; the five of Lelydorp lost days 3 to 9 (five working days).
LATE = {f"p{n}": [1, 2] for n in range(6, 11)}
LOST = there(3, 9)


def test_people_an_outage_took_days_from_are_waited_for() -> None:
    without = look(cohort(12, **LATE))
    assert (without.verdict.kind, without.verdict.because) == (Kind.HOLD, Because.TARGETS)
    assert "missed" in {f.state.value for f in without.verdict.findings}
    found = look(cohort(12, LOST, **LATE))
    assert found.verdict.kind is Kind.HOLD
    (adopted,) = (f for f in found.verdict.findings if f.metric is Metric.ADOPTED)
    assert adopted.state.value == "undecided"
    assert adopted.note == ("an outage took days from 5 people; they have until Thu 2 Apr")
    reading = found.reading(Metric.ADOPTED)
    assert isinstance(reading, AdoptedReading)
    assert (reading.waiting, reading.waits_until) == (5, date(2026, 4, 2))
    assert replay(from_json(to_json(found))) == found.verdict


def test_a_miss_that_pauses_waits_for_them_too() -> None:
    strict = Gate(adopted=Adopted(on_miss="pause"))
    for outages, kind in (((), Kind.PAUSE), ((LOST,), Kind.HOLD)):
        now = moment()
        found = take(strict, measure(cohort(12, *outages, **LATE), strict, now), now)
        assert found.verdict.kind is kind


def test_they_are_waited_for_no_longer_than_the_days_they_lost() -> None:
    # Until Thu 2 Apr, day 18: whose week is over needs three days more.
    for day, waiting in ((12, 5), (16, 5), (17, 0), (19, 0)):
        assert adoption(cohort(day, LOST, **LATE), day).waiting == waiting, day


def test_a_week_that_an_outage_parts_is_one_week() -> None:
    # Days 1 and 2, then day 10: eight days apart on the calendar, one on the clock.
    parted = {f"p{n}": [1, 2, 10] for n in range(6, 11)}
    assert adoption(cohort(12, **parted), 12).adopted == 5
    assert adoption(cohort(12, LOST, **parted), 12).adopted == 10
    elsewhere = there(3, 9, "paramaribo")
    assert adoption(cohort(12, elsewhere, **parted), 12).adopted == 5
    assert adoption(cohort(12, there(3, 9, None), **parted), 12).adopted == 10


def test_a_day_somebody_worked_all_the_same_counts() -> None:
    working = {f"p{n}": [1, 4, 7] for n in range(6, 11)}
    assert adoption(cohort(12, **working), 12).adopted == 10
    assert adoption(cohort(12, LOST, **working), 12).adopted == 10


def test_the_goals_weeks_go_on_for_as_long() -> None:
    late = {f"p{n}": [30, 31, 32] for n in range(6, 11)}
    day = 40
    assert adoption(cohort(day, **late), day).adopted == 5
    given_back = adoption(cohort(day, LOST, **late), day)
    assert given_back.adopted == 10
    assert given_back.goal_ends_on == on(28 + 7)
    assert adoption(cohort(day, **late), day).goal_ends_on == on(28)


def test_a_passed_phase_is_not_stopped_while_days_are_given_back() -> None:
    evidence = cohort(33, LOST, **LATE)
    now = moment(33)
    assert watch(having(evidence, outages=()), GATE, now) is not None
    assert watch(evidence, GATE, now) is None


def test_an_outage_that_goes_on_takes_every_day_up_to_yesterday() -> None:
    # Seven working days up to Thu 26 Mar, given back from Fri 27 Mar on.
    assert adoption(cohort(12, there(3, None), **LATE), 12).waits_until == on(22)
    assert adoption(cohort(12, there(12, None), **LATE), 12).waiting == 0


def test_who_could_not_work_is_not_counted_as_not_active() -> None:
    gate = Gate(active=Active(window=7))
    for outages, number in (((), 0), ((there(4, 11),), 5)):
        found = measure(cohort(12, *outages), gate, moment())[Metric.ACTIVE]
        assert isinstance(found, ActiveReading)
        assert found.active == number


def test_an_outage_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        there(5, 4)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 6)), max_size=3),
    st.dictionaries(
        st.sampled_from([f"p{n}" for n in range(6, 11)]), st.sets(st.integers(1, 29)), max_size=5
    ),
    st.integers(2, 30),
)
def test_an_outage_never_makes_it_worse(
    lost: list[tuple[int, int]], days: dict[str, Any], day: int
) -> None:
    outages = [there(first, first + more) for first, more in lost]
    days = {who: [d for d in when if d < day] for who, when in days.items()}
    without, found = cohort(day, **days), cohort(day, *outages, **days)
    before, after = adoption(without, day), adoption(found, day)
    assert after.adopted >= before.adopted
    for what in ("could_still_by_soak_end", "could_still_by_goal"):
        could, can = getattr(before, what), getattr(after, what)
        assert after.adopted + can >= before.adopted + could
    # Whoever adopts by the calendar adopts no later by the clock, which runs no faster.
    assert all(a >= b for a, b in zip(after.series, before.series, strict=True))


def test_who_an_outage_keeps_away_is_offered_no_help_that_is_none() -> None:
    away = tuple(sorted(cohort(5).people["person"][5:]))
    going_on = adoption(cohort(5, there(3, None), **LATE), 5).stragglers
    assert (going_on.kept_away, going_on.inactive) == (away, ())
    today = adoption(cohort(5, there(3, 5), **LATE), 5).stragglers
    assert today.kept_away == away
    over = adoption(cohort(5, there(3, 4), **LATE), 5).stragglers
    assert (over.kept_away, over.inactive) == ((), away)
    elsewhere = adoption(cohort(5, there(3, None, "bridgetown"), **LATE), 5).stragglers
    assert elsewhere.inactive == away
    everywhere = adoption(cohort(5, there(3, None, None), **LATE), 5).stragglers
    assert everywhere.kept_away == away


def test_who_is_kept_away_has_not_adopted() -> None:
    found = adoption(cohort(5, there(3, None), **LATE), 5)
    assert len(found.stragglers.everybody) == found.cohort - found.adopted == 5
