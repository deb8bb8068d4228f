"""Switches are set once, read back, and given back as they were found."""

import shutil

import pytest
from sqlalchemy import update

from actions import turn_switches
from actions.thaw_old_system import thaw
from config.outside import ConfirmedSwitch
from connectors.errors import Unreachable
from connectors.old_sql import OldSql
from ledger import records
from ledger.tables import lease
from rehearsal import kantoor
from rollout.phases import NotAllowedError, State
from rollout.steps import Kind, StepState

from .eve import DAY, HOUR, IT, READY, World, retire


def swap(world: World) -> World:
    """Put another database where the plan's URL led."""
    other = world.old.with_name("other.sqlite")
    shutil.copy(world.old, other)
    mine = world.beside(OldSql(f"sqlite:///{other}"))
    return World(mine.desk, other)


def test_a_swapped_database_is_refused(world: World) -> None:
    world.to_frozen()
    other = swap(world)
    told = retire(other.desk, READY + HOUR)
    assert (told.state, told.needs_person) == (State.FROZEN, True)
    assert "not the database that was frozen" in told.words[0]
    assert not (world.desk.folder / "archive").exists()
    assert thaw(other.desk, IT, "wrong", READY).state is State.FROZEN
    assert other.read_only() == "1"


def test_thawing_gives_back_what_was_there(world: World) -> None:
    settings = "select group_concat(value) from setting"
    before = world.value(settings)
    world.to_cooling()
    assert world.read_only() == "1"
    told = thaw(world.desk, IT, "not yet", READY + DAY)
    assert told.state is State.PLANNED
    assert before == world.value(settings)
    kantoor.write(world.old, "u1@acme.example", READY)
    with pytest.raises(NotAllowedError):
        thaw(world.desk, IT, "again", READY + DAY)
    # What was asked and approved is used up; another freeze is another step.
    assert "nobody has asked" in retire(world.desk, READY + 2 * DAY).words[0]
    world.order(READY + 9 * DAY)
    world.say_yes(READY + 9 * DAY)
    assert retire(world.desk, READY + 9 * DAY).state is State.FROZEN
    assert world.read_only() == "1"


def test_an_order_thaws_even_a_paused_rollout(world: World) -> None:
    world.to_frozen()
    world.order(READY + HOUR, "thaw")
    with world.desk.door.write("pause") as tx:
        records.pause(tx, world.desk.rollout, IT, "stop", READY)
    assert retire(world.desk, READY + HOUR).state is State.PLANNED
    assert world.read_only() == "0"
    assert not world.desk.look().orders


class Dying:
    """An old system whose worker dies right after, or before, the switch was set."""

    def __init__(self, old: OldSql, *, after: bool) -> None:
        self._old, self._after = old, after

    def __getattr__(self, name: str) -> object:
        return getattr(self._old, name)

    def set(self, set_sql: str, value: str) -> None:
        if self._after:
            self._old.set(set_sql, value)
        raise KeyboardInterrupt


@pytest.mark.parametrize("after", [True, False])
def test_a_switch_left_on_the_wire_is_read_back(world: World, *, after: bool) -> None:
    world.order()
    world.say_yes(READY)
    dying = Dying(world.desk.outside.old, after=after)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        retire(world.beside(dying).desk, READY)
    assert [s.state for k, s in world.desk.look().steps.items() if Kind.SWITCH in k] == [
        StepState.ON_WIRE
    ]
    assert retire(world.desk, READY).state is State.FROZEN
    thaw(world.desk, IT, "not yet", READY + HOUR)
    assert world.read_only() == "0"


class Away:
    """An old system that does not answer when it is set."""

    def __init__(self, old: object) -> None:
        self._old = old

    def __getattr__(self, name: str) -> object:
        return getattr(self._old, name)

    def set(self, set_sql: str, value: str) -> None:
        raise Unreachable(f"nobody there: {set_sql}, {value}")


def test_what_could_not_be_set_is_set_next_time(world: World) -> None:
    world.order()
    world.say_yes(READY)
    told = retire(world.beside(Away(world.desk.outside.old)).desk, READY)
    assert told.state is State.PLANNED
    assert "not turned yet: read only" in told.words
    assert retire(world.desk, READY).state is State.FROZEN


def test_a_worker_without_the_lease_turns_nothing(world: World) -> None:
    world.order()
    world.say_yes(READY)
    with world.desk.door.write("taken") as tx:
        tx.execute(update(lease).values(token=99))
    with pytest.raises(Exception, match="lease"):
        retire(world.desk, READY)
    assert world.read_only() == "0"


def test_a_switch_only_a_person_turns_is_awaited(world: World) -> None:
    by_hand = ConfirmedSwitch(name="Door Badge")
    old = world.desk.plan.old_system.model_copy(update={"freeze": (by_hand,)})
    mine = world.planned(old_system=old)
    mine.order()
    mine.say_yes(READY)
    assert "turn it, then confirm decommission/door-badge" in retire(mine.desk, READY).words
    with mine.desk.door.write("confirm") as tx:
        records.confirm(tx, mine.desk.rollout, "decommission/door-badge", IT, READY)
    assert retire(mine.desk, READY).state is State.FROZEN
    assert "turn back by hand: Door Badge" in thaw(mine.desk, IT, "no", READY).words
    assert turn_switches.unset(mine.desk, "freeze") == ["decommission/door-badge-2"]
