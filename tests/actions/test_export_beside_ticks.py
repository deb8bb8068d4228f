"""A long export holds a lease of its own: ticks go on beside it; one that was killed is redone."""

import multiprocessing
import os
import signal
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from actions.desk import EXPORT, give_back, take_lease
from actions.export_old_system import export_old_system
from actions.hands import PlainHands
from archive.copying import TableProgress
from connectors.old_sql import OldSql
from flows.order import retiring
from ledger.leases import kept
from ledger.opening import open_ledger
from rollout.phases import DECOMMISSION, State

from .eve import HOUR, READY, World, retire

WAIT_SECONDS = 120


def test_a_tick_runs_to_its_end_beside_an_export(world: World) -> None:
    world.to_frozen()
    give_back(world.desk, world.desk.held())
    begun, go_on = threading.Event(), threading.Event()

    def slow(_progress: object) -> None:
        begun.set()
        assert go_on.wait(WAIT_SECONDS)

    desk = replace(world.desk, lease=None, told=slow)
    first = threading.Thread(target=retiring, args=(PlainHands(desk), desk.rollout, READY))
    first.start()
    try:
        assert begun.wait(WAIT_SECONDS)
        beside = retiring(PlainHands(desk), desk.rollout, READY + HOUR)
        assert not beside.busy
        assert "the old system is being exported" in beside.words
        assert first.is_alive()
        assert desk.look().state(DECOMMISSION) is State.FROZEN
    finally:
        go_on.set()
        first.join(WAIT_SECONDS)
    held = replace(desk, lease=take_lease(desk))
    assert retire(held, READY + HOUR).state is State.PROVED
    assert [p.name for p in (desk.folder / "archive").iterdir()] == ["acme-crm-2026-04-13"]


def _die(_: TableProgress) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_exporting(world: World) -> None:
    """Be killed while the tables are copied; in a process of its own."""
    door = open_ledger(f"sqlite:///{world.desk.folder}/ledger.sqlite", world.desk.rollout)
    outside = cast("Any", SimpleNamespace(old=OldSql(f"sqlite:///{world.old}")))
    export_old_system(replace(world.desk, door=door, outside=outside, told=_die), READY)


def test_an_export_that_was_killed_is_redone(world: World) -> None:
    world.to_frozen()
    child = multiprocessing.get_context("fork").Process(target=_die_exporting, args=(world,))
    child.start()
    child.join(WAIT_SECONDS)
    assert child.exitcode == -signal.SIGKILL
    room = world.desk.folder / "archive"
    assert [p.suffix for p in room.iterdir()] == [".partial"]
    with world.desk.door.read() as tx:
        left = kept(tx, world.desk.rollout, EXPORT)
    assert left is not None
    assert not left.alive
    assert retire(world.desk, READY + HOUR).state is State.FROZEN
    assert retire(world.desk, READY + HOUR).state is State.PROVED
    assert [p.name for p in room.iterdir()] == ["acme-crm-2026-04-13"]
