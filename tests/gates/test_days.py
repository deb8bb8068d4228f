"""Evidence rolled up by the day measures as its rows do, whoever did what when."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.criteria import Active, Adopted, Gate, Tickets
from config.work import ActiveDaily, Completing, Workflows, WorkMoved
from gates.days import Day, Days, day_of
from gates.frames import Frames, table
from gates.measuring import measure
from gates.measuring_ahead import ahead_of
from gates.outage import Outage
from tests.gates.cohort import (
    LAUNCH,
    Row,
    active,
    decision,
    frames,
    having,
    key,
    moment,
    on,
    person,
    work,
)

PERSONS = pd.Index([key(n) for n in range(12)], dtype="str")
"""Bits of people, of whom the cohort has some."""
GATE = Gate(
    adopted=Adopted(scope="site"),
    active=Active(),
    tickets=Tickets(),
    active_daily=ActiveDaily(),
    completing=Completing(which="all"),
    workflows=Workflows(),
    work_moved=WorkMoved(),
)
"""Every criterion that rests on what people do day after day."""
TIMES = st.sampled_from([1, 1, 2.5, 0, None, -1])


def rolled_up(rows: Iterable[Row]) -> Days:
    """Roll rows up, of each person, day and workflow one."""
    found: dict[tuple[str, Any], dict[int, float]] = {}
    for row in rows:
        place = int(str(row["person"]).removeprefix("p-"))
        times: Any = row.get("times", 1)
        here = found.setdefault((str(row.get("workflow", "")), row["day"]), {})
        here[place] = np.nan if times is None else times
    return Days(PERSONS, tuple(_day(*where, people) for where, people in found.items()))


def _day(what: str, day: Any, people: dict[int, float]) -> Day:  # noqa: ANN401
    numbers = np.array(sorted(people), dtype=np.int64)
    return day_of(what, day, numbers, np.array([people[n] for n in numbers.tolist()], dtype=float))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Frames, dict[str, list[Row]], int]:
    """Draw a cohort, what it and others did (late, early, in the future), outages and a day."""
    size, day = draw(st.integers(0, 6)), draw(st.integers(1, 26))
    sites = st.sampled_from(["paramaribo", "lelydorp"])
    opened = st.none() | st.integers(-3, 12).map(lambda n: LAUNCH + timedelta(days=n))
    people = [person(n, site=draw(sites), activated_on=draw(opened)) for n in range(1, size + 1)]
    # Most of it so dense that people do adopt; some of it from other years, or after today.
    when = st.integers(-2, day + 1) | st.sampled_from([-400, -20, day, day + 9])
    did = draw(st.sets(st.tuples(st.integers(1, 8), when), max_size=70))
    kinds = st.sampled_from(["create-order", "close-order", "no-key-one"])
    told = st.dictionaries(st.tuples(st.integers(1, 8), when, kinds), TIMES, max_size=12)
    rows: dict[str, list[Row]] = {"activity": [r for n, d in did for r in active(n, [d])]}
    for name in ("workflows", "old_work"):
        rows[name] = [work(n, d, w, t) for (n, d, w), t in draw(told).items()]
    spans = st.tuples(st.none() | sites, st.integers(1, 20), st.none() | st.integers(0, 6))
    outages = tuple(
        Outage(site=where, first=on(n), last=None if more is None else on(n + more), what="-")
        for where, n, more in draw(st.lists(spans, max_size=2))
    )
    base = having(frames(size, day=max(day, 3), people=people), outages=outages)
    return base, rows, day


def by_rows(base: Frames, rows: dict[str, list[Row]]) -> Frames:
    """Give the evidence as its whole history; only the cohort's where only that is looked at."""
    own = {*base.people["person"]}
    kept = {n: [r for r in rows[n] if n == "workflows" or r["person"] in own] for n in rows}
    return having(base, **{name: table(name, found) for name, found in kept.items()})


def by_days(base: Frames, rows: dict[str, list[Row]]) -> Frames:
    """Give the same rolled up."""
    people = base.people["person"]
    days = {name: rolled_up(found) for name, found in rows.items()}
    own = {n: found if n == "workflows" else found.of(people) for n, found in days.items()}
    return having(base, **{name: table(name) for name in rows}, days=own)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_days_measure_as_their_rows_do(world: tuple[Frames, dict[str, list[Row]], int]) -> None:
    base, rows, day = world
    now = moment(day)
    whole = measure(by_rows(base, rows), GATE, now)
    assert measure(by_days(base, rows), GATE, now) == whole
    # What forecasts are made from, too.
    assert ahead_of(by_days(base, rows), GATE, now) == ahead_of(by_rows(base, rows), GATE, now)


def test_days_decide_in_the_same_words() -> None:
    rows = [row for n in range(1, 12) for row in active(n, [1, 2, 3, 8])]
    base = frames(11, activity=rows)
    rolled = having(frames(11, activity=[]), days={"activity": rolled_up(rows)})
    found, wanted = decision(evidence=rolled), decision(evidence=base)
    assert found == wanted
    assert "adopted" in {str(f.metric) for f in found.verdict.findings}


def test_a_day_to_come_is_told_and_nobody_elses_is() -> None:
    rows = [*active(1, [1, 2]), *active(9, [40])]
    theirs = having(
        frames(2, activity=[]), days={"activity": rolled_up(rows).of(pd.Series([key(1), key(2)]))}
    )
    assert "after today" not in decision(evidence=theirs).verdict.headline
    ours = having(frames(9, activity=[]), days={"activity": rolled_up(rows)})
    assert "activity: days after today, up to 2026-04-24" in str(decision(evidence=ours))


def test_only_what_is_done_day_after_day_comes_rolled_up() -> None:
    with pytest.raises(ValueError, match="tickets: not rolled up by the day"):
        having(frames(), days={"tickets": rolled_up([])})


def test_a_table_comes_as_rows_or_by_the_day() -> None:
    with pytest.raises(ValueError, match="activity: both rows and days"):
        having(frames(), days={"activity": rolled_up([])})


def test_times_that_were_not_read_are_not_taken_for_once() -> None:
    day = Day("create-order", on(1), b"\x02", times=b"")
    with pytest.raises(ValueError, match="was not read"):
        Days(PERSONS, (day,)).times(0)
