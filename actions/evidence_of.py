"""A phase's evidence: from the ledger's rows to the frames a gate measures."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from actions.desk import Desk
from actions.setting_of import expected_of, freshness, items, moves, setting_of
from actions.tables_of import TOLD, tables_of
from config.names import Notice
from config.plan import Phase, Plan
from gates.changes import Change
from gates.frames import COLUMNS, Frames, table, table_of
from gates.moment import Moment
from gates.outage import Outage
from gates.quality import OUR_OWN
from gates.wording import day
from ledger import evidence
from ledger.outages import Recorded, recorded
from ledger.phases import resumed_at
from rollout.calendar import local_day
from rollout.fates import persons_with
from rollout.phase_day import PhaseDay
from rollout.phases import State
from rollout.quarters import asked_of, is_large
from rollout.schedule import countries_of, last_look
from rollout.skips import after
from rollout.snapshot import Snapshot


def frames_of(
    desk: Desk,
    snapshot: Snapshot,
    phase: Phase,
    now: datetime,
    tables: Collection[str] = TOLD,
) -> Frames:
    """Give the frames of a phase's cohort as it is now; of `tables` alone, where not all matter.

    An incident without a phase is every phase's.
    """
    people = _people(snapshot, phase.name)
    with desk.door.read() as tx:
        told = tables_of(tx, desk, snapshot, phase, people["person"], now, tables)
        noted = evidence.noted(tx, desk.rollout)
        incidents = evidence.incidents(tx, desk.rollout)
        outages = recorded(tx, desk.rollout)
    concerned = [r for r in incidents if r["phase"] in {None, phase.name}]
    as_of, fresh = freshness(desk.plan, noted, now)
    as_of |= {n: noted[n][0] for n in noted if n in COLUMNS} | dict.fromkeys(OUR_OWN, now)
    return Frames(
        people=people,
        incidents=table("incidents", _without(concerned, "phase")),
        **_of_the_rollout(PhaseDay(desk.plan, snapshot, phase, now)),
        as_of=as_of,
        fresh=fresh | _fresh(desk.plan),
        outages=_outages(outages, {*people["site"]}),
        rows={name: noted[name][1] for name in noted if name in COLUMNS},
        **told,
    )


def _of_the_rollout(day: PhaseDay) -> dict[str, Any]:
    """Give what the rollout itself knows: its people, and what was asked of them."""
    plan, snapshot, phase = day.plan, day.snapshot, day.phase
    setting = setting_of(plan, snapshot, phase)
    return {
        "checklist": table("checklist", items(plan, snapshot, phase)),
        "everyone": table_of("everyone", moves(snapshot)),
        **_asked(snapshot, phase.name),
        "setting": setting.model_copy(update={"expected": expected_of(day)}),
        "changes": _changes(snapshot, phase.name),
    }


def _asked(snapshot: Snapshot, phase: str) -> dict[str, Any]:
    """Give who was asked, and when, of a phase too large for everybody to be."""
    if not is_large(snapshot, phase):
        return {}
    found = asked_of(snapshot, phase).items()
    rows = [{"person": who, "at": at} for who, moments in found for at in moments]
    return {"asked": table("asked", rows), "everybody_asked": False}


def _outages(found: Iterable[Recorded], sites: set[str]) -> tuple[Outage, ...]:
    """Give the outages of a cohort's sites."""
    return tuple(
        Outage(site=o.site, first=o.first, last=o.last, what=o.what)
        for o in found
        if o.site is None or o.site in sites
    )


def _without(rows: list[dict[str, object]], column: str) -> list[dict[str, object]]:
    return [{k: v for k, v in r.items() if k != column} for r in rows]


def _people(snapshot: Snapshot, phase: str) -> pd.DataFrame:
    """Give the cohort as a table."""
    asked = persons_with(snapshot.steps, f"notice.{Notice.TRAINING}", phase)
    members, accounts = snapshot.members(phase), snapshot.accounts
    opened = [accounts[p.key].activated_on if p.key in accounts else None for p in members]
    return table_of(
        "people",
        {
            "person": [p.key for p in members],
            "site": [p.entry.site for p in members],
            "department": [p.entry.department for p in members],
            "activated_on": opened,
            "invited": [p.key in asked for p in members],
        },
    )


def _changes(snapshot: Snapshot, phase: str) -> tuple[Change, ...]:
    """Give who came and went. Who was excluded once their account was open was counted before."""
    launch = snapshot.phases[phase].dates.launch
    found = []
    for p in snapshot.people.values():
        if p.phase != phase:
            continue
        if p.left_on is not None:
            since = launch is not None and p.left_on >= launch
            found.append(Change(person=p.key, what="left", when=p.left_on, since_launch=since))
        elif p.excluded is not None:
            account = snapshot.accounts.get(p.key)
            since = account is not None and account.activated_on is not None
            what = f"excluded: {p.excluded}"
            found.append(Change(person=p.key, what=what, when=p.joined_on, since_launch=since))
        elif p.reason == "joined late":
            since = launch is not None and p.joined_on >= launch
            found.append(Change(person=p.key, what="joined", when=p.joined_on, since_launch=since))
    return tuple(found)


def _fresh(plan: Plan) -> dict[str, timedelta]:
    """How old each source may be."""
    return {
        "activity": plan.new_tool.activity.fresh_within,
        "attendance": plan.attendance.fresh_within,
        "answers": plan.answers.fresh_within,
        "tickets": plan.tickets.fresh_within,
        "workflows": plan.new_tool.completed.fresh_within,
        "old_work": plan.old_system.completed.fresh_within,
    }


def moment_of(
    desk: Desk, snapshot: Snapshot, phase: Phase, now: datetime, *, approved: bool
) -> Moment:
    """Give the state a phase is judged in."""
    plan, at = desk.plan, snapshot.phases[phase.name]
    following = after(plan, snapshot, phase.name)
    launch = snapshot.phases[following[0].name].dates.launch if following else None
    today = local_day(now, plan.zone)
    countries = countries_of(plan, list(snapshot.people.values()), phase.name)
    with desk.door.read() as tx:
        restarted = resumed_at(tx, desk.rollout, phase.name)
    launched, ends = at.dates.launch, at.dates.soak_ends_on
    assert launched is not None  # noqa: S101 - a phase that is live has dates
    assert ends is not None  # noqa: S101 - likewise
    return Moment(
        phase=phase.name,
        attempt=at.attempt,
        now=now,
        today=today,
        launched_on=launched,
        soak_ends_on=ends,
        next_launch=launch,
        last_look=launch is not None and today >= last_look(launch, countries),
        approved=approved,
        paused=snapshot.paused or at.state is State.PAUSED,
        frozen=_frozen(plan, today),
        restarted_at=restarted,
        zone=plan.zone,
    )


def _frozen(plan: Plan, today: date) -> str:
    freeze = plan.frozen_on(today)
    return f"{freeze.why}, until {day(freeze.last)}" if freeze else ""
