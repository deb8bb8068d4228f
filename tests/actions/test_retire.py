"""The old system goes only behind a proven archive, approved, and with nobody left on it."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from actions import retire_old_system
from actions.retirement_awaited import awaited_approval
from actions.retirement_look import look
from actions.thaw_old_system import thaw
from archive.verify import verify
from ledger import audit, people, records
from rehearsal import kantoor
from rollout.people import Person
from rollout.phases import DECOMMISSION, NotAllowedError, State

from .eve import APPROVERS, DAY, HOUR, IT, READY, World, people_of, retire


def test_the_whole_chain_ends_with_nobody_let_in(
    make_world: Callable[..., World], built: Path
) -> None:
    world = make_world(30, built)
    assert retire(world.desk, READY).words == ("nobody has asked for it: `changeover retire`",)
    world.order()
    waiting = retire(world.desk, READY)
    assert (waiting.state, waiting.needs_person) == (State.PLANNED, True)
    assert world.read_only() == "0"
    world.say_yes(READY)
    assert retire(world.desk, READY).state is State.FROZEN
    with pytest.raises(kantoor.WriteRefused):
        kantoor.write(world.old, "u1@acme.example", READY)

    told = retire(world.desk, READY + HOUR)
    assert "restored into sqlite and equal: 13 tables" in " ".join(told.words)
    assert "1 questions answered alike" in " ".join(told.words)
    assert retire(world.desk, READY + HOUR).state is State.PROVED
    assert retire(world.desk, READY + HOUR).needs_person
    found = world.desk.look().archive
    assert found is not None
    assert found.path == str(world.desk.folder / "archive" / "acme-crm-2026-04-13")
    assert verify(Path(found.path), found.seal).holds
    assert sorted(p.name for p in (world.desk.folder / "archive").iterdir()) == [
        "acme-crm-2026-04-13"
    ]

    world.say_yes(READY + 2 * HOUR)
    assert retire(world.desk, READY + 2 * HOUR).state is State.COOLING
    assert retire(world.desk, READY + 14 * DAY).state is State.COOLING
    assert world.value("select max(can_login) from app_user") == 1
    gone = retire(world.desk, READY + 14 * DAY + 2 * HOUR)
    assert (gone.state, gone.needs_person) == (State.RETIRED, False)
    with pytest.raises(kantoor.LoginRefused):
        kantoor.log_in(world.old, "u1@acme.example", READY + 15 * DAY)
    with world.desk.door.read() as tx:
        events = [e.event for e in audit.trail(tx, world.desk.rollout)]
    assert events.count("old.switch") == 3
    assert events.count("archive") == 1


def test_nobody_is_called_for_what_is_not_due_yet(world: World) -> None:
    early = retire(world.desk, READY - 14 * DAY)
    assert early.words == ("nobody has asked for it: `changeover retire`",)
    assert not early.needs_person
    assert retire(world.desk, READY).needs_person


def test_the_requester_cannot_approve(world: World) -> None:
    mine = world.planned(approvers=(IT, APPROVERS[0]))
    mine.order()
    mine.say_yes(READY, (IT,))
    assert retire(mine.desk, READY).state is State.PLANNED
    assert world.read_only() == "0"


def test_one_of_two_approvers_does_not_retire(world: World) -> None:
    world.to_frozen()
    retire(world.desk, READY)
    retire(world.desk, READY)
    world.say_yes(READY, APPROVERS[:1])
    assert retire(world.desk, READY).state is State.PROVED


def test_approvals_that_lapsed_can_be_given_again(world: World) -> None:
    world.to_frozen()
    retire(world.desk, READY)
    retire(world.desk, READY)
    world.say_yes(READY, APPROVERS[:1])
    late = READY + 25 * HOUR
    world.say_yes(late, APPROVERS[1:])
    assert retire(world.desk, late).state is State.PROVED
    world.say_yes(late, APPROVERS[:1])
    assert retire(world.desk, late).state is State.COOLING


def test_a_stranger_to_the_plan_cannot_approve(world: World) -> None:
    world.order()
    world.say_yes(READY, ("stranger@acme.example",))
    assert retire(world.desk, READY).state is State.PLANNED


def test_the_smallest_wait_a_day_after_typing(make_world: Callable[..., World]) -> None:
    world = make_world(2)
    world.order()
    world.say_yes(READY, (IT,))
    assert retire(world.desk, READY + 23 * HOUR).state is State.PLANNED
    assert retire(world.desk, READY + 24 * HOUR).state is State.FROZEN


def test_a_log_in_while_cooling_off_makes_it_stale(world: World) -> None:
    world.to_cooling()
    kantoor.log_in(world.old, "u3@acme.example", READY + 3 * DAY)
    told = retire(world.desk, READY + 14 * DAY + 2 * HOUR)
    assert (told.state, told.needs_person) == (State.FROZEN, True)
    assert "p00003" in told.words[0]
    kantoor.log_in(world.old, "u3@acme.example", READY + 4 * DAY)


def test_after_going_stale_it_is_proved_and_approved_anew(world: World) -> None:
    world.to_cooling()
    kantoor.log_in(world.old, "u3@acme.example", READY + 3 * DAY)
    assert retire(world.desk, READY + 4 * DAY).state is State.FROZEN
    assert retire(world.desk, READY + 5 * DAY).state is State.FROZEN
    later = READY + 20 * DAY
    assert retire(world.desk, later).state is State.FROZEN
    assert retire(world.desk, later).state is State.PROVED
    assert retire(world.desk, later).state is State.PROVED
    world.say_yes(later)
    assert retire(world.desk, later).state is State.COOLING


def test_an_archive_that_changed_makes_it_stale(world: World) -> None:
    world.to_cooling()
    found = world.desk.look().archive
    assert found is not None
    (Path(found.path) / "README.txt").write_text("else")
    assert retire(world.desk, READY + 15 * DAY).state is State.FROZEN


def test_a_freeze_undone_by_hand_makes_it_stale(world: World) -> None:
    world.to_cooling()
    with sqlite3.connect(world.old) as database:
        database.execute("update setting set value = '0' where key = 'read_only'")
    database.close()
    told = retire(world.desk, READY + 15 * DAY)
    assert told.state is State.FROZEN
    assert "read only" in told.words[0]


def test_a_paused_rollout_freezes_nothing(world: World) -> None:
    world.order()
    world.say_yes(READY)
    with world.desk.door.write("pause") as tx:
        records.pause(tx, world.desk.rollout, IT, "stop", READY)
    assert retire(world.desk, READY).words == ("the rollout is paused",)
    assert world.read_only() == "0"


def test_a_person_left_out_blocks_it(world: World) -> None:
    with world.desk.door.write("exclude") as tx:
        first: Person = people_of(1)[0]
        people.change(tx, world.desk.rollout, [replace(first, excluded="stays")])
    world.order()
    told = retire(world.desk, READY)
    assert (told.state, told.needs_person) == (State.PLANNED, True)
    assert "p00001" in told.words[0]
    assert awaited_approval(world.desk, READY) is None


def test_looking_changes_nothing(world: World) -> None:
    world.order()
    before = world.old.read_bytes()
    assert look(world.desk, READY).failing() == []
    assert world.old.read_bytes() == before
    assert world.desk.look().state(DECOMMISSION) is State.PLANNED
    assert retire_old_system.BY == "changeover"


def test_once_off_it_is_over_and_cannot_be_thawed(world: World) -> None:
    world.to_cooling()
    end = READY + 15 * DAY
    assert retire(world.desk, end).state is State.RETIRED
    assert not world.desk.look().orders
    assert retire(world.desk, end + DAY).words == ("the old system is off",)
    with pytest.raises(NotAllowedError):
        thaw(world.desk, IT, "too late", end + DAY)
    with pytest.raises(kantoor.LoginRefused):
        kantoor.log_in(world.old, "u1@acme.example", end)
