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
from gates.clock import Flags, Numbers
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
    every = cast("Completing", criterion).which == "all"
    enough: Flags = np.asarray(done.all(axis=1) if every else done.any(axis=1), dtype=bool)
    common = evidence.common("people", "workflows")
    return CompletingReading(
        **common, completed=int(enough.sum()), missing=keys(people["person"], ~enough)
    )


def workflows(evidence: Evidence, _: Criterion) -> WorkflowsReading:
    """Count the different people, of any phase, who completed each key workflow."""
    sheet, setting = evidence.frames.workflows, evidence.frames.setting
    past = sheet[(sheet["day"] < pd.Timestamp(evidence.moment.today)) & (sheet["times"] != 0)]
    people = past.groupby(past["workflow"].astype(str))["person"].nunique()
    return WorkflowsReading(
        **evidence.common("workflows"),
        tried=tuple(Tried(workflow=w, people=int(people.get(w, 0))) for w in setting.workflows),
        phases_after=setting.phases_after,
    )


def work_moved(evidence: Evidence, _: Criterion) -> WorkMovedReading:
    """Add up the cohort's work of the last seven days in either system."""
    first, last = (number(day) for day in evidence.last(WEEK))

    def done(name: str) -> float:
        sheet, person, day = _work(evidence, name)
        counted = (person >= 0) & (day >= first) & (day <= last)
        return float(sheet["times"].fillna(1).to_numpy()[counted].sum())

    return WorkMovedReading(
        **evidence.common("people", "workflows", "old_work"),
        new=round(done("workflows"), 6),
        old=round(done("old_work"), 6),
    )


def _work(evidence: Evidence, name: str) -> tuple[pd.DataFrame, Numbers, Numbers]:
    """Give what was done up to yesterday: rows, row of the person (-1: not ours), day."""
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
