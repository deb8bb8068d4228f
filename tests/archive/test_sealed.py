"""An encrypted archive opens with each of its keys alone, by standard tools, and no other."""

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from pyrage import x25519

from archive.bag import bag_problems, write_bag
from archive.encryption import (
    Recipient,
    WrongKey,
    encrypt,
    identity_of,
    recipients_of,
)
from archive.errors import Broken, Occupied
from archive.seal import seal
from archive.sealed import enclose, load_sealed, unseal, whose_word
from archive.verify import verify
from tests.archive.sources import KEY, bytes_of, shop, signed


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Private keys and their public ones: two of age's, one of SSH's, a stranger's."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("ops", "escrow", "stranger"):
        identity = x25519.Identity.generate()
        (folder / name).write_text(f"# made by a test\n{identity}\n")
        (folder / f"{name}.pub").write_text(f"# {name}\n{identity.to_public()}\n")
    make = [
        "ssh-keygen",
        "-q",
        "-t",
        "ed25519",
        "-N",
        "",
        "-C",
        "it@acme",
        "-f",
        str(folder / "ssh"),
    ]
    subprocess.run(make, check=True)
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    signed(shop(folder / "old.sqlite"), folder / "archive")
    return folder / "archive"


def public(keys: Path, *names: str) -> tuple[Recipient, ...]:
    return recipients_of([keys / f"{name}.pub" for name in names])


@pytest.fixture(scope="module")
def whole(plain: Path, keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sealed") / "kept"
    enclose(plain, folder, public(keys, "ops", "escrow", "ssh"), KEY)
    return folder


def test_each_key_alone_gives_back_every_byte(
    whole: Path, plain: Path, keys: Path, tmp_path: Path
) -> None:
    for name in ("ops", "escrow", "ssh"):
        made = unseal(whole, identity_of(keys / name), tmp_path / name)
        assert bytes_of(made) == bytes_of(plain)
        assert verify(made, load_sealed(whole).inside, KEY.fingerprint).holds


def test_no_other_key_opens_it_and_nothing_is_left(whole: Path, keys: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="does not open with this key"):
        unseal(whole, identity_of(keys / "stranger"), tmp_path / "out")
    assert not [*tmp_path.iterdir()]


def test_nothing_of_the_data_stands_outside(whole: Path) -> None:
    names = ("customers", "orders", "Klant", "outstanding")
    for path in whole.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [name for name in names if name.encode() in content], path.name


def test_it_is_a_whole_signed_bag(whole: Path) -> None:
    found = verify(whole, seal(whole), KEY.fingerprint)
    assert found.holds
    assert "encrypted for ops.pub, escrow.pub, ssh.pub" in found.line
    assert "was not looked at" in found.line
    assert "equal to the source" not in found.line
    assert found.line.endswith(f"signer proved: {KEY.fingerprint}")


def test_the_age_tool_and_the_readme_are_enough(whole: Path, keys: Path, tmp_path: Path) -> None:
    """The commands are taken out of the README, in both languages, and typed."""
    wants_age()
    text = (whole / "README.txt").read_text(encoding="utf-8")
    opens = re.findall(r"^  (mkdir .*\n(?:  .*\n)+)", text, re.MULTILINE)
    assert len(opens) == 2
    for number, typed in enumerate(opens):
        folder = Path(shutil.copytree(whole, tmp_path / f"{number}" / "kept"))
        for name in ("ops", "escrow", "ssh"):
            steps = typed.replace("KEY", str(keys / name))
            done = subprocess.run(
                ["sh", "-ec", steps], cwd=folder, capture_output=True, text=True, check=True
            )
            opened = folder.parent / "opened"
            assert done.stdout.count(": OK") == len([*(opened / "kept/data").rglob("*.*")])
            shutil.rmtree(opened)


def test_the_age_tool_opens_the_word_and_only_its_own(whole: Path, keys: Path) -> None:
    wants_age()
    found = []
    for number, name in enumerate(("ops", "escrow", "ssh"), 1):
        opens = ["age", "-d", "-i", str(keys / name)]
        mine = subprocess.run(
            [*opens, whole / f"opening-{number}.age"], capture_output=True, text=True, check=True
        )
        other = whole / f"opening-{number % 3 + 1}.age"
        assert subprocess.run([*opens, other], capture_output=True, check=False).returncode
        words = {*re.findall(r"archive opened (\S+)", mine.stdout)}
        assert len(words) == 1
        found.append(whose_word(whole, words.pop()))
    assert [each.name for each in found if each] == ["ops.pub", "escrow.pub", "ssh.pub"]
    assert whose_word(whole, "1-00") is None


def wants_age() -> None:
    """Skip loudly on a developer's machine; fail where CI is set, so that it is never green."""
    if shutil.which("age") is not None:
        return
    why = "NOT TESTED WITH THE AGE TOOL: it is not here (Debian: apt-get install age)"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(why)
    pytest.skip(why)


def test_without_the_age_tool_ci_fails_and_a_developer_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="NOT TESTED"):
        wants_age()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED"):
        wants_age()


def test_a_changed_byte_is_found_without_any_key(whole: Path, tmp_path: Path, keys: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "kept"))
    payload = copy / "data/archive.tar.age"
    content = bytearray(payload.read_bytes())
    content[len(content) // 2] ^= 1
    payload.write_bytes(content)
    (problem,) = bag_problems(copy)
    assert problem.startswith("data/archive.tar.age has changed")
    with pytest.raises(Broken, match="was not opened"):
        unseal(copy, identity_of(keys / "ops"), tmp_path / "out")


def test_what_was_swapped_inside_by_a_forger_is_found(
    whole: Path, plain: Path, keys: Path, tmp_path: Path
) -> None:
    """Who holds a public key can encrypt: what comes out must be what the outside says."""
    copy = Path(shutil.copytree(whole, tmp_path / "kept"))
    other = Path(shutil.copytree(plain, tmp_path / "other"))
    (other / "README.txt").write_text("All is well.")
    for path in other.glob("*manifest-sha256.txt*"):
        path.unlink()
    write_bag(other, {"Bagging-Date": "2026-04-20"}, KEY)
    enclose_as_forger(copy, other, public(keys, "ops"))
    with pytest.raises(Broken, match="is not the archive it says"):
        unseal(copy, identity_of(keys / "ops"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def enclose_as_forger(folder: Path, plain: Path, recipients: tuple[Recipient, ...]) -> None:
    payload = folder / "data/archive.tar.age"
    payload.unlink()

    def write(target: object) -> None:
        with tarfile.open(mode="w|", fileobj=target) as tar:  # type: ignore[call-overload]
            tar.add(plain, "kept")

    encrypt(write, payload, recipients)
    for path in folder.glob("*manifest-sha256.txt*"):
        path.unlink()
    write_bag(folder, {"Bagging-Date": "2026-04-20"}, KEY)


def test_a_plain_archive_that_is_not_whole_is_not_encrypted(
    plain: Path, keys: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(plain, tmp_path / "archive"))
    (copy / "README.txt").unlink()
    with pytest.raises(Broken, match="was not encrypted"):
        enclose(copy, tmp_path / "kept", public(keys, "ops"), KEY)
    with pytest.raises(Occupied):
        enclose(plain, copy, public(keys, "ops"), KEY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive"]


def test_a_disk_that_fills_up_leaves_nothing(
    plain: Path, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("archive.sealed._tar", full)
    with pytest.raises(OSError, match="No space left"):
        enclose(plain, tmp_path / "kept", public(keys, "ops"), KEY)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "must hold one public key"),
        ("hello", "must hold one public key"),
        ("age1qqqq", "is no public key that can be used"),
        ("ssh-ed25519 AAAA x", "is no public key that can be used"),
    ],
)
def test_what_is_no_public_key_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "ops.pub").write_text(content)
    with pytest.raises(WrongKey, match=said):
        recipients_of([tmp_path / "ops.pub"])


def test_a_private_key_in_the_wrong_place_is_refused_and_not_shown(keys: Path) -> None:
    secret = (keys / "ops").read_text().splitlines()[1]
    for name in ("ops", "ssh"):
        with pytest.raises(WrongKey, match="holds a PRIVATE key") as refused:
            recipients_of([keys / name])
        assert secret not in str(refused.value)


def test_the_same_key_twice_is_no_second_key(keys: Path, tmp_path: Path) -> None:
    shutil.copy(keys / "ops.pub", tmp_path / "escrow.pub")
    with pytest.raises(WrongKey, match=r"ops.pub and escrow.pub are the same key"):
        recipients_of([keys / "ops.pub", tmp_path / "escrow.pub"])


def test_a_file_that_is_no_private_key_is_refused_without_its_words(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("AGE-SECRET-KEY-1HOPELESS")
    with pytest.raises(WrongKey) as refused:
        identity_of(tmp_path / "key")
    assert "HOPELESS" not in str(refused.value)
