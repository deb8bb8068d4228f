"""Read what the work is measured by, and who still logs in to the old system, into the ledger."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from actions.desk import Desk
from connectors.errors import OutsideError
from ledger import evidence, leases, people, phases
from rollout.phases import DECOMMISSION, State

if TYPE_CHECKING:
    from connectors.ports import Sheet

MEASURED = "measured"
OLD_LOGINS = "old_logins"


def source_of(measure: str) -> str:
    """Name a measure's source, as the ledger notes how new it is."""
    return f"measure/{measure}"


def collect_measures(desk: Desk, now: datetime) -> tuple[int, list[str]]:
    """Read each measure of the plan; gives how many rows are new, and what could not be read."""
    fresh, words = 0, []
    for name in desk.plan.measures:
        try:
            sheet = desk.outside.measures[name].read(now)
        except OutsideError as error:
            words.append(f"{source_of(name)}: {error}")
            continue
        fresh += _keep(desk, name, sheet, now)
    return fresh, words


def _keep(desk: Desk, name: str, sheet: "Sheet", now: datetime) -> int:
    with desk.door.write("collect-measures") as tx:
        leases.renew(tx, desk.held())
        found = people.by_email(tx, desk.rollout)
        rows = weekly(name, sheet, found)
        # An export whose older files were moved away knows half a week; the whole one is kept.
        key = ("measure", "person", "week")
        had = {
            tuple(r[k] for k in key): r["days"] for r in evidence.read(tx, desk.rollout, MEASURED)
        }
        whole = [r for r in rows if r["days"] >= had.get(tuple(r[k] for k in key), 0)]
        if sheet.as_of is not None:
            evidence.note(tx, desk.rollout, source_of(name), sheet.as_of, len(rows), now)
        return evidence.put(tx, desk.rollout, MEASURED, whole)


def weekly(name: str, sheet: "Sheet", keys: dict[str, str]) -> list[dict[str, Any]]:
    """Give each person's mean of each week, which begins on a Monday, and of how many days.

    `keys` are person keys by address; rows of anybody else say nothing and are left out.
    """
    frame = sheet.frame
    if frame.empty:
        return []
    day = pd.to_datetime(frame["day"])
    known = pd.DataFrame(
        {
            "person": frame["email"].str.lower().map(keys),
            "week": (day - pd.to_timedelta(day.dt.day_of_week, unit="D")).dt.date,
            "value": frame["value"],
        }
    ).dropna()
    grouped = known.groupby(["person", "week"])["value"].agg(["mean", "size"])
    return [
        {"measure": name, "person": who, "week": week, "value": float(mean), "days": int(days)}
        for (who, week), mean, days in zip(
            grouped.index, grouped["mean"], grouped["size"], strict=True
        )
    ]


def collect_old_logins(desk: Desk, now: datetime) -> tuple[int, list[str]]:
    """Read when each person last logged in to the old system, while it is there."""
    sql = desk.plan.old_system.logins
    with desk.door.read() as tx:
        standing = phases.standing(tx, desk.rollout)
    end = standing.get(DECOMMISSION)
    if sql is None or (end is not None and end.state is State.RETIRED):
        return 0, []
    try:
        old = desk.outside.old
        logins = None if old is None else old.last_logins(sql)
    except OutsideError as error:
        return 0, [f"{OLD_LOGINS}: {error}"]
    if logins is None:
        return 0, []
    with desk.door.write("collect-old-logins") as tx:
        leases.renew(tx, desk.held())
        keys = people.by_email(tx, desk.rollout)
        rows = [{"person": keys[e], "day": day} for e, day in logins.items() if e in keys]
        evidence.note(tx, desk.rollout, OLD_LOGINS, now, len(rows), now)
        return evidence.put(tx, desk.rollout, OLD_LOGINS, rows), []
