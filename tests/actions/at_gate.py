"""A phase at its gate on the morning its soak ends, its people good adopters."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Connection, insert

from actions.desk import Desk
from config.loading import parse
from config.plan import Plan
from ledger import evidence, people, phases
from ledger.opening import open_ledger
from ledger.tables import rollout
from rollout.people import Person
from rollout.phases import DECOMMISSION, Dates, Verb
from rollout.snapshot import AccountNow

from .eve import EXAMPLE, IT, people_of

LAUNCH = {"early-adopters": date(2026, 3, 2), "core-team": date(2026, 3, 16)}
SOAK = {"early-adopters": date(2026, 3, 13), "core-team": date(2026, 3, 27)}
ENDED = datetime(2026, 3, 27, 9, tzinfo=UTC)
"""The morning the core team's soak ends."""
ONLY_ADOPTION = {"active", "training_completed", "satisfaction", "nps", "tickets"}


def _plan() -> Plan:
    plan = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
    gates = plan.gates.model_copy(update=dict.fromkeys(ONLY_ADOPTION))
    core = plan.phase("core-team").model_copy(
        update={"gate": plan.gates.model_copy(update={**dict.fromkeys(ONLY_ADOPTION)})}
    )
    two = tuple(core if p.name == core.name else p for p in plan.phases)
    return plan.model_copy(update={"gates": gates, "phases": two})


def at_gate(folder: Path) -> Desk:
    """Give a rollout whose first phase has passed and whose second ends its soak today."""
    plan = _plan()
    door = open_ledger(f"sqlite:///{folder}/ledger.sqlite", plan.rollout)
    found = Desk(plan, folder, door, cast("Any", SimpleNamespace()))
    _begin(found)
    return found


def _begin(desk: Desk) -> None:
    name, then = desk.rollout, ENDED - timedelta(weeks=4)
    row = {"name": name, "plan": "", "digest": "0" * 64, "folder": ".", "applied_by": IT}
    with desk.door.write("begin") as tx:
        tx.execute(insert(rollout).values(**row, applied_at=then, rehearsal=True))
        everyone = [_placed(p) for p in people_of(30)]
        people.add(tx, name, everyone)
        opened = {
            p.key: AccountNow(p.key, True, False, True, LAUNCH[str(p.phase)])  # noqa: FBT003
            for p in everyone
        }
        people.set_accounts(tx, name, opened)
        for phase, launch in LAUNCH.items():
            phases.begin(tx, name, phase, Dates(launch, SOAK[phase]), IT, then)
            for verb in (Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH):
                _move(desk, tx, phase, verb, then)
        _move(desk, tx, "early-adopters", Verb.PASS_GATE, then)
        for open_one in ("remaining-users", DECOMMISSION):
            phases.begin(tx, name, open_one, Dates(None, None), IT, then)
        days = [LAUNCH["core-team"] + timedelta(days=n) for n in range(5)]
        core = [p.key for p in everyone if p.phase == "core-team"]
        used = [{"person": key, "day": day} for key in core for day in days]
        evidence.put(tx, name, "activity", used)
        evidence.note(tx, name, "activity", ENDED, len(used), ENDED)


def _placed(person: Person) -> Person:
    early = int(person.key[1:]) <= 6
    return person.moving_in("early-adopters" if early else "core-team", "a test")


def _move(desk: Desk, tx: Connection, phase: str, verb: Verb, then: datetime) -> None:
    at = phases.standing(tx, desk.rollout)[phase]
    phases.record(tx, desk.rollout, at.move(verb, "a test"), IT, then)
