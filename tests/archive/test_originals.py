"""Files beside the database: kept byte for byte under ids, found again, missed when gone."""

import csv
import errno
import shutil
from contextlib import ExitStack
from pathlib import Path

import bagit
import pytest
from frictionless import Package

from archive import export
from archive.errors import ArchiveError, NoRoom
from archive.freshness import changed_since, rows_changed_since
from archive.manifest import load
from archive.restore import restore
from archive.verify import verify
from connectors.errors import Misconfigured, Refused
from connectors.old_sql import OldSql
from tests.archive.sources import archived, shop
from tests.archive.test_round_trip_postgres import opened
from tests.archive.test_verify import forge

ODD = '=1+1, "quoted" é\n.pdf'


@pytest.fixture
def source(tmp_path: Path) -> OldSql:
    shop(tmp_path / "old.sqlite")
    (tmp_path / "uploads/2020").mkdir(parents=True)
    (tmp_path / "uploads/2020" / ODD).write_bytes(b"\x00\xff scan")
    (tmp_path / "uploads/empty").write_bytes(b"")
    (tmp_path / "contract.doc").write_bytes(b"x" * 3_000_000)
    return OldSql(f"sqlite:///{tmp_path}/old.sqlite", (tmp_path, ("uploads", "contract.doc")))


def test_they_are_found_by_the_index_byte_for_byte(source: OldSql, tmp_path: Path) -> None:
    made = archived(source, tmp_path / "archive")
    with (tmp_path / "archive/data/files.csv").open(encoding="utf-8", newline="") as lines:
        index = {row["path"]: row["file"] for row in csv.DictReader(lines)}
    assert {*index} == {f"uploads/2020/{ODD}", "uploads/empty", "contract.doc"}
    for path, file in index.items():
        assert (tmp_path / "archive/data" / file).read_bytes() == (tmp_path / path).read_bytes()
    names = {path.name for path in (tmp_path / "archive/data/files").iterdir()}
    assert names == {"f000001", "f000002", "f000003"}
    assert made.files is not None
    assert (made.files.digest.rows, made.files.bytes) == (3, 3_000_007)
    assert load(tmp_path / "archive") == made
    assert "3 of them" in (tmp_path / "archive/README.txt").read_text()
    checked = verify(tmp_path / "archive")
    assert checked.holds, checked.line
    assert restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}").equal


def test_programs_that_know_nothing_of_us_accept_them(source: OldSql, tmp_path: Path) -> None:
    archived(source, tmp_path / "archive")
    bagit.Bag(str(tmp_path / "archive")).validate()
    report = Package(str(tmp_path / "archive/data/datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])


@pytest.mark.parametrize("lost", ["uploads", "contract.doc"])
def test_what_is_missing_stops_the_export(source: OldSql, tmp_path: Path, lost: str) -> None:
    (tmp_path / lost).rename(tmp_path / "elsewhere")
    with pytest.raises(Misconfigured, match=lost):
        archived(source, tmp_path / "archive")
    (tmp_path / "uploads").mkdir(exist_ok=True)
    with pytest.raises(Misconfigured):
        archived(source, tmp_path / "archive")
    assert not (tmp_path / "archive").exists()


def test_links_are_not_followed_in_silence(source: OldSql, tmp_path: Path) -> None:
    (tmp_path / "uploads/shortcut").symlink_to(tmp_path / "contract.doc")
    with pytest.raises(Misconfigured, match="is a link"):
        archived(source, tmp_path / "archive")


def test_a_file_named_twice_is_refused(source: OldSql, tmp_path: Path) -> None:
    twice = OldSql(f"sqlite:///{tmp_path}/old.sqlite", (tmp_path, ("uploads", "uploads/empty")))
    with pytest.raises(ArchiveError, match="named twice"):
        archived(twice, tmp_path / "archive")


def test_a_file_that_changes_while_it_is_read_is_refused(source: OldSql, tmp_path: Path) -> None:
    with source.snapshot() as look:
        (original,) = (each for each in look.originals() if each.path == "contract.doc")
    reading = ExitStack()
    reading.enter_context(original.open()).read(10)
    (tmp_path / "contract.doc").write_bytes(b"other")
    with pytest.raises(Refused, match=r"contract\.doc changed"):
        reading.close()


@pytest.mark.parametrize("change", ["write", "add", "remove", "rename"])
def test_an_archive_is_stale_once_a_file_is_another(
    source: OldSql, tmp_path: Path, change: str
) -> None:
    made = archived(source, tmp_path / "archive")
    assert changed_since(source, made) == ()
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    rows = {each.name: each.source for each in report.tables}
    assert rows_changed_since(source, rows, report.files) == ()
    empty = tmp_path / "uploads/empty"
    if change == "write":
        empty.write_bytes(b"no more")
    elif change == "add":
        (tmp_path / "uploads/new").write_bytes(b"")
    elif change == "remove":
        empty.unlink()
    else:
        empty.rename(tmp_path / "uploads/void")
    assert changed_since(source, made) == ("the files kept beside it",)
    # The same where the archive's own manifest is encrypted, by what the drill reported.
    found = rows_changed_since(source, rows, report.files)
    assert found == ("the files kept beside it",)


def test_a_disk_too_small_for_the_files_is_told(
    source: OldSql, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(tmp_path)._replace(free=2_900_000)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: free)
        with pytest.raises(NoRoom, match=r"2\.9 MB free, and about 3\."):
            archived(source, tmp_path / "archive")
    with source.snapshot() as look:
        reading = look.originals()[0].open()
    # What fills up while a file is copied is not the file's fault.
    with pytest.raises(OSError, match="No space"), reading:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_an_export_that_ended_among_the_files_goes_on(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(postgres_database) as connection:
        connection.execute("CREATE TABLE a AS SELECT g AS id FROM generate_series(1, 9) g")
    for name in "ab":
        (tmp_path / name).write_bytes(b"x")
    source = OldSql(postgres_database, (tmp_path, ("a", "b")))

    def dies(*_: object) -> None:
        (tmp_path / "archive.partial/data/files").mkdir()
        (tmp_path / "archive.partial/data/files/f000001").write_bytes(b"half")
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(export, "keep", dies)
        with pytest.raises(ConnectionResetError):
            archived(source, tmp_path / "archive")
    assert (tmp_path / "archive.partial/data/csv/t001.csv").exists()
    # Even where what was begun is not asked for any more.
    archived(OldSql(postgres_database), tmp_path / "archive")
    assert verify(tmp_path / "archive").holds
    archived(source, tmp_path / "another")
    assert verify(tmp_path / "another").holds


@pytest.mark.parametrize("change", ["swap", "index", "add", "drop"])
def test_a_forged_bag_is_found_by_the_manifest(source: OldSql, tmp_path: Path, change: str) -> None:
    """Even where somebody wrote the bag's lists anew, the manifest knows what was kept."""
    archived(source, tmp_path / "archive")
    data = tmp_path / "archive/data"
    if change == "swap":
        (data / "files/f000001").rename(data / "files/x")
        (data / "files/f000002").rename(data / "files/f000001")
        (data / "files/x").rename(data / "files/f000002")
    elif change == "index":
        index = data / "files.csv"
        index.write_bytes(index.read_bytes().replace(b"contract.doc", b"contract.dot"))
    elif change == "add":
        (data / "files/f000004").write_bytes(b"more")
    else:
        (data / "files/f000003").unlink()
    forge(tmp_path / "archive")
    assert not verify(tmp_path / "archive").holds
