"""The key that signs archives is made once, is never swapped unseen, and is told to everybody."""

from pathlib import Path

import pytest

from actions import signing_key as signing
from actions.signing_key import VARIABLE, rotate_key, signing_key
from archive.signature import SigningKey, signer
from archive.verify import verify
from connectors.errors import Misconfigured
from ledger import archive_keys, audit
from rollout.phases import State

from .eve import HOUR, IT, READY, World, retire

NOTHING: dict[str, str] = {}


def key_file(world: World) -> Path:
    return world.desk.folder / ".secrets" / "archive-signing-key"


def made(world: World) -> SigningKey:
    return signing_key(world.desk.door, world.desk.folder, READY, NOTHING)


def known(world: World) -> list[str]:
    with world.desk.door.read() as tx:
        return archive_keys.every(tx, world.desk.rollout)


def test_it_is_made_once_for_its_owner_and_the_ledger_has_its_fingerprint_only(
    world: World,
) -> None:
    first = made(world)
    assert key_file(world).stat().st_mode & 0o777 == 0o600
    assert made(world).fingerprint == first.fingerprint
    assert known(world) == [first.fingerprint]
    with world.desk.door.read() as tx:
        told = [e for e in audit.trail(tx, world.desk.rollout) if e.event == "archive.key"]
    assert [e.data for e in told] == [f'{{"fingerprint": "{first.fingerprint}"}}']
    ledger = world.desk.folder / "ledger.sqlite"
    secret = first.secret().splitlines()[1].encode()
    assert not any(secret in path.read_bytes() for path in ledger.parent.glob("ledger.sqlite*"))


def test_a_lost_key_is_refused_and_not_made_anew(world: World) -> None:
    first = made(world)
    key_file(world).unlink()
    with pytest.raises(Misconfigured, match=f"{first.fingerprint}, is not on this machine"):
        made(world)
    assert not key_file(world).exists()


def test_a_key_nobody_was_told_of_is_refused(world: World) -> None:
    first = made(world)
    key_file(world).unlink()
    SigningKey.new().write(key_file(world))
    with pytest.raises(Misconfigured, match=f"people were told of {first.fingerprint}"):
        made(world)


def test_a_key_in_the_environment_is_taken(world: World) -> None:
    given = SigningKey.new()
    environment = {VARIABLE: given.secret()}
    found = signing_key(world.desk.door, world.desk.folder, READY, environment)
    assert found.fingerprint == given.fingerprint
    assert not key_file(world).exists()
    with pytest.raises(Misconfigured, match="put another there first"):
        rotate_key(world.desk.door, world.desk.folder, IT, READY, environment)
    other = {VARIABLE: SigningKey.new().secret()}
    assert (
        rotate_key(world.desk.door, world.desk.folder, IT, READY, other).fingerprint
        == (known(world)[-1])
    )


def test_a_process_killed_before_it_recorded_its_key_leaves_one_that_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(signing, "_record", dies)
        with pytest.raises(KeyboardInterrupt):
            made(world)
    kept = SigningKey.read(key_file(world).read_text()).fingerprint
    assert made(world).fingerprint == kept
    assert known(world) == [kept]


def test_rotating_makes_another_removes_the_old_one_and_can_be_repeated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made(world)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("_made", "_record"):
        with monkeypatch.context() as patched:
            patched.setattr(signing, step, dies)
            with pytest.raises(KeyboardInterrupt):
                rotate_key(world.desk.door, world.desk.folder, IT, READY, NOTHING)
        with pytest.raises(Misconfigured, match=first.fingerprint):
            made(world)
    second = rotate_key(world.desk.door, world.desk.folder, IT, READY, NOTHING)
    assert known(world) == [first.fingerprint, second.fingerprint]
    assert [p.name for p in key_file(world).parent.iterdir()] == ["archive-signing-key"]
    assert made(world).fingerprint == second.fingerprint


def test_an_archive_is_signed_and_its_signer_is_approved_with_it(world: World) -> None:
    world.to_frozen()
    retire(world.desk, READY + HOUR)
    assert retire(world.desk, READY + HOUR).state is State.PROVED
    seen = world.desk.look()
    assert seen.archive is not None
    folder = Path(seen.archive.path)
    assert signer(folder) == seen.archive.signer == seen.signer == known(world)[0]
    assert verify(folder, seen.archive.seal, seen.signer).holds


def test_without_its_key_nothing_is_exported(world: World) -> None:
    made(world)
    key_file(world).unlink()
    world.to_frozen()
    with pytest.raises(Misconfigured, match="is not on this machine"):
        retire(world.desk, READY + HOUR)
    assert world.desk.look().archive is None
    assert not [*world.desk.folder.glob("archive/*")]
