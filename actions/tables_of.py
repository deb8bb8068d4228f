"""A cohort's evidence from the ledger as the tables of its frames: columns, and days rolled up."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from actions.collect_measures import MEASURED
from actions.desk import Desk
from config.plan import Phase, Plan
from gates.adoption import WEEK
from gates.days import Days
from gates.frames import table, table_of
from ledger import days, evidence
from rollout.calendar import local_day
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import Snapshot

OWN = ("attendance", "answers", "tickets", "old_logins")
"""Tables of which a gate looks at its cohort's rows."""
ITS_OWN = {"attendance", "old_logins"}
"""Of these the ledger need not give any others."""
TOLD = (*evidence.TABLES, *days.DAILY)
"""Every table that sources fill."""
EVERYBODYS = {"workflows"}
"""Days of which it looks beyond its cohort."""
TIMES_LATELY = timedelta(days=WEEK)
"""Of work, how often it was done is counted in the last week; forecasts ask since launch."""


def tables_of(
    tx: Connection,
    desk: Desk,
    snapshot: Snapshot,
    phase: Phase,
    people: pd.Series,
    now: datetime,
    wanted: Collection[str] = TOLD,
) -> dict[str, Any]:
    """Give the tables of a phase's cohort that sources fill, by their names in `Frames`.

    What is not wanted is empty.
    A call for help that names nobody counts to the phase that had launched last on its day: calls
    come from who has just moved.
    """
    found = {
        name: _read(tx, desk, name, phase.name if name in ITS_OWN else None)
        if name in wanted
        else table(name)
        for name in OWN
    }
    own = {name: _of(rows, people) for name, rows in found.items()}
    answers, tickets = found["answers"], found["tickets"]
    unnamed = tickets[tickets["person"].isna()]
    ours = {d: newest_launched(snapshot, d.date()) == phase.name for d in unnamed["opened"]}
    own["tickets"] = _with(own["tickets"], unnamed[unnamed["opened"].map(ours).astype(bool)])
    own["answers"] = _with(own["answers"], answers[answers["person"].isna()])
    before = _moved_before(desk.plan, snapshot, phase.name)
    # Everybody's weeks are many, and read only where the gate looks at them.
    asks = MEASURED in wanted and desk.plan.gate_of(phase).impact is not None
    return {
        **own,
        "activity": table("activity"),
        "measured": _read(tx, desk, MEASURED) if asks else table(MEASURED),
        "before": _of(answers, pd.Series(sorted(before), dtype="str")),
        "before_people": len(before),
        "days": _days(tx, desk, people, _times_from(desk, snapshot, phase, now), wanted),
    }


def _read(tx: Connection, desk: Desk, name: str, phase: str | None = None) -> pd.DataFrame:
    """Read a table; a phase's people's rows alone, if asked."""
    return table_of(name, evidence.columns(tx, desk.rollout, name, phase))


def _of(rows: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Give the rows of some people. Looking each up in an index is ten times as quick as `isin`."""
    places = pd.Index(people).get_indexer(pd.Index(rows["person"]))
    found: pd.DataFrame = rows.loc[places >= 0].reset_index(drop=True)
    return found


def _with(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([rows, more], ignore_index=True) if len(more) else rows


def _times_from(desk: Desk, snapshot: Snapshot, phase: Phase, now: datetime) -> date:
    """Tell from which day on it matters how often work was done: a forecast asks since launch."""
    late = local_day(now, desk.plan.zone) - TIMES_LATELY
    launch = snapshot.phases[phase.name].dates.launch
    asks = desk.plan.gate_of(phase).work_moved is not None and launch is not None
    return min(late, launch) if asks and launch is not None else late


def _days(
    tx: Connection,
    desk: Desk,
    people: pd.Series,
    since: date,
    wanted: Collection[str],
) -> dict[str, Days]:
    """Read what people do day after day."""
    told = {n: days.read(tx, desk.rollout, n, since) for n in days.DAILY if n in wanted}
    most = max((8 * len(day.people) for rows in told.values() for day in rows), default=0)
    persons = pd.Index([days.key_of(number) for number in range(most)], dtype="str")
    found = {name: Days(persons, rows) for name, rows in told.items() if rows}
    return {n: every if n in EVERYBODYS else every.of(people) for n, every in found.items()}


def newest_launched(snapshot: Snapshot, day: date) -> str | None:
    """Name the phase that had launched last on a day; None before the first."""
    launched = [
        (at.dates.launch, at.name)
        for at in snapshot.phases.values()
        if at.name != DECOMMISSION
        and at.state is not State.SKIPPED
        and at.dates.launch is not None
        and at.dates.launch <= day
    ]
    return max(launched)[1] if launched else None


def _moved_before(plan: Plan, snapshot: Snapshot, phase: str) -> set[str]:
    """Give the keys of people of the phases before one."""
    names = [p.name for p in plan.phases]
    earlier = names[: names.index(phase)]
    return {p.key for name in earlier for p in snapshot.members(name)}
