"""Recording a plan: a new rollout, or a change of what has not begun; all of it or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from config.difference import difference
from config.loading import Place, located, parse
from config.plan import Plan
from config.problems import PlanError
from ledger import audit, people, phases
from ledger.door import Door
from ledger.snapshots import recorded
from ledger.tables import rollout
from rollout.calendar import local_day, monday_after
from rollout.cohorts import moved_on
from rollout.founding import chosen, first_dates, freeze_dates, nobody, past, people_of
from rollout.people import Entry, Person
from rollout.phases import DECOMMISSION, Dates, NotAllowedError, PhaseNow, State
from rollout.schedule import countries_of, dates_from

Wrong = list[tuple[Place, str]]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply recorded."""

    first: bool
    """Whether the rollout is new."""
    people: int
    """People in scope."""
    changes: tuple[str, ...]
    """Keys that changed and dates that moved; empty for a new rollout."""
    only_to: str | None = None
    """Where every mail goes instead."""


def apply_plan(  # noqa: PLR0913 - each is a fact of its own that the ledger keeps
    door: Door,
    plan: Plan,
    text: str,
    folder: Path,
    by: str,
    now: datetime,
    entries: Sequence[Entry] = (),
    only_to: str | None = None,
    *,
    rehearsal: bool = False,
) -> Applied:
    """Record a plan in one transaction; PlanError says why nothing was recorded.

    `only_to`: the address every mail goes to, all else withheld, until `say_go`; None keeps it as
    it is, and a rollout of which anything has begun refuses it (NotAllowedError).

    `entries` (the directory's people) count at the first apply alone: later ones come with the
    sync of people. `folder` is the plan's own; `text` what `plan` was read from.
    """
    row: dict[str, object] = {"plan": text, "digest": digest_of(text)}
    row["folder"] = str(folder.resolve())
    with door.write("apply") as tx:
        if _known(tx, plan.rollout) is None:
            more = {"applied_at": now, "applied_by": by, "rehearsal": rehearsal, "only_to": only_to}
            return _found(tx, plan, row | more, entries, now)
        return _change(tx, plan, row | _only_to(tx, plan.rollout, only_to), by, now)


def changes(tx: Connection, plan: Plan, text: str, now: datetime) -> list[str] | None:
    """Give what an apply would change: keys and dates; None where no such rollout is recorded.

    PlanError where it would be refused: what has begun stays as it is.
    """
    if _known(tx, plan.rollout) is None:
        return None
    found = _weighed(tx, plan, now)
    _refuse(text, found.wrong)
    return list(found.lines)


def digest_of(text: str) -> str:
    """Give the SHA-256 of a plan's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _known(tx: Connection, name: str) -> str | None:
    found = tx.execute(select(rollout.c.plan).where(rollout.c.name == name)).scalar()
    return None if found is None else str(found)


def _only_to(tx: Connection, name: str, wanted: str | None) -> dict[str, object]:
    """Keep where every mail goes, or send them there from now on; only `go` takes it back."""
    now = recorded(tx, name).only_to
    if wanted is None or wanted == now:
        return {"only_to": now}
    begun = [n for n, at in phases.standing(tx, name).items() if at.state is not State.PLANNED]
    if begun:
        msg = f"{begun[0]} has begun, so its mails go to its people; `changeover pause` stops all"
        raise NotAllowedError(msg)
    return {"only_to": wanted}


def _refuse(plan_text: object, wrong: Wrong) -> None:
    if wrong:
        raise PlanError(located(str(plan_text), "plan", wrong))


def _found(
    tx: Connection,
    plan: Plan,
    row: Mapping[str, object],
    entries: Sequence[Entry],
    now: datetime,
) -> Applied:
    today, by = local_day(now, plan.zone), str(row["applied_by"])
    everyone = people_of(plan, entries, today)
    _refuse(row["plan"], [*past(plan, today), *nobody(plan, everyone)])
    tx.execute(insert(rollout).values(name=plan.rollout, **row))
    people.add(tx, plan.rollout, everyone)
    for name, dates in first_dates(plan, everyone).items():
        phases.begin(tx, plan.rollout, name, dates, by, now)
    count = sum(1 for p in everyone if p.in_scope)
    data = {"plan": row["digest"], "people": count, "only_to": row["only_to"]}
    audit.append(tx, plan.rollout, now, by, "plan.apply", data)
    address = None if row["only_to"] is None else str(row["only_to"])
    return Applied(first=True, people=count, changes=(), only_to=address)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A changed plan against what is recorded and has begun."""

    standing: Mapping[str, PhaseNow]
    known: Mapping[str, Person]
    everyone: list[Person]
    wrong: Wrong
    moved: Mapping[str, Dates]
    lines: tuple[str, ...]
    """Keys and dates that differ."""


def refused(tx: Connection, plan: Plan, now: datetime) -> Wrong:
    """Give what an apply of a changed plan would refuse, each with its place."""
    return _weighed(tx, plan, now).wrong


def _weighed(tx: Connection, plan: Plan, now: datetime) -> _Weighed:
    name, today = plan.rollout, local_day(now, plan.zone)
    old = parse(str(_known(tx, name)), f"{name} (as applied)")
    standing = phases.standing(tx, name)
    begun = frozenset(n for n, at in standing.items() if at.state is not State.PLANNED)
    known = people.everyone(tx, name)
    everyone = _again(plan, known, standing)
    wrong = [
        *_fixed(old, plan, begun),
        *past(plan, today, begun),
        *nobody(plan, everyone, standing),
    ]
    moved = {} if wrong else _moved(old, plan, standing, everyone)
    lines = (*difference(old, plan), *(_new_date(n, d) for n, d in moved.items()))
    return _Weighed(standing, known, everyone, wrong, moved, lines)


def _change(
    tx: Connection, plan: Plan, row: Mapping[str, object], by: str, now: datetime
) -> Applied:
    name, found = plan.rollout, _weighed(tx, plan, now)
    _refuse(row["plan"], found.wrong)
    standing, known = found.standing, found.known
    people.change(tx, name, [p for p in found.everyone if p != known[p.key]])
    tx.execute(update(rollout).where(rollout.c.name == name).values(**row))
    for phase, dates in found.moved.items():
        if phase in standing and dates.sequence == standing[phase].dates.sequence:
            phases.set_soak_end(tx, name, phase, dates)
        elif phase in standing:
            phases.set_dates(tx, name, phase, dates, "the plan changed", now)
        else:
            phases.begin(tx, name, phase, dates, by, now)
    data = {"plan": row["digest"], "changes": list(found.lines), "only_to": row["only_to"]}
    audit.append(tx, name, now, by, "plan.change", data)
    count = sum(1 for p in found.everyone if p.in_scope)
    address = None if row["only_to"] is None else str(row["only_to"])
    return Applied(first=False, people=count, changes=found.lines, only_to=address)


def _new_date(phase: str, dates: Dates) -> str:
    if dates.soak_ends_on is None:
        return f"{phase} now from {dates.launch} on"
    return f"{phase} now from {dates.launch} to {dates.soak_ends_on}"


def _fixed(old: Plan, new: Plan, begun: frozenset[str]) -> Wrong:
    """What has begun keeps its people, weeks, launch and place."""
    wrong: Wrong = []
    places = {p.name: n for n, p in enumerate(new.phases)}
    if begun and new.zone != old.zone:
        wrong.append((("organisation", "sites"), f"the rollout has begun in {old.zone}; keep it"))
    for number, before in enumerate(old.phases):
        if before.name not in begun:
            continue
        at = places.get(before.name)
        if at is None or at != number:
            said = f"{before.name} has begun; it stays, as phase {number + 1}"
            wrong.append((("phases",) if at is None else ("phases", at, "name"), said))
            continue
        after = new.phases[at]
        wrong += [
            (("phases", at, key), f"{before.name} has begun; its {key} can no longer change")
            for key in ("who", "weeks", "launch")
            if getattr(before, key) != getattr(after, key)
        ]
    if old.phases[0].name in begun and new.start != old.start:
        said = f"{old.phases[0].name} has begun; the start, {old.start}, can no longer change"
        wrong.append((("start",), said))
    if DECOMMISSION in begun and new.decommission.wait_weeks != old.decommission.wait_weeks:
        said = "the old system's end has begun; this can no longer change"
        wrong.append((("decommission", "wait_weeks"), said))
    return wrong + (_switches_gone(old, new) if DECOMMISSION in begun else [])


def _switches_gone(old: Plan, new: Plan) -> Wrong:
    """Give the lists that lost a switch: by its name its earlier value is kept and given back."""
    wrong: Wrong = []
    for stage in ("freeze", "off"):
        before, after = getattr(old.old_system, stage), getattr(new.old_system, stage)
        gone = sorted({s.name for s in before} - {s.name for s in after})
        if gone:
            said = (
                f"{', '.join(gone)} is gone, and the old system's end has begun; keep its name, or "
                "`changeover roll-back decommission` first"
            )
            wrong.append((("old_system", stage), said))
    return wrong


def _again(
    plan: Plan, known: Mapping[str, Person], standing: Mapping[str, PhaseNow]
) -> list[Person]:
    """Choose phases anew for who is in none that has begun; exclusions as the plan has them."""
    begun = {n for n, at in standing.items() if at.state is not State.PLANNED}
    why = {address.lower(): reason for address, reason in plan.exclude.items()}
    free = [
        replace(
            p,
            excluded=why.get(p.entry.email.lower()),
            phase=p.phase if p.phase in begun else None,
            reason=p.reason if p.phase in begun else "",
        )
        for p in known.values()
    ]
    there = {p.key: p for p in chosen(plan, [p for p in free if p.in_scope])}
    there |= moved_on(plan, standing, there.values())
    return [there.get(p.key, replace(known[p.key], excluded=p.excluded)) for p in free]


def _moved(
    old: Plan, new: Plan, standing: Mapping[str, PhaseNow], everyone: Sequence[Person]
) -> dict[str, Dates]:
    """Give the dates that differ: of phases not begun that the plan's change dates anew.

    A date that moved because a phase before it held stays moved.
    """
    before, after = first_dates(old, everyone), first_dates(new, everyone)
    found = {n: at.dates for n, at in standing.items()}
    moved: dict[str, Dates] = {}
    skipped = {n for n, at in standing.items() if at.state is State.SKIPPED}
    earliest: date = new.start
    for phase in new.phases:
        at = standing.get(phase.name)
        free = at is None or at.state is State.PLANNED
        if free and before.get(phase.name) != after[phase.name]:
            sequence = at.dates.sequence + 1 if at else 0
            wanted = max(phase.launch or earliest, earliest)
            countries = countries_of(new, everyone, phase.name)
            found[phase.name] = dates_from(new, phase, wanted, countries, sequence)
            if at is not None and found[phase.name].launch == at.dates.launch:
                found[phase.name] = replace(found[phase.name], sequence=at.dates.sequence)
            if at is None or found[phase.name] != at.dates:
                moved[phase.name] = found[phase.name]
        ends = None if phase.name in skipped else found[phase.name].soak_ends_on
        earliest = max(earliest, monday_after(ends)) if ends else earliest
    end = standing[DECOMMISSION]
    kept = {n: dates for n, dates in found.items() if n not in skipped}
    freeze = freeze_dates(new, kept, end.dates.sequence + 1)
    if end.state is State.PLANNED and freeze.launch != end.dates.launch:
        moved[DECOMMISSION] = freeze
    return moved
