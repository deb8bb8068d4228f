"""What stops the old system's end: writes, attempts, lost back-ups, hooks that do nothing."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from pyrage import decrypt, x25519
from sqlalchemy import update

from actions.archive_now import written_since
from actions.back_up_old_system import back_up_folder
from actions.enclosing import opened
from actions.probe_old_system import probe_old_system
from actions.retirement_look import look, shown
from actions.thaw_old_system import thaw
from archive.seal import seal
from config.outside import HttpSwitch
from connectors.errors import Unreachable
from connectors.old_sql import OldSql
from ledger import archives, audit, probes, records
from ledger.tables import step
from rollout.agenda import needs
from rollout.phases import State
from rollout.probe import same_item
from rollout.retirement import off_on
from rollout.steps import Kind, Step

from .eve import DAY, HOUR, IT, READY, THEN, World, retire

WRITE = "update customer set name = name || '.' where rowid = (select min(rowid) from customer)"


def write(world: World, sql: str = WRITE) -> None:
    """Write past the freeze, as an administrator may, and leave it as it was."""
    setting = "update setting set value = ? where key = 'read_only'"
    with closing(sqlite3.connect(world.old, isolation_level=None)) as database:
        frozen = world.read_only()
        database.execute(setting, ["0"])
        assert database.execute(sql).rowcount == 1
        database.execute(setting, [frozen])


def with_old(world: World, **update: object) -> World:
    """Give the same world with another old system in its plan."""
    return world.planned(old_system=world.desk.plan.old_system.model_copy(update=update))


def to_proved(world: World) -> None:
    world.to_frozen()
    assert retire(world.desk, READY + HOUR).state is State.FROZEN
    assert retire(world.desk, READY + HOUR).state is State.PROVED


def test_a_write_after_the_archive_was_made_makes_it_stale_and_it_is_made_again(
    world: World,
) -> None:
    to_proved(world)
    write(world)
    world.say_yes(READY + 2 * HOUR)
    told = retire(world.desk, READY + 2 * HOUR)
    assert (told.state, told.needs_person) == (State.FROZEN, True)
    assert "written after the archive was made: customer" in told.words[0]
    again = retire(world.desk, READY + 3 * HOUR)
    assert "restored into sqlite and equal" in " ".join(again.words)
    assert retire(world.desk, READY + 3 * HOUR).state is State.PROVED
    # What was approved was the other archive.
    assert retire(world.desk, READY + 3 * HOUR).state is State.PROVED


def test_a_write_in_the_cooling_off_is_seen_before_anything_is_switched_off(world: World) -> None:
    world.to_cooling()
    write(world)
    assert retire(world.desk, READY + 5 * DAY).state is State.COOLING
    told = retire(world.desk, READY + 15 * DAY)
    assert told.state is State.FROZEN
    assert world.value("select max(can_login) from app_user") == 1


def test_a_system_that_cannot_be_frozen_is_read_every_day_of_the_cooling_off(world: World) -> None:
    mine = with_old(world, freeze=())
    mine.to_cooling()
    write(mine)
    assert retire(mine.desk, READY + 2 * DAY).state is State.FROZEN


def test_what_its_own_switches_wrote_does_not_make_an_archive_stale(world: World) -> None:
    off = world.desk.plan.old_system.off
    broken = off[1].model_copy(update={"set": "update no_such_table set value = :value"})
    mine = with_old(world, off=(off[0], broken))
    mine.to_cooling()
    told = retire(mine.desk, READY + 15 * DAY)
    assert (told.state, told.needs_person) == (State.COOLING, True)
    assert mine.value("select max(can_login) from app_user") == 0
    assert retire(with_old(mine, off=off).desk, READY + 16 * DAY).state is State.RETIRED


def tried(world: World, email: str, at: datetime) -> World:
    """Give the world whose plan sees that somebody tried to log in on a day."""
    sql = f"select '{email}', '{at:%Y-%m-%d}'"
    return with_old(world, attempts=sql)


def test_an_attempt_to_log_in_stops_the_clock_and_needs_no_other_approval(world: World) -> None:
    world.to_cooling()
    mine = tried(world, "u3@acme.example", READY + 10 * DAY)
    told = retire(mine.desk, READY + 11 * DAY)
    assert (told.state, told.needs_person) == (State.COOLING, True)
    assert "p00003" in told.words[0]
    # Who looks at the ledger alone knows it, too; not of whom it was.
    seen = mine.desk.look()
    assert seen.attempted_on == (READY + 10 * DAY).date()
    assert off_on(mine.desk.plan, seen, READY + 11 * DAY) == date(2026, 5, 8)
    # Fourteen days and more since it began to cool off, but not since the attempt.
    waits = retire(mine.desk, READY + 20 * DAY)
    assert (waits.state, waits.needs_person) == (State.COOLING, False)
    assert "cooling off until 2026-05-08" in waits.words[0]
    assert retire(mine.desk, READY + 26 * DAY).state is State.RETIRED


def test_a_back_up_that_is_gone_holds_the_freeze(world: World) -> None:
    folder = back_up_folder(world.desk, "core-team", 1)
    folder.mkdir(parents=True)
    (folder / "tagmanifest-sha256.txt").write_text("made")
    made = Step(Kind.BACK_UP, "core-team", None, 1, "-", THEN)
    with world.desk.door.write("sealed") as tx:
        tx.execute(update(step).where(step.c.key == made.key).values(detail=seal(folder)))
    world.order()
    assert "approve" in retire(world.desk, READY).words[0]
    (folder / "tagmanifest-sha256.txt").write_text("else")
    assert "the back-up before core team" in retire(world.desk, READY).words[0]
    shutil.rmtree(folder)
    told = retire(world.desk, READY)
    assert (told.state, told.needs_person) == (State.PLANNED, True)


def test_every_condition_is_shown_held_or_not(world: World) -> None:
    world.order()
    told = retire(world.desk, READY)
    assert told.report.startswith("### The end of Kantoor: all holds")
    assert told.report.count("| ✅ |") == 10
    assert "sqlite file" in told.report
    assert "cancel Kantoor by Mon 31 Aug 2026 (140 days left)" in told.report
    assert "✅ | back-ups are present |" in told.report
    assert "**Approved:** 0 of 1 to freeze, of " in told.report
    world.say_yes(READY)
    assert "**Approved:** 1 of 1 to freeze" in shown(look(world.desk, READY))


class Hook:
    """A service that keeps a value, or says that it does."""

    def __init__(self, value: str, *, deaf: bool = False) -> None:
        self.kept, self.deaf, self.calls = value, deaf, 0

    def value(self) -> str:
        return self.kept

    def set(self, value: str) -> None:
        self.calls += 1
        self.kept = self.kept if self.deaf else value


def hooked(world: World, hook: Hook, stage: str) -> World:
    """Give the same world with one switch of a stage behind an address."""
    url = "https://crm.example/switch"
    switch = HttpSwitch(name="single sign-on", read=url, set=url, to="closed")
    outside = cast("Any", SimpleNamespace(old=world.desk.outside.old, hook=lambda _: hook))
    mine = with_old(world, **{stage: (switch,)})
    return World(replace(mine.desk, outside=outside), mine.old)


def test_a_hook_is_set_once_read_back_and_given_back(world: World) -> None:
    hook = Hook("open")
    mine = hooked(world, hook, "freeze")
    mine.to_frozen()
    assert (hook.kept, hook.calls) == ("closed", 1)
    assert retire(mine.desk, READY + HOUR).state is State.FROZEN
    thaw(mine.desk, IT, "not yet", READY + DAY)
    assert (hook.kept, hook.calls) == ("open", 2)


def test_a_hook_that_says_yes_and_does_nothing_is_found_out(world: World) -> None:
    mine = hooked(world, Hook("open", deaf=True), "off")
    mine.to_cooling()
    told = retire(mine.desk, READY + 15 * DAY)
    assert (told.state, told.needs_person) == (State.COOLING, True)
    assert "it was set to closed but reads open" in told.words[0]


class Gone:
    """An old system that does not answer."""

    def fingerprint(self) -> str:
        raise Unreachable("the old system does not answer: see whether it runs")


def looks(world: World, at: datetime) -> bool:
    """Tell whether a probe at a moment looked, and found nothing wrong."""
    assert probe_old_system(world.desk, at).refused == 0
    seen = world.desk.look().probe
    return seen is not None and seen.at == at


def test_until_it_is_off_it_is_looked_at_once_a_day(world: World) -> None:
    assert looks(world, READY)
    assert not looks(world, READY + HOUR)
    assert looks(world, READY + DAY)
    with world.desk.door.read() as tx:
        entries = [e for e in audit.trail(tx, world.desk.rollout) if e.event == "old.probe"]
        assert probes.newest(tx, world.desk.rollout) == world.desk.look().probe
    assert len(entries) == 2
    world.to_cooling(READY + DAY)
    assert looks(world, READY + 2 * DAY)
    assert retire(world.desk, READY + 16 * DAY).state is State.RETIRED
    assert not looks(world, READY + 17 * DAY)


def test_one_that_does_not_answer_needs_a_person_until_it_does(world: World) -> None:
    probe_old_system(world.desk, READY)
    away = world.beside(Gone())
    told = probe_old_system(away.desk, READY + DAY)
    assert (told.refused, "the way back, did not answer" in told.words[0]) == (1, True)
    assert told.words[0] in needs(world.desk.plan, world.desk.look(), READY + DAY)
    # The same day again: somebody may have mended it.
    assert looks(world, READY + DAY + HOUR)
    assert not [n for n in needs(world.desk.plan, world.desk.look(), READY) if "way back" in n]


def test_another_database_needs_a_person_to_say_that_it_is_the_same(world: World) -> None:
    probe_old_system(world.desk, READY)
    other = world.old.with_name("other.sqlite")
    shutil.copy(world.old, other)
    moved = world.beside(OldSql(f"sqlite:///{other}"))
    assert "leads to another database" in probe_old_system(moved.desk, READY + DAY).words[0]
    assert "leads to another database" in probe_old_system(moved.desk, READY + 2 * DAY).words[0]
    seen = moved.desk.look().probe
    assert seen is not None
    with moved.desk.door.write("confirm") as tx:
        records.confirm(tx, moved.desk.rollout, same_item(seen), IT, READY)
    assert looks(moved, READY + 3 * DAY)
    # And back: that is another one now.
    assert probe_old_system(world.desk, READY + 4 * DAY).refused == 1


def encrypted(world: World) -> tuple[World, dict[str, x25519.Identity]]:
    """Give the same world whose archive is encrypted for two keys, and the keys."""
    keys = {name: x25519.Identity.generate() for name in ("ops.age.pub", "escrow.age.pub")}
    for name, key in keys.items():
        (world.desk.folder / name).write_text(f"{key.to_public()}\n")
    end = world.desk.plan.decommission
    archive = end.archive.model_copy(update={"encrypt_for": tuple(keys)})
    return world.planned(decommission=end.model_copy(update={"archive": archive})), keys


def test_an_encrypted_archive_is_compared_with_the_source_as_well(world: World) -> None:
    mine, _ = encrypted(world)
    mine.to_cooling()
    write(mine)
    with mine.desk.door.read() as tx:
        newest = archives.every(tx, mine.desk.rollout)[-1]
    assert written_since(mine.desk, newest) == "written after the archive was made: customer"


def test_nothing_is_switched_off_before_each_key_has_opened_the_archive(world: World) -> None:
    mine, keys = encrypted(world)
    mine.to_cooling()
    made = mine.desk.look().archive
    assert made is not None
    for number, key in enumerate(keys.values(), 1):
        assert retire(mine.desk, READY + 15 * DAY).state is State.COOLING
        text = decrypt((Path(made.path) / f"opening-{number}.age").read_bytes(), [key]).decode()
        word = text.split("archive opened ")[1].split()[0]
        opened(mine.desk.door, word, "holder", READY + 15 * DAY)
    assert retire(mine.desk, READY + 15 * DAY).state is State.RETIRED


def test_what_was_approved_is_these_switches_and_this_wait(world: World) -> None:
    world.to_cooling()
    shorter = world.desk.plan.decommission.model_copy(update={"cooling_off": HOUR})
    told = retire(world.planned(decommission=shorter).desk, READY + DAY)
    assert (told.state, told.needs_person) == (State.FROZEN, True)
    assert "what was approved is no longer what is there" in told.words[0]


def test_another_switch_than_was_approved_turns_nothing(world: World) -> None:
    hook = HttpSwitch(
        kind="http", name="sign-on", read="http://sso/a", set="http://sso/a", to="off"
    )
    plan = with_old(world, off=(hook,)).desk.plan
    seen = look(with_old(world, off=(hook,)).desk, READY)
    other = with_old(world, off=(hook.model_copy(update={"set": "http://sso/b"}),))
    assert seen.digest("retire") != look(other.desk, READY).digest("retire")
    assert seen.digest("freeze") == look(other.desk, READY).digest("freeze")
    renamed = with_old(world, off=(*plan.old_system.off, world.desk.plan.old_system.off[0]))
    assert seen.digest("retire") != look(renamed.desk, READY).digest("retire")
