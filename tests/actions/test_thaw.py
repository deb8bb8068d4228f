"""Giving the old system back: asked for at the command's door, done by the tick, people told."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from actions.ask_for import ask_for
from actions.desk import take_lease
from actions.hands import PlainHands
from actions.send_notices import send_notices
from actions.thaw_old_system import thaw
from connectors.memory import MemoryPost
from flows.order import retiring
from ledger import leases, records
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION, NotAllowedError, State

from .eve import DAY, HOUR, IT, READY, World


class _Outside:
    """The world's old system, and a post."""

    def __init__(self, world: World, post: MemoryPost) -> None:
        self.old, self.post = world.desk.outside.old, post


def posted(world: World, post: MemoryPost) -> World:
    """Give the same world with a post."""
    return World(replace(world.desk, outside=_Outside(world, post)), world.old)  # type: ignore[arg-type]


def mails(world: World, day: int) -> None:
    """Send what is due to the first phase's people."""
    send_notices(world.desk, "early-adopters", READY + day * DAY)


def kinds(post: MemoryPost) -> list[str]:
    """Give the notices of the old system's end that arrived, in order."""
    found = [str(letter.message["X-Changeover-Notice"]) for letter in post.received]
    return [kind for kind in found if kind in {"decommission", "thaw"}]


def test_there_is_nothing_to_thaw_before_the_freeze(world: World) -> None:
    with pytest.raises(NotAllowedError, match="decommission is planned"):
        ask_for(world.desk.door, world.desk.plan, OrderKind.THAW, DECOMMISSION, IT, "why", READY)


def test_the_tick_carries_out_a_thaw_and_everybody_hears_of_it_once(world: World) -> None:
    post = MemoryPost()
    told = posted(world, post)
    told.order(READY)
    mails(told, 0)
    assert kinds(post).count("decommission") == 30
    told.say_yes(READY)
    hands = PlainHands(replace(told.desk, lease=None))
    lease = told.desk.held()
    with told.desk.door.write("free") as tx:
        leases.release(tx, lease)
    retiring(hands, told.desk.rollout, READY)
    assert told.desk.look().state(DECOMMISSION) is State.FROZEN
    assert told.read_only() == "1"
    ask_for(
        told.desk.door, told.desk.plan, OrderKind.THAW, DECOMMISSION, IT, "a rush", READY + HOUR
    )
    retiring(hands, told.desk.rollout, READY + HOUR)
    look = told.desk.look()
    assert (look.state(DECOMMISSION), look.phases[DECOMMISSION].attempt) == (State.PLANNED, 2)
    assert told.read_only() != "1"
    assert not look.orders
    with told.desk.door.read() as tx:
        ((_, outcome),) = records.every_order(tx, told.desk.rollout, OrderKind.THAW)
    assert outcome == "thawed"
    told = World(replace(told.desk, lease=take_lease(told.desk)), told.old)
    mails(told, 1)
    mails(told, 2)
    assert kinds(post)[30:] == ["thaw"] * 30
    # Another end has other dates: everybody is told anew.
    told.order(READY + 3 * DAY)
    mails(told, 3)
    assert kinds(post)[60:] == ["decommission"] * 30


def test_a_thaw_asks_the_old_system_for_no_log_ins(world: World) -> None:
    world.to_frozen()
    blind = world.planned(
        old_system=world.desk.plan.old_system.model_copy(
            update={"logins": "select email, day from no_longer_there"}
        )
    )
    assert thaw(blind.desk, IT, "back", READY + HOUR).state is State.PLANNED
    assert world.read_only() == "0"


def test_a_switch_without_a_value_before_is_thawed_once_it_has_none_again(world: World) -> None:
    old = world.desk.plan.old_system
    nothing_at_0 = "select nullif(value, '0') from setting where key = 'read_only'"
    freeze = (old.freeze[0].model_copy(update={"read": nothing_at_0}),)
    world = world.planned(old_system=old.model_copy(update={"freeze": freeze}))
    world.to_frozen()
    told = thaw(world.desk, IT, "back", READY + HOUR)
    assert (told.state, told.needs_person) == (State.FROZEN, True)
    assert "set it back by hand, it reads 1" in " ".join(told.words)
    with closing(sqlite3.connect(world.old)) as database, database:
        database.execute("update setting set value = '0' where key = 'read_only'")
    told = thaw(world.desk, IT, "back", READY + 2 * HOUR)
    assert (told.state, told.needs_person) == (State.PLANNED, False)


def test_two_switches_whose_long_names_begin_alike_are_two(world: World) -> None:
    old = world.desk.plan.old_system
    (first,) = old.freeze
    long = "everything that anybody might still write "
    sql = {
        "read": "select value from setting where key = 'service'",
        "set": "update setting set value = :value where key = 'service'",
        "to": "read",
    }
    switches = (
        first.model_copy(update={"name": f"{long}here"}),
        first.model_copy(update={"name": f"{long}there", **sql}),
    )
    both = world.planned(old_system=old.model_copy(update={"freeze": switches}))
    settings = "select group_concat(value) from setting"
    before = world.value(settings)
    both.to_frozen()
    assert (world.read_only(), world.value(sql["read"])) == ("1", "read")
    assert thaw(both.desk, IT, "back", READY + HOUR).state is State.PLANNED
    assert world.value(settings) == before
