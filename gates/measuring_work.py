"""Measuring the work: who does it in the new tool, who still needs the old one, what help it took.

Counts what happened up to yesterday; `times` that a source leaves out is once.
"""

from datetime import timedelta
from typing import cast

import numpy as np
import pandas as pd

from config.criteria import Criterion
from config.work import Completing, Dependents
from gates.adoption import WEEK, keys, number, numbers, rows_of
from gates.bits import how_many
from gates.clock import Flags, Numbers
from gates.days import flags_of
from gates.evidence import Evidence
from gates.work_readings import (
    AccountsReading,
    ActiveDailyReading,
    ChecklistReading,
    CompletingReading,
    DependentsReading,
    SupportReading,
    TierLoad,
    Tried,
    WorkflowsReading,
    WorkMovedReading,
)


def accounts(evidence: Evidence, _: Criterion) -> AccountsReading:
    """Count the cohort's open accounts."""
    people = evidence.frames.people
    opened = people["activated_on"].notna().to_numpy()
    return AccountsReading(
        **evidence.common("people"),
        opened=int(opened.sum()),
        missing=keys(people["person"], ~opened),
    )


def active_daily(evidence: Evidence, _: Criterion) -> ActiveDailyReading:
    """Count people active on each of the last seven days."""
    first, last = evidence.last(WEEK)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    active = tuple(int(evidence.activity.active_between(d, d).sum()) for d in days)
    return ActiveDailyReading(**evidence.common("people", "activity"), active=active)


def completing(evidence: Evidence, criterion: Criterion) -> CompletingReading:
    """Count people who completed key workflows since their account was opened."""
    people, key = evidence.frames.people, evidence.frames.setting.workflows
    sheet, person, day = _work(evidence, "workflows")
    start = numbers(people["activated_on"], missing=number(evidence.moment.today))
    ours = person >= 0
    ours[ours] = day[ours] >= start[person[ours]]
    done = np.zeros((len(people), len(key)), dtype=bool)
    which = pd.Index(key).get_indexer(pd.Index(sheet["workflow"]))
    counted = ours & (which >= 0)
    done[person[counted], which[counted]] = True
    for column, workflow in enumerate(key):
        done[:, column] |= _done_since(evidence, workflow, start)
    every = cast("Completing", criterion).which == "all"
    enough: Flags = np.asarray(done.all(axis=1) if every else done.any(axis=1), dtype=bool)
    common = evidence.common("people", "workflows")
    return CompletingReading(
        **common, completed=int(enough.sum()), missing=keys(people["person"], ~enough)
    )


def _done_since(evidence: Evidence, workflow: str, start: Numbers) -> Flags:
    """Tell of each person whether the days have them doing a workflow from their start on."""
    found, days = np.zeros(len(start), dtype=bool), evidence.frames.days.get("workflows")
    if days is None or not len(start):
        return found
    places, eve = days.places(evidence.frames.people["person"]), number(evidence.moment.today) - 1
    # From the last one's start on a day counts for everybody: those are one row together.
    all_in = np.bitwise_or.reduce(days.done[days.rows_of(int(start.max()), eve, workflow)])
    found |= flags_of(all_in, places)
    for row in days.rows_of(int(start.min()), min(eve, int(start.max()) - 1), workflow):
        found |= flags_of(days.done[row], places) & (days.day[row] >= start)
    return found


def workflows(evidence: Evidence, _: Criterion) -> WorkflowsReading:
    """Count the different people, of any phase, who completed each key workflow."""
    setting = evidence.frames.setting
    return WorkflowsReading(
        **evidence.common("workflows"),
        tried=tuple(Tried(workflow=w, people=_people(evidence, w)) for w in setting.workflows),
        phases_after=setting.phases_after,
    )


def _people(evidence: Evidence, workflow: str) -> int:
    """Count the different people, of any phase, who ever did a workflow."""
    sheet, days = evidence.frames.workflows, evidence.frames.days.get("workflows")
    done = (sheet["day"] < pd.Timestamp(evidence.moment.today)) & (sheet["times"] != 0)
    rows = sheet.loc[done & (sheet["workflow"].astype("object") == workflow), "person"].dropna()
    found = {*rows}
    if days is not None and days.rows:
        past = days.rows_of(int(days.day.min()), number(evidence.moment.today) - 1, workflow)
        either = np.bitwise_or.reduce(days.done[past])
        if not found:
            return how_many(either)
        found |= {*days.persons[flags_of(either, np.arange(len(days.persons)))]}
    return len(found)


def work_moved(evidence: Evidence, _: Criterion) -> WorkMovedReading:
    """Add up the cohort's work of the last seven days in either system."""
    return WorkMovedReading(
        **evidence.common("people", "workflows", "old_work"),
        new=round(_times(evidence, "workflows"), 6),
        old=round(_times(evidence, "old_work"), 6),
    )


def _times(evidence: Evidence, name: str) -> float:
    """Add up how often the cohort did work of the last seven days.

    Less than nothing, which is a flaw of the table and told as one, is nothing.
    """
    first, last = (number(day) for day in evidence.last(WEEK))
    sheet, person, day = _work(evidence, name)
    counted = (person >= 0) & (day >= first) & (day <= last)
    total = float(sheet["times"].fillna(1).to_numpy()[counted].sum())
    if name in evidence.frames.days:
        ours = evidence.frames.days[name].of(evidence.frames.people["person"])
        within = np.flatnonzero((ours.day >= first) & (ours.day <= last)).tolist()
        total += sum(float(np.nan_to_num(ours.times(row)[1], nan=1.0).sum()) for row in within)
    return max(0.0, total)


def _work(evidence: Evidence, name: str) -> tuple[pd.DataFrame, Numbers, Numbers]:
    """Give the rows of what was done up to yesterday, of whom (-1: not ours), and when."""
    sheet = evidence.frames.table(name)
    sheet = sheet[(sheet["day"] < pd.Timestamp(evidence.moment.today)) & (sheet["times"] != 0)]
    return sheet, rows_of(evidence.frames, sheet["person"]), numbers(sheet["day"])


def dependents(evidence: Evidence, criterion: Criterion) -> DependentsReading:
    """Find who logged in to the old system of late, after the day they moved."""
    people, sheet = evidence.frames.people, evidence.frames.old_logins
    moved = people["activated_on"].notna().to_numpy()
    start = numbers(people["activated_on"])
    since = number(evidence.moment.today) - cast("Dependents", criterion).days
    person, day = rows_of(evidence.frames, sheet["person"]), numbers(sheet["day"])
    ours = person >= 0
    late = ours & (day > since)
    late[ours] &= moved[person[ours]] & (day[ours] > start[person[ours]])
    found = np.zeros(len(people), dtype=bool)
    found[person[late]] = True
    return DependentsReading(
        **evidence.common("people", "old_logins"),
        moved=int(moved.sum()),
        dependents=keys(people["person"], found),
    )


def support(evidence: Evidence, _: Criterion) -> SupportReading:
    """Count the tickets of the cohort's launch week by tier."""
    frames, setting = evidence.frames, evidence.frames.setting
    sheet = frames.tickets.sort_values(["id", "opened"]).drop_duplicates("id")
    ours = (rows_of(frames, sheet["person"]) >= 0) | sheet["person"].isna()
    first, last = evidence.launch_week
    last = min(last, evidence.last(1)[1])
    opened = sheet["opened"].between(pd.Timestamp(first), pd.Timestamp(last))
    tier = sheet.loc[ours & opened, "tier"].fillna(1)
    return SupportReading(
        **evidence.common("people", "tickets"),
        tiers=tuple(
            TierLoad(
                tier=t.tier,
                tickets=int((tier == t.tier).sum()),
                minutes=t.minutes,
                hours=t.hours,
            )
            for t in setting.tiers
        ),
        next_title=setting.next_title,
        next_size=setting.next_size,
    )


def checklist(evidence: Evidence, _: Criterion) -> ChecklistReading:
    """List what nobody has confirmed."""
    sheet = evidence.frames.checklist
    is_open = ~sheet["confirmed"]
    return ChecklistReading(
        **evidence.common("checklist"),
        open=tuple(sorted(sheet.loc[is_open, "item"].tolist())),
        confirmed=int((~is_open).sum()),
    )
