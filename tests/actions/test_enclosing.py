"""An archive is encrypted once it is proved, nothing plain is left, and each key's holder shows."""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyrage import decrypt, x25519

from actions import enclosing
from actions.enclosing import opened
from actions.export_old_system import export_old_system
from archive.encryption import WrongKey
from archive.errors import NoRoom
from archive.seal import seal
from archive.sealed import is_sealed, load_sealed
from config.archive import CopyTo
from connectors.archive_store import ArchiveStore
from connectors.errors import Misconfigured, Refused, Unreachable
from ledger.door import Door
from rollout.phases import State
from tests.archive.sources import bytes_of

from .eve import HOUR, READY, World, retire

NAMES = ("ops.age.pub", "escrow.age.pub")


@pytest.fixture
def identities(world: World) -> dict[str, x25519.Identity]:
    made = {name: x25519.Identity.generate() for name in NAMES}
    for name, identity in made.items():
        (world.desk.folder / name).write_text(f"{identity.to_public()}\n")
    return made


def encrypting(world: World, *names: str) -> World:
    decommission = world.desk.plan.decommission
    archive = decommission.archive.model_copy(update={"encrypt_for": names})
    return world.planned(decommission=decommission.model_copy(update={"archive": archive}))


def word(folder: Path, number: int, identity: x25519.Identity) -> str:
    text = decrypt((folder / f"opening-{number}.age").read_bytes(), [identity]).decode()
    return text.split("archive opened ")[1].split()[0]


def test_what_is_kept_is_encrypted_proved_and_nothing_plain_is_left(
    world: World, identities: dict[str, x25519.Identity]
) -> None:
    world = encrypting(world, *NAMES)
    world.to_frozen()
    retire(world.desk, READY + HOUR)
    assert retire(world.desk, READY + HOUR).state is State.PROVED
    made = world.desk.look().archive
    assert made is not None
    folder = Path(made.path)
    assert is_sealed(folder)
    assert made.seal == seal(folder)
    assert [p.name for p in folder.parent.iterdir()] == ["acme-crm-2026-04-13"]
    assert made.unopened == NAMES
    world.say_yes(READY + 2 * HOUR)
    assert retire(world.desk, READY + 2 * HOUR).state is State.COOLING


def test_each_key_shows_for_itself_that_it_opens(
    world: World, identities: dict[str, x25519.Identity]
) -> None:
    world = encrypting(world, *NAMES)
    world.to_frozen()
    retire(world.desk, READY + HOUR)
    made = world.desk.look().archive
    assert made is not None
    folder, door = Path(made.path), world.desk.door
    for number, name in enumerate(NAMES, 1):
        assert opened(door, word(folder, number, identities[name]), "someone", READY) == name
        made = world.desk.look().archive
        assert made is not None
        assert made.unopened == NAMES[number:]
    with pytest.raises(Refused, match="no word of the newest archive"):
        opened(door, "1-0123", "someone", READY)


def test_a_word_of_an_earlier_archive_shows_nothing(
    world: World, identities: dict[str, x25519.Identity]
) -> None:
    world = encrypting(world, *NAMES)
    world.to_frozen()
    retire(world.desk, READY + HOUR)
    made = world.desk.look().archive
    assert made is not None
    old = word(Path(made.path), 1, identities[NAMES[0]])
    export_old_system(world.desk, READY + 2 * HOUR)
    with pytest.raises(Refused, match="no word of the newest archive"):
        opened(world.desk.door, old, "someone", READY)


def test_one_key_is_for_a_small_firm(world: World, identities: dict[str, x25519.Identity]) -> None:
    world = encrypting(world, NAMES[0])
    world.to_frozen()
    with pytest.raises(Misconfigured, match="one key for 30 people"):
        retire(world.desk, READY + HOUR)
    assert not [*world.desk.folder.glob("archive/*")]
    few = world.desk.look()
    kept = dict([*few.people.items()][:25])
    small = replace(few, people=kept)
    looks = cast("Any", SimpleNamespace(look=lambda *_: small))
    desk = replace(world.desk, looks=looks)
    assert len(enclosing.recipients(desk)) == 1


def test_a_key_that_is_not_there_stops_the_export_before_it_begins(world: World) -> None:
    world = encrypting(world, *NAMES)
    world.to_frozen()
    with pytest.raises(WrongKey, match=r"ops.age.pub cannot be read"):
        retire(world.desk, READY + HOUR)
    assert not [*world.desk.folder.glob("archive/*")]


RECORDING, RECORDED = "record-archive:before-commit", "record-archive:after-commit"


@pytest.mark.parametrize("dies_at", ["encrypting", RECORDING, RECORDED, "removing", "half removed"])
def test_a_worker_killed_while_encrypting_leaves_what_the_next_one_finishes(
    world: World,
    identities: dict[str, x25519.Identity],
    monkeypatch: pytest.MonkeyPatch,
    dies_at: str,
) -> None:
    world = encrypting(world, *NAMES)
    world.to_frozen()

    honest = shutil.rmtree

    def dies(path: Path, *_: object, ignore_errors: bool = False) -> None:
        if dies_at != "encrypting" and ".plain" not in str(path):
            return honest(path, ignore_errors=ignore_errors)
        if dies_at == "half removed":
            (path / "manifest.json").unlink()
        raise KeyboardInterrupt

    def failpoint(name: str) -> None:
        if name == dies_at:
            raise KeyboardInterrupt

    desk = replace(world.desk, door=Door(world.desk.door.engine, world.desk.rollout, failpoint))
    with monkeypatch.context() as patched:
        if dies_at == "encrypting":
            patched.setattr(enclosing, "enclose", dies)
        elif "remov" in dies_at:
            patched.setattr(shutil, "rmtree", dies)
        with pytest.raises(KeyboardInterrupt):
            retire(desk, READY + HOUR)
    # What is in the clear goes only once what is kept of it is known.
    plain = {p.name for p in (world.desk.folder / "archive").glob("*.plain*")}
    assert len(plain) == 1
    assert (world.desk.look().archive is None) == (dies_at in {"encrypting", RECORDING})
    retire(world.desk, READY + HOUR)
    assert [p.name for p in (world.desk.folder / "archive").iterdir()] == ["acme-crm-2026-04-13"]
    made = world.desk.look().archive
    assert made is not None
    assert made.seal == seal(Path(made.path))
    assert load_sealed(Path(made.path)).keys[1].name == NAMES[1]


def test_what_lies_in_the_clear_stays_while_what_is_kept_of_it_is_not_whole(
    world: World, identities: dict[str, x25519.Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = encrypting(world, *NAMES)
    with monkeypatch.context() as patched:
        patched.setattr("actions.export_old_system.forget", lambda *_: None)
        export_old_system(world.desk, READY)
    kept = world.desk.folder / "archive/acme-crm-2026-04-13"
    plain, payload = kept.with_name(f"{kept.name}.plain"), kept / "data/archive.tar.age"
    assert (plain.is_dir(), is_sealed(kept)) == (True, True)
    whole = payload.read_bytes()
    payload.write_bytes(whole[:-1])
    enclosing.tidy(world.desk)
    assert plain.is_dir()
    payload.write_bytes(whole)
    enclosing.tidy(world.desk)
    assert not plain.exists()


def test_a_proved_archive_is_copied_and_a_copy_that_failed_needs_no_new_export(
    world: World, identities: dict[str, x25519.Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = encrypting(world, *NAMES)
    decommission = world.desk.plan.decommission
    update = {"copy_to": CopyTo(url="elsewhere")}
    archive = decommission.archive.model_copy(update=update)
    world = world.planned(decommission=decommission.model_copy(update={"archive": archive}))
    world.to_frozen()

    def away(*_: object) -> None:
        raise Unreachable("nobody answers")

    with monkeypatch.context() as patched:
        patched.setattr(ArchiveStore, "put", away)
        with pytest.raises(Unreachable):
            retire(world.desk, READY + HOUR)
    assert world.desk.look().archive is None
    told = retire(world.desk, READY + HOUR)
    here, there = world.desk.folder / "archive", world.desk.folder / "elsewhere"
    assert told.words[-1].startswith(f"copied to {there}/acme-crm-2026-04-13, ")
    assert bytes_of(here) == bytes_of(there)
    assert [path.name for path in here.iterdir()] == ["acme-crm-2026-04-13"]


def test_a_place_that_does_not_answer_stops_the_export_before_it_begins(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unreachable("nobody answers")

    monkeypatch.setattr(ArchiveStore, "check", away)
    decommission = world.desk.plan.decommission
    archive = decommission.archive.model_copy(update={"copy_to": CopyTo(url="elsewhere")})
    world = world.planned(decommission=decommission.model_copy(update={"archive": archive}))
    world.to_frozen()
    with pytest.raises(Unreachable):
        retire(world.desk, READY + HOUR)
    assert not [*world.desk.folder.glob("archive/*")]


def test_the_room_for_the_encrypted_archive_and_its_copy_counts(
    world: World, identities: dict[str, x25519.Identity], monkeypatch: pytest.MonkeyPatch
) -> None:
    decommission = world.desk.plan.decommission
    archive = decommission.archive.model_copy(
        update={"encrypt_for": NAMES, "copy_to": CopyTo(url="copies/deeper")}
    )
    world = world.planned(decommission=decommission.model_copy(update={"archive": archive}))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(NoRoom, match=r"all of it once more, encrypted; .* the copy on the same"):
        export_old_system(world.desk, READY)
    archive = archive.model_copy(update={"copy_to": CopyTo(url="memory://elsewhere")})
    world = world.planned(decommission=decommission.model_copy(update={"archive": archive}))
    with pytest.raises(NoRoom, match=r"all of it once more, encrypted\. Make room"):
        export_old_system(world.desk, READY)
