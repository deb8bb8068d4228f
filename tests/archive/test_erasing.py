"""Erased rows are gone from every byte, all else is equal, and what was done can be proved."""

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import bagit
import pytest

from archive.bag import write_bag
from archive.digests import TableDigest
from archive.erasing import Request, condition_of, erase
from archive.errors import ArchiveError, Broken, NoRoom
from archive.export import export
from archive.manifest import load
from archive.restore import restore
from archive.seal import seal
from archive.verify import verify
from connectors.old_sql import OldSql
from tests.archive.full_disk import files_at_most
from tests.archive.sources import (
    KEY,
    NOW,
    QUESTIONS,
    about,
    bytes_of,
    nasty,
    quiet,
    shop,
    signed,
)

REQUEST = Request("customers", "name LIKE 'Klant 3%'", reason="request 17", by="privacy officer")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    signed(shop(folder / "old.sqlite"), folder / "archive", *QUESTIONS)
    return folder / "archive"


@pytest.fixture
def left(whole: Path, tmp_path: Path) -> Path:
    erase(whole, tmp_path / "left", REQUEST, KEY, NOW)
    return tmp_path / "left"


def test_nothing_of_the_row_is_left_in_any_byte(whole: Path, left: Path) -> None:
    assert [path for path in whole.rglob("*") if path.is_file() and b"Klant 3" in path.read_bytes()]
    assert not [
        path for path in left.rglob("*") if path.is_file() and b"Klant 3" in path.read_bytes()
    ]
    with closing(sqlite3.connect(left / "data/archive.sqlite")) as copy:
        assert copy.execute("SELECT count(*) FROM customers").fetchone() == (8,)
        assert copy.execute("SELECT count(*) FROM orders").fetchone() == (40,)
    with (left / "data/csv/t001.csv").open(encoding="utf-8") as file:
        assert "Klant 3 é" not in [row["name"] for row in csv.DictReader(file)]


def test_it_holds_and_says_what_is_gone(whole: Path, left: Path) -> None:
    found = verify(left, None, KEY.fingerprint)
    assert found.holds
    assert "equal to the source but for 1 rows erased on request; " in found.line
    bagit.Bag(str(left)).validate()
    (record,) = load(left).erasures
    assert (record.table, record.rows, record.predecessor) == ("t001", 1, seal(whole))
    assert (record.before.rows, record.after.rows) == (9, 8)
    assert record.before == load(whole).tables[0].digest
    text = (left / "manifest.json").read_text(encoding="utf-8")
    assert "Klant" not in text
    assert "LIKE" not in text


def test_it_counts_as_the_archive_that_was_approved_only_with_its_signer(
    whole: Path, left: Path
) -> None:
    assert verify(left, seal(whole), KEY.fingerprint).holds
    assert "give the signer, and that is proved" in verify(left, seal(whole)).line
    assert "it is another archive" in verify(left, "0" * 64, KEY.fingerprint).line


def test_it_is_restored_and_its_questions_are_answered_as_things_are_now(
    left: Path, tmp_path: Path
) -> None:
    report = restore(left, f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal
    without = Request("orders", "paid = 0", reason="request 18", by="privacy officer")
    erase(left, tmp_path / "less", without, KEY, NOW)
    report = restore(tmp_path / "less", f"sqlite:///{tmp_path / 'newer.sqlite'}")
    assert report.equal
    assert report.questions[0].source == "0"
    assert [each.table for each in load(tmp_path / "less").erasures] == ["t001", "t002"]


def test_references_to_what_is_gone_are_counted(whole: Path, left: Path) -> None:
    lost = [each.broken_references for each in load(left).tables]
    assert [each.broken_references for each in load(whole).tables] == [(), (0,)]
    assert lost[1][0] > 0


def test_rows_go_by_their_key_and_equal_rows_by_number(tmp_path: Path) -> None:
    source = nasty(tmp_path / "old.sqlite")
    export(source, tmp_path / "whole", quiet, about())
    table = next(each for each in load(tmp_path / "whole").tables if each.digest.rows > 3)
    request = Request(table.table.id, "rowid IN (1, 2)", reason="r", by="b")
    done = erase(tmp_path / "whole", tmp_path / "left", request, None, NOW)
    assert (done.rows, done.after.rows) == (2, table.digest.rows - 2)
    assert verify(tmp_path / "left").holds


def test_a_row_is_named_by_its_key(whole: Path, tmp_path: Path) -> None:
    condition = condition_of(whole, "customers", 2)
    request = replace(REQUEST, condition=condition, values=("3", "5"))
    assert erase(whole, tmp_path / "left", request, KEY, NOW).rows == 2


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (replace(REQUEST, condition="name = 'nobody'"), "no row of customers matches"),
        (replace(REQUEST, condition="surname = 'x'"), "SQLite does not take the condition"),
        (replace(REQUEST, condition="1); DROP TABLE customers; --"), "SQLite does not take"),
        (replace(REQUEST, table="clients"), "there is no table clients"),
    ],
)
def test_what_cannot_be_erased_leaves_nothing(
    whole: Path, tmp_path: Path, request_: Request, said: str
) -> None:
    before = bytes_of(whole)
    with pytest.raises(ArchiveError, match=said):
        erase(whole, tmp_path / "left", request_, KEY, NOW)
    assert not [*tmp_path.iterdir()]
    assert bytes_of(whole) == before


def test_what_is_to_be_kept_is_erased_only_expressly(tmp_path: Path) -> None:
    rules = replace(about(), retention={"customers": date(2030, 1, 1)})
    export(shop(tmp_path / "old.sqlite"), tmp_path / "whole", quiet, rules)
    with pytest.raises(ArchiveError, match="customers is to be kept until 2030-01-01"):
        erase(tmp_path / "whole", tmp_path / "left", REQUEST, None, NOW)
    despite = replace(REQUEST, despite_retention=True)
    assert erase(tmp_path / "whole", tmp_path / "left", despite, None, NOW).rows == 1
    later = NOW.replace(year=2030, month=1, day=2)
    assert erase(tmp_path / "whole", tmp_path / "later", REQUEST, None, later).rows == 1


def test_files_kept_as_they_were_are_looked_through_by_a_person(tmp_path: Path) -> None:
    shop(tmp_path / "old.sqlite")
    (tmp_path / "letter.txt").write_text("Dear Klant 3")
    source = OldSql(f"sqlite:///{tmp_path}/old.sqlite", (tmp_path, ("letter.txt",)))
    export(source, tmp_path / "whole", quiet, about())
    with pytest.raises(ArchiveError, match="keeps 1 files as they were"):
        erase(tmp_path / "whole", tmp_path / "left", REQUEST, None, NOW)
    seen = replace(REQUEST, files_looked_at=True)
    assert erase(tmp_path / "whole", tmp_path / "left", seen, None, NOW).rows == 1
    assert verify(tmp_path / "left").holds
    assert (tmp_path / "left/data/files/f000001").read_text() == "Dear Klant 3"


def test_what_was_signed_is_signed_again_or_not_made(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is signed: what is made of it must be, too"):
        erase(whole, tmp_path / "left", REQUEST, None, NOW)
    assert not [*tmp_path.iterdir()]


def test_nothing_is_erased_from_what_does_not_hold(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    (copy / "README.txt").write_text("All is well.")
    with pytest.raises(Broken, match="nothing was erased: copy DOES NOT HOLD"):
        erase(copy, tmp_path / "left", REQUEST, KEY, NOW)


def test_a_form_it_does_not_know_is_refused(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    (copy / "data/other").mkdir()
    (copy / "data/other/t001.bin").write_bytes(b"Klant 3")
    reseal(copy)
    with pytest.raises(ArchiveError, match=r"data/other/t001.bin cannot be made anew"):
        erase(copy, tmp_path / "left", REQUEST, KEY, NOW)


def reseal(archive: Path) -> None:
    for path in archive.glob("*manifest-sha256.txt*"):
        path.unlink()
    write_bag(archive, {"Bagging-Date": "2026-04-20"}, KEY)


def test_a_record_that_does_not_add_up_is_found(left: Path) -> None:
    manifest = json.loads((left / "manifest.json").read_text())
    honest = json.dumps(manifest)
    manifest["erasures"][0]["rows"] = 2
    assert "does not add up" in problem(left, manifest)
    manifest = json.loads(honest)
    manifest["erasures"][0]["after"] = TableDigest(rows=8, sum="0" * 64).model_dump()
    assert "not as its last erasure left it" in problem(left, manifest)
    manifest = json.loads(honest)
    manifest["erasures"].append(manifest["erasures"][0])
    assert "an erasure is missing from the record" in problem(left, manifest)


def problem(archive: Path, manifest: object) -> str:
    (archive / "manifest.json").write_text(json.dumps(manifest))
    reseal(archive)
    return verify(archive).line


def test_a_disk_that_runs_full_is_told(whole: Path, tmp_path: Path) -> None:
    with files_at_most(10_000), pytest.raises(NoRoom, match="Make room, then erase again"):
        erase(whole, tmp_path / "left", REQUEST, KEY, NOW)
    assert [*tmp_path.iterdir()] == []
