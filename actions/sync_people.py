"""Bring the ledger's people up to date with the directory; joiners get a phase."""

from datetime import datetime

from sqlalchemy import update

from actions.desk import Desk
from actions.outcome import Outcome
from ledger import audit, leases, people
from ledger.door import beside_snapshots
from ledger.tables import rollout
from rollout.calendar import local_day
from rollout.changes import Changes, changes
from rollout.cohorts import assign, last_phase, moved_on
from rollout.people import Person
from rollout.phases import State
from rollout.snapshot import Snapshot


def sync_people(desk: Desk, now: datetime) -> Outcome:
    """Read the directory and record who joined, left or changed."""
    entries = desk.outside.directory.read()
    today = local_day(now, desk.plan.zone)
    known = desk.look()
    with desk.door.write("sync-people") as tx:
        leases.renew(tx, desk.held())
        number = people.next_number(tx, desk.rollout)
        found = changes(known.people, entries, desk.plan.exclude, today, number)
        placed = _placed(desk, known, found) if found.joined else []
        people.add(tx, desk.rollout, placed)
        changed = _changed(desk, known, found)
        people.change(tx, desk.rollout, changed)
        with beside_snapshots(tx):
            tx.execute(update(rollout).where(rollout.c.name == desk.rollout).values(ticked_at=now))
        if found.joined or changed:
            data = {"joined": [p.key for p in found.joined], "left": list(found.left)}
            data["changed"] = [p.key for p in changed]
            audit.append(tx, desk.rollout, now, "changeover", "people.sync", data)
    words = [f"{p.key} joined: {p.phase or p.excluded}" for p in placed]
    words += [f"{key} left" for key in found.left]
    return Outcome(done=len(found.joined) + len(changed), words=tuple(words))


def _changed(desk: Desk, known: Snapshot, found: Changes) -> list[Person]:
    """Give who changed; whoever is in scope again in a phase that was skipped moves in another."""
    changed = {p.key: p for p in found.changed}
    everybody = {**known.people, **changed}
    return [*(changed | moved_on(desk.plan, known.phases, everybody.values())).values()]


def _placed(desk: Desk, known: Snapshot, found: Changes) -> list[Person]:
    """Give joiners a phase: the one they fit, or the last if that has begun, or is skipped."""
    everybody = {p.key: p for p in (*known.people.values(), *found.changed, *found.joined)}
    choice = assign(desk.plan, everybody.values())
    last = last_phase(desk.plan, known.phases) or desk.plan.phases[-1].name
    placed = []
    for person in found.joined:
        phase, reason = choice.get(person.key, (last, "joined late"))
        if known.phases and known.phases[phase].state is not State.PLANNED:
            phase, reason = last, "joined late"
        placed.append(person.moving_in(phase, reason) if person.in_scope else person)
    return placed
