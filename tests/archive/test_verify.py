"""No archive that was tampered with is ever called whole."""

import errno
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from archive import bag
from archive.bag import write_bag
from archive.seal import plain_seal, seal
from archive.verify import verify
from tests.archive.sources import archived, bytes_of, nasty, shop, signed

CORRUPTIONS = int(os.environ.get("CHANGEOVER_CORRUPTIONS", "1000"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    signed(shop(folder / "old.sqlite"), folder / "archive")
    return folder / "archive"


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "archive"))


def flip(archive: Path, chance: random.Random) -> str:
    path = some_file(archive, chance)
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content))
    content[at] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return f"bit flipped in {path.name} at {at}"


def truncate(archive: Path, chance: random.Random) -> str:
    path = some_file(archive, chance)
    content = path.read_bytes()
    # As often as not only the end: a last newline or line is what a lax reader lets pass.
    keep = chance.choice([len(content) - 1, chance.randrange(len(content))])
    path.write_bytes(content[:keep])
    return f"{path.name} cut to {keep}"


def cut_lines(archive: Path, chance: random.Random) -> str:
    path = some_file(archive, chance)
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    path.write_bytes(b"".join(lines))
    return f"a line cut from {path.name}"


def drop(archive: Path, chance: random.Random) -> str:
    path = some_file(archive, chance)
    path.unlink()
    return f"{path.name} dropped"


def add(archive: Path, chance: random.Random) -> str:
    folder = chance.choice([archive, archive / "data", archive / "data/csv", archive / "new"])
    folder.mkdir(exist_ok=True)
    name = chance.choice(["t009.csv", ".hidden", "bagit.txt.bak", "x y"])
    path = folder / name
    match chance.choice(["text", "nothing", "folder", "link"]):
        case "text":
            path.write_text("x")
        case "nothing":
            path.touch()
        case "folder":
            path.mkdir()
        case _:
            path.symlink_to("/etc/hostname")
    return f"{name} added to {folder.name}"


def swap(archive: Path, chance: random.Random) -> str:
    one, other = chance.sample(files(archive), 2)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    return f"{one.name} and {other.name} swapped"


def files(archive: Path) -> list[Path]:
    return sorted(path for path in archive.rglob("*") if path.is_file())


def some_file(archive: Path, chance: random.Random) -> Path:
    return chance.choice(files(archive))


KINDS: list[Callable[[Path, random.Random], str]] = [flip, truncate, cut_lines, drop, add, swap]


def test_every_one_of_1000_random_corruptions_is_found(whole: Path, tmp_path: Path) -> None:
    chance = random.Random(20260420)
    known = seal(whole)
    missed, unsealed = [], 0
    for number in range(CORRUPTIONS):
        archive = Path(shutil.copytree(whole, tmp_path / "archive"))
        what = KINDS[number % len(KINDS)](archive, chance)
        if verify(archive).holds:
            missed.append(what)
        unsealed += not verify(archive, known).holds
        shutil.rmtree(archive)
    assert missed == []
    assert unsealed == CORRUPTIONS


def test_a_whole_one_holds_and_says_so_in_one_line(whole: Path) -> None:
    found = verify(whole, seal(whole))
    assert found.holds
    assert "2 tables, 49 rows" in found.line
    assert seal(whole)[:16] in found.line
    assert "signer not proved" in found.line
    assert "\n" not in found.line


def test_looking_changes_nothing(whole: Path) -> None:
    before = bytes_of(whole)
    verify(whole)
    assert bytes_of(whole) == before


def test_it_needs_nothing_but_the_archive(tmp_path: Path) -> None:
    archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    (tmp_path / "elsewhere").mkdir()
    moved = (tmp_path / "archive").rename(tmp_path / "elsewhere" / "other name")
    (tmp_path / "old.sqlite").unlink()
    assert verify(moved).holds


def test_another_whole_archive_is_not_the_one_agreed_to(whole: Path, tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite", orders=41), tmp_path / "archive")
    assert verify(tmp_path / "archive").holds
    assert not verify(tmp_path / "archive", seal(whole)).holds


def forge(archive: Path) -> None:
    """Make a forged archive's lists agree with its files again."""
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "signer.pem"):
        (archive / name).unlink(missing_ok=True)
    for path in archive.glob("tagmanifest-*"):
        path.unlink()
    write_bag(archive, {"Bagging-Date": "2026-04-20"})


def test_rows_changed_in_the_csv_under_fresh_checksums_are_found(copy: Path) -> None:
    csv_file = copy / "data/csv/t001.csv"
    csv_file.write_bytes(csv_file.read_bytes().replace(b"Klant 3", b"Klant 4"))
    forge(copy)
    assert "customers: CSV has as many rows" in verify(copy).line


def test_rows_missing_from_the_copy_under_fresh_checksums_are_found(copy: Path) -> None:
    with closing(sqlite3.connect(copy / "data/archive.sqlite")) as connection:
        connection.execute("DELETE FROM orders WHERE id = 7")
        connection.commit()
    forge(copy)
    assert verify(copy).line.endswith("orders: 40 rows in source, 39 in SQLite")


def test_a_count_changed_in_the_manifest_under_fresh_checksums_is_found(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["tables"][0]["digest"]["rows"] = 8
    (copy / "manifest.json").write_text(json.dumps(manifest))
    forge(copy)
    assert "DOES NOT HOLD: customers: 8 rows in source, 9 in" in verify(copy).line


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", "{}"),
        ("manifest.json", "\udcff"),
        ("data/archive.sqlite", "no database"),
        ("data/csv/t001.csv", "id,name,since\r\n1,2\r\n"),
        ("data/csv/t001.csv", 'id,name,since\r\n1,"2,3\r\n'),
        ("data/csv/t001.csv", ""),
    ],
)
def test_what_cannot_be_read_is_told_and_not_raised(copy: Path, name: str, content: str) -> None:
    (copy / name).write_text(content, errors="surrogateescape")
    forge(copy)
    assert not verify(copy).holds


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    assert "is no archive" in verify(tmp_path / "nothing").line
    (tmp_path / "manifest.json").write_text("{}")
    assert not verify(tmp_path).holds


def test_a_seal_is_the_checksum_of_the_tag_list(whole: Path) -> None:
    assert seal(whole) == sha256((whole / "tagmanifest-sha256.txt").read_bytes()).hexdigest()


def test_a_file_the_disk_no_longer_gives_is_told_with_the_others(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(path: Path) -> str:
        if path.name == "t001.csv":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return sha256(path.read_bytes()).hexdigest()

    monkeypatch.setattr(bag, "_sha256", dying)
    (copy / "README.txt").write_text("other")
    found = verify(copy)
    assert not found.holds
    assert "data/csv/t001.csv cannot be read: Input/output error" in found.problems
    assert any("README.txt has changed" in problem for problem in found.problems)


def test_an_archive_has_a_name_from_within(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(whole)
    assert verify(Path()).line.startswith("archive holds: ")


def test_a_seal_is_taken_whole_or_not_at_all() -> None:
    assert plain_seal(" AB" * 32) == "ab" * 32
    with pytest.raises(ValueError, match="give all 64 hexadecimal digits"):
        plain_seal("ab" * 8)
