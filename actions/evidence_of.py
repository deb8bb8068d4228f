"""A phase's evidence: from the ledger's rows to the frames a gate measures."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from actions.collect_measures import MEASURED
from actions.desk import Desk
from actions.setting_of import expected_of, freshness, items, moves, setting_of
from config.names import Notice
from config.plan import Phase, Plan
from gates.changes import Change
from gates.frames import COLUMNS, Frames, table
from gates.moment import Moment
from gates.outage import Outage
from gates.quality import OUR_OWN
from gates.wording import day
from ledger import evidence
from ledger.outages import Recorded, recorded
from ledger.phases import resumed_at
from rollout.calendar import local_day
from rollout.phase_day import PhaseDay
from rollout.phases import DECOMMISSION, State
from rollout.quarters import asked_of, is_large
from rollout.schedule import countries_of, last_look
from rollout.snapshot import Snapshot

Rows = Mapping[str, list[dict[str, Any]]]
_ITS_OWN = frozenset({"activity", "attendance", "old_work", "old_logins"})
"""Tables of which a gate sees its cohort's rows alone."""


def frames_of(
    desk: Desk,
    snapshot: Snapshot,
    phase: Phase,
    now: datetime,
    tables: Collection[str] = evidence.TABLES.keys(),
) -> Frames:
    """Give the frames of a phase's cohort as it is now; of `tables` alone, where not all matter.

    A call for help that names nobody counts to the phase that had launched last on its day: calls
    come from who has just moved. An incident without a phase is every phase's.
    """
    members = snapshot.members(phase.name)
    keys = {p.key for p in members}
    with desk.door.read() as tx:
        rows = _rows(tx, desk, phase, tables)
        noted = evidence.noted(tx, desk.rollout)
        incidents = evidence.incidents(tx, desk.rollout)
        outages = recorded(tx, desk.rollout)
    own = {n: [r for r in found if r["person"] in keys] for n, found in rows.items()}
    anonymous = [r for r in rows["answers"] if r["person"] is None]
    unnamed = [r for r in rows["tickets"] if r["person"] is None]
    called = [r for r in unnamed if newest_launched(snapshot, r["opened"]) == phase.name]
    concerned = [r for r in incidents if r["phase"] in {None, phase.name}]
    as_of, fresh = freshness(desk.plan, noted, now)
    as_of |= {n: noted[n][0] for n in noted if n in COLUMNS} | dict.fromkeys(OUR_OWN, now)
    return Frames(
        activity=table("activity", own["activity"]),
        attendance=table("attendance", _without(own["attendance"], "training")),
        answers=table("answers", _without([*own["answers"], *anonymous], "comment")),
        tickets=table("tickets", [*own["tickets"], *called]),
        incidents=table("incidents", _without(concerned, "phase")),
        **_of_the_work(rows, own),
        **_of_the_rollout(PhaseDay(desk.plan, snapshot, phase, now)),
        as_of=as_of,
        fresh=fresh | _fresh(desk.plan),
        outages=_outages(outages, {p.entry.site for p in members}),
        **_of_earlier_phases(rows["answers"], _moved_before(desk.plan, snapshot, phase.name)),
        rows={name: noted[name][1] for name in noted if name in COLUMNS},
    )


def _rows(tx: Connection, desk: Desk, phase: Phase, tables: Collection[str]) -> Rows:
    """Read some tables; everybody's weeks are many, and read only where the gate looks at them."""
    needless = {MEASURED} if desk.plan.gate_of(phase).impact is None else set()
    wanted = set(tables) - needless
    return {
        name: evidence.read(tx, desk.rollout, name, phase.name if name in _ITS_OWN else None)
        if name in wanted
        else []
        for name in evidence.TABLES
    }


def _of_the_work(rows: Rows, own: Rows) -> dict[str, Any]:
    """Give the tables of the work: everybody's where a gate looks beyond its cohort."""
    return {
        "workflows": table("workflows", rows["workflows"]),
        "old_work": table("old_work", own["old_work"]),
        "old_logins": table("old_logins", own["old_logins"]),
        "measured": table("measured", _without(rows["measured"], "days")),
    }


def _of_the_rollout(day: PhaseDay) -> dict[str, Any]:
    """Give what the rollout itself knows: its people, and what was asked of them."""
    plan, snapshot, phase = day.plan, day.snapshot, day.phase
    setting = setting_of(plan, snapshot, phase)
    return {
        "people": table("people", _people(snapshot, phase.name)),
        "checklist": table("checklist", items(plan, snapshot, phase)),
        "everyone": table("everyone", moves(snapshot)),
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


def newest_launched(snapshot: Snapshot, day: date | None) -> str | None:
    """Name the phase that had launched last on a day; None before the first."""
    if day is None:
        return None
    launched = [
        (at.dates.launch, at.name)
        for at in snapshot.phases.values()
        if at.name != DECOMMISSION and at.dates.launch is not None and at.dates.launch <= day
    ]
    return max(launched)[1] if launched else None


def _of_earlier_phases(answers: list[dict[str, object]], people: set[str]) -> dict[str, Any]:
    """Give what a cohort too small to be shown alone is pooled with."""
    before = [row for row in answers if row["person"] in people]
    return {"before": table("answers", _without(before, "comment")), "before_people": len(people)}


def _moved_before(plan: Plan, snapshot: Snapshot, phase: str) -> set[str]:
    """Give the keys of people of the phases before one."""
    names = [p.name for p in plan.phases]
    earlier = names[: names.index(phase)]
    return {p.key for name in earlier for p in snapshot.members(name)}


def _outages(found: Iterable[Recorded], sites: set[str]) -> tuple[Outage, ...]:
    """Give the outages of a cohort's sites."""
    return tuple(
        Outage(site=o.site, first=o.first, last=o.last, what=o.what)
        for o in found
        if o.site is None or o.site in sites
    )


def _without(rows: list[dict[str, object]], column: str) -> list[dict[str, object]]:
    return [{k: v for k, v in r.items() if k != column} for r in rows]


def _people(snapshot: Snapshot, phase: str) -> list[dict[str, object]]:
    invited = f"notice.{Notice.TRAINING}:{phase}:"
    asked = {k.split(":")[2] for k, s in snapshot.steps.items() if k.startswith(invited)}
    rows: list[dict[str, object]] = []
    for p in snapshot.members(phase):
        account = snapshot.accounts.get(p.key)
        rows.append(
            {
                "person": p.key,
                "site": p.entry.site,
                "department": p.entry.department,
                "activated_on": account.activated_on if account else None,
                "invited": p.key in asked,
            }
        )
    return rows


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
    names = [p.name for p in plan.phases]
    place = names.index(phase.name)
    following = snapshot.phases[names[place + 1]] if place + 1 < len(names) else None
    launch = following.dates.launch if following else None
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
