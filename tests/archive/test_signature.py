"""Who made an archive is proved by a key's fingerprint from elsewhere, and by nothing beside it."""

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from archive.bag import bag_problems, write_bag
from archive.restore import restore
from archive.seal import seal
from archive.signature import NoKey, SigningKey, in_groups, plain_fingerprint, signer
from archive.verify import verify
from tests.archive.sources import KEY, archived, shop, signed

OTHER = SigningKey.of_seed(b"another key of the tests, no use")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("signed")
    signed(shop(folder / "old.sqlite"), folder / "archive")
    return folder / "archive"


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "archive"))


def reseal(archive: Path, key: SigningKey | None) -> None:
    """Make the lists agree with the files, as whoever has the folder can."""
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"):
        (archive / name).unlink()
    (archive / "tagmanifest-sha256.txt.sig").unlink()
    (archive / "signer.pem").unlink()
    write_bag(archive, {"Bagging-Date": "2026-04-20"}, key)


def test_without_a_fingerprint_it_holds_and_its_signer_is_not_proved(whole: Path) -> None:
    found = verify(whole)
    assert found.holds
    assert found.line.endswith(f"signer not proved: {KEY.fingerprint}")


def test_with_the_fingerprint_its_signer_is_proved(whole: Path) -> None:
    typed = in_groups(KEY.fingerprint).upper()
    assert verify(whole, seal(whole), typed).line.endswith(f"signer proved: {KEY.fingerprint}")


def test_with_anothers_fingerprint_it_does_not_hold(whole: Path) -> None:
    found = verify(whole, seal(whole), OTHER.fingerprint)
    assert found.line.endswith(f"DOES NOT HOLD: it is signed by another key, {KEY.fingerprint}")


def test_a_forger_with_a_key_of_their_own_is_found_by_the_fingerprint_alone(copy: Path) -> None:
    (copy / "README.txt").write_text("All is well.")
    reseal(copy, OTHER)
    assert verify(copy).holds
    assert not verify(copy, expected_signer=KEY.fingerprint).holds
    reseal_without = copy
    (reseal_without / "README.txt").write_text("All is very well.")
    reseal(reseal_without, None)
    assert verify(copy).line.endswith("not signed: signer not proved")
    assert "it is not signed, and a signer was asked for" in verify(copy, None, "0" * 64).line


def test_signing_and_its_key_do_not_come_apart(copy: Path) -> None:
    (copy / "tagmanifest-sha256.txt.sig").rename(copy.with_name("kept.sig"))
    assert verify(copy).line.endswith("sig is missing: the archive says it is signed")
    OTHER.sign(copy)
    assert "is not the signature of signer.pem" in verify(copy).line
    shutil.copy(copy.with_name("kept.sig"), copy / "tagmanifest-sha256.txt.sig")
    assert verify(copy).holds
    (copy / "signer.pem").write_bytes(OTHER.public_pem)
    assert not verify(copy).holds


def test_a_signature_beside_an_unsigned_archive_does_not_belong_there(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    KEY.sign(tmp_path / "archive")
    assert "does not belong here: there is no signer.pem" in verify(tmp_path / "archive").line


@pytest.mark.parametrize("name", ["signer.pem", "tagmanifest-sha256.txt.sig"])
def test_every_changed_bit_of_key_and_signature_is_found(copy: Path, name: str) -> None:
    path, chance = copy / name, random.Random(20260420)
    whole = path.read_bytes()
    for _ in range(60):
        content = bytearray(whole)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        assert bag_problems(copy), "a bit was flipped and nobody saw it"
    path.write_bytes(whole[:-1])
    assert bag_problems(copy)
    path.write_bytes(whole + b"\n")
    assert bag_problems(copy)


def test_what_was_restored_says_who_signed_it(whole: Path, tmp_path: Path) -> None:
    assert restore(whole, f"sqlite:///{tmp_path / 'new.sqlite'}").signer == KEY.fingerprint


def test_openssl_and_the_readme_are_enough(whole: Path) -> None:
    """The commands are taken out of the archive's own README, in both languages, and typed."""
    text = (whole / "README.txt").read_text(encoding="utf-8")
    typed = re.findall(r"^  (openssl(?:.|\\\n)*?)$(?!\n    )", text, re.MULTILINE)
    assert len(typed) == 4
    for check, fingerprint in zip(typed[::2], typed[1::2], strict=True):
        assert "Verified Successfully" in shell(whole, check)
        assert shell(whole, fingerprint).split()[0] == KEY.fingerprint == signer(whole)


def test_openssl_refuses_a_changed_list(copy: Path) -> None:
    with (copy / "tagmanifest-sha256.txt").open("ab") as file:
        file.write(b"\n")
    check = "openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in tagmanifest-sha256.txt"
    with pytest.raises(subprocess.CalledProcessError):
        shell(copy, f"{check} -sigfile tagmanifest-sha256.txt.sig")


def shell(folder: Path, command: str) -> str:
    done = subprocess.run(
        ["sh", "-ec", command], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_a_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / ".secrets" / "archive-signing-key"
    made = SigningKey.new()
    made.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert SigningKey.read(path.read_text()).fingerprint == made.fingerprint
    with pytest.raises(FileExistsError):
        OTHER.write(path)
    assert SigningKey.read(path.read_text()).fingerprint == made.fingerprint
    assert [p.name for p in path.parent.iterdir()] == ["archive-signing-key"]


def test_a_key_from_openssl_will_do_and_anything_else_is_refused(tmp_path: Path) -> None:
    made = shell(tmp_path, "openssl genpkey -algorithm ed25519")
    assert SigningKey.read(made).fingerprint
    rsa = shell(
        tmp_path, "openssl genpkey -algorithm rsa -pkeyopt rsa_keygen_bits:2048 2>/dev/null"
    )
    for text in (rsa, "", "secret words", OTHER.public_pem.decode()):
        with pytest.raises(NoKey, match="openssl genpkey") as refused:
            SigningKey.read(text)
        assert "secret words" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "g" * 64, KEY.fingerprint[:16]])
def test_part_of_a_fingerprint_is_none(text: str, whole: Path) -> None:
    with pytest.raises(ValueError, match="all 64 hexadecimal digits"):
        plain_fingerprint(text)
    with pytest.raises(ValueError, match="fingerprint"):
        verify(whole, expected_signer=text)
