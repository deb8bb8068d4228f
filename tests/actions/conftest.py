"""A rollout whose phases have all passed, over a real Kantoor, on the eve of its end."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import insert

from actions.desk import Desk, take_lease
from config.loading import parse
from config.plan import Plan
from connectors.old_sql import OldSql
from ledger import people, phases, steps
from ledger.door import Door
from ledger.evidence_tables import decision
from ledger.opening import open_ledger
from ledger.tables import rollout
from rehearsal import kantoor
from rollout.people import Person
from rollout.phases import DECOMMISSION, Dates, Verb
from rollout.snapshot import AccountNow
from rollout.steps import Kind, Step, StepState

from .at_gate import at_gate
from .eve import EXAMPLE, IT, QUESTION, READY, THEN, World, people_of


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build Kantoor once; every test has a copy of its own."""
    path = tmp_path_factory.mktemp("kantoor") / "kantoor.sqlite"
    seen = datetime(2026, 3, 20, tzinfo=UTC)
    users = [kantoor.OldUser(p.entry.email, p.entry.name, last_login=seen) for p in people_of(30)]
    kantoor.build(path, users, 7)
    return path


@pytest.fixture(scope="session")
def small(built: Path) -> Path:
    """Give a Kantoor of few rows, where their number proves nothing."""
    path = built.with_name("small.sqlite")
    shutil.copy(built, path)
    with closing(sqlite3.connect(path)) as database, database:
        for table in kantoor.DATA_TABLES:
            last = f"(select rowid from {table} limit 1 offset 40)"
            database.execute(f"delete from {table} where rowid > {last}")
    return path


def _plan_of(url: str) -> Plan:
    """Give the example's plan over this database, with a question Kantoor can answer."""
    plan = parse(EXAMPLE.read_text(encoding="utf-8"), "phased.yaml")
    old = plan.old_system.model_copy(update={"url": url})
    part = plan.decommission.model_copy(update={"questions": (QUESTION,)})
    return plan.model_copy(update={"old_system": old, "decommission": part})


@pytest.fixture
def make_world(tmp_path: Path, small: Path) -> Iterator[Callable[..., World]]:
    """Make a world of so many people."""
    doors: list[Door] = []

    def make(count: int = 30, source: Path = small) -> World:
        old = tmp_path / "old.sqlite"
        shutil.copy(source, old)
        plan = _plan_of(f"sqlite:///{old}")
        door = open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite", plan.rollout)
        doors.append(door)
        outside = cast("Any", SimpleNamespace(old=OldSql(f"sqlite:///{old}")))
        desk = Desk(plan, tmp_path, door, outside)
        _begin(desk, people_of(count))
        desk = replace(desk, lease=take_lease(desk))
        _back_ups(desk)
        return World(desk, old)

    yield make
    for door in doors:
        door.engine.dispose()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give the desk of a phase at its gate."""
    found = at_gate(tmp_path)
    yield replace(found, lease=take_lease(found))
    found.door.engine.dispose()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """Give a world of 30 people."""
    return make_world()


def _begin(desk: Desk, everyone: list[Person]) -> None:
    name = desk.rollout
    row = {"name": name, "plan": "", "digest": "0" * 64, "folder": ".", "applied_by": IT}
    with desk.door.write("begin") as tx:
        tx.execute(insert(rollout).values(**row, applied_at=THEN, rehearsal=True))
        people.add(tx, name, everyone)
        opened = AccountNow("a", ours=True, was_active=False, active=True)
        people.set_accounts(tx, name, {p.key: replace(opened, id=p.key) for p in everyone})
        for phase in desk.plan.phases:
            launch = THEN.date() - timedelta(weeks=2)
            phases.begin(tx, name, phase.name, Dates(launch, THEN.date()), IT, THEN)
            for verb in (Verb.PREPARE, Verb.BE_READY, Verb.LAUNCH, Verb.PASS_GATE):
                at = phases.standing(tx, name)[phase.name]
                phases.record(tx, name, at.move(verb, "done"), IT, THEN)
        phases.begin(tx, name, DECOMMISSION, Dates(READY.date(), None), IT, THEN)
        found = {"phase": "early-adopters", "attempt": 1, "at": THEN, "verdict": "advance"}
        document = {"adopters": [p.key for p in everyone]}
        tx.execute(insert(decision).values(rollout=name, id=1, **found, document=document))


def _back_ups(desk: Desk) -> None:
    made = [Step(Kind.BACK_UP, p.name, None, 1, "-", THEN) for p in desk.plan.phases]
    with desk.door.write("back-ups") as tx:
        steps.claim(tx, desk.held(), made, THEN)
        steps.mark(tx, desk.held(), [(s.key, StepState.DONE, "") for s in made], THEN)
