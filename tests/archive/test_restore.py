import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive import csv_batches
from archive.errors import ArchiveError, Broken, NoRoom, Occupied
from archive.restore import restore
from archive.seal import seal
from config.plan import Question
from tests.archive.full_disk import files_at_most
from tests.archive.sources import QUESTIONS, archived, bytes_of, shop, sqlite_source
from tests.archive.test_verify import forge


def new(folder: Path) -> str:
    return f"sqlite:///{folder / 'new.sqlite'}"


def test_every_table_is_compared_in_four_places(tmp_path: Path) -> None:
    made = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive", *QUESTIONS)
    report = restore(tmp_path / "archive", new(tmp_path))
    assert report.equal
    assert report.seal == seal(tmp_path / "archive")
    for archived_table, compared in zip(made.tables, report.tables, strict=True):
        digests = {compared.source.sum, compared.csv.sum, compared.sqlite_copy.sum,
                   compared.restored.sum}  # fmt: skip
        assert digests == {archived_table.digest.sum}
    assert [(each.source, each.restored) for each in report.questions] == [
        ("20", "20"),
        ("940", "940"),
    ]
    assert report.line == (
        "restored into sqlite and equal: 2 tables, 49 rows, 2 questions answered alike"
    )
    with closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_it_is_restored_from_the_csv_and_not_from_the_copy(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive", *QUESTIONS)
    with closing(sqlite3.connect(tmp_path / "archive/data/archive.sqlite")) as copy:
        copy.execute("UPDATE customers SET name = 'x' WHERE id = 3")
        copy.commit()
    forge(tmp_path / "archive")
    report = restore(tmp_path / "archive", new(tmp_path))
    (customers, orders) = report.tables
    assert not report.equal
    assert customers.source == customers.csv == customers.restored != customers.sqlite_copy
    assert orders.equal
    assert report.line == "restored into sqlite, NOT EQUAL: customers"


def test_a_row_that_points_nowhere_is_found(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    csv_file = tmp_path / "archive/data/csv/t001.csv"
    lines = csv_file.read_bytes().splitlines(keepends=True)
    csv_file.write_bytes(b"".join(lines[:-1]))
    forge(tmp_path / "archive")
    report = restore(tmp_path / "archive", new(tmp_path))
    orders = report.tables[1]
    assert orders.source == orders.restored
    assert orders.broken_in_source == (0,)
    assert orders.broken_in_restored[0] > 0
    assert not orders.equal


def test_an_answer_that_differs_is_told(tmp_path: Path) -> None:
    question = Question(ask="Which engine is it?", sql="select count(*) from sqlite_schema")
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive", question)
    report = restore(tmp_path / "archive", new(tmp_path))
    assert all(table.equal for table in report.tables)
    assert not report.equal
    assert report.line.endswith("NOT EQUAL: “Which engine is it?”")


def test_a_question_that_cannot_be_asked_again_is_not_equal(tmp_path: Path) -> None:
    question = Question(ask="Open?", sql="select count(*) from open_orders")
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive", question)
    (asked,) = restore(tmp_path / "archive", new(tmp_path)).questions
    assert asked.restored is None
    assert asked.problem == "OperationalError: no such table: open_orders"
    assert not asked.equal


def test_an_archive_that_does_not_hold_is_not_restored(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    (tmp_path / "archive/README.txt").unlink()
    with pytest.raises(Broken, match=r"README\.txt is missing"):
        restore(tmp_path / "archive", new(tmp_path))
    assert not (tmp_path / "new.sqlite").exists()


def test_nothing_is_restored_over_something(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    before = bytes_of(tmp_path)
    with pytest.raises(Occupied):
        restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'old.sqlite'}")
    assert bytes_of(tmp_path) == before


def test_a_disk_that_runs_full_is_told_and_no_half_database_is_left(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    with files_at_most(10_000), pytest.raises(NoRoom, match="Make room, then restore again"):
        restore(tmp_path / "archive", new(tmp_path))
    assert restore(tmp_path / "archive", new(tmp_path)).equal


def test_whoever_stops_it_finds_no_half_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(csv_batches, "read", stopped)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "archive", new(tmp_path))
    assert not (tmp_path / "new.sqlite").exists()


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    with pytest.raises(FileNotFoundError, match=r"new\.sqlite"):
        restore(tmp_path / "archive", new(tmp_path / "nowhere"))


def test_a_column_without_a_name_is_told_before_a_server_is_asked(tmp_path: Path) -> None:
    source = sqlite_source(tmp_path / "old.sqlite", 'CREATE TABLE sheet ("" TEXT, b TEXT)')
    archived(source, tmp_path / "archive")
    with pytest.raises(ArchiveError, match="a column of sheet has no name, which only SQLite"):
        restore(tmp_path / "archive", "postgresql://u@127.0.0.1:1/x")
    assert restore(tmp_path / "archive", new(tmp_path)).equal
