"""Digests made by several processes are those made by one."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from archive import sqlite_copy, tally
from archive.counters import Counters, hand
from archive.errors import ArchiveError, Unfit
from archive.manifest import tables_of
from archive.restore import restore, verified
from archive.schema import Logical, Table
from archive.verify import verify
from tests.archive.sources import archived, nasty, shop, sqlite_source


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the smallest archive be worth processes, and cut every table to pieces."""
    monkeypatch.setattr(tally, "ROWS_WORTH_PROCESSES", 1)
    monkeypatch.setattr(tally, "PIECE_ROWS", 7)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.usefixtures("crowd")
def test_pieces_add_up_to_the_table(tmp_path: Path) -> None:
    manifest = archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    tables = tables_of(manifest)
    copy = tmp_path / "archive" / sqlite_copy.FILE
    with tally.counting(manifest.rows) as many, tally.counting(0) as one:
        for each in manifest.tables:
            found = many.sqlite(copy, tables, each.table)
            assert found.begun
            assert found.result() == one.sqlite(copy, tables, each.table).result() == each.digest
            assert many.csv(tmp_path / "archive" / each.file, each.table).result() == each.digest


@pytest.mark.usefixtures("crowd")
def test_a_drill_among_processes_shows_the_same(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert report.equal
    assert verify(tmp_path / "archive").holds
    assert verified(tmp_path / "archive", report).line == verify(tmp_path / "archive").line


def _of_uuids(table: Table) -> Table:
    columns = [column.model_copy(update={"type": Logical.UUID}) for column in table.columns]
    return table.model_copy(update={"columns": tuple(columns)})


@pytest.mark.usefixtures("crowd")
def test_what_a_process_cannot_read_is_told(tmp_path: Path) -> None:
    manifest = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    wrong = [_of_uuids(table) for table in tables_of(manifest)]
    with tally.counting(manifest.rows) as at_once:
        found = at_once.sqlite(tmp_path / "archive" / sqlite_copy.FILE, wrong, wrong[0])
        with pytest.raises(Unfit):
            found.result()


def test_keys_far_apart_and_tables_without_numbers_are_read_whole(tmp_path: Path) -> None:
    source = sqlite_source(
        tmp_path / "old.sqlite",
        "CREATE TABLE far (id INTEGER PRIMARY KEY, a TEXT)",
        "INSERT INTO far VALUES (-9000000000000000000, 'a'), (9000000000000000000, 'b')",
        "CREATE TABLE named (rowid TEXT, _rowid_ TEXT, oid TEXT)",
        "INSERT INTO named VALUES ('a', 'b', 'c')",
        "CREATE TABLE empty (a TEXT)",
    )
    manifest = archived(source, tmp_path / "archive")
    tables = tables_of(manifest)
    with sqlite_copy.open_copy(tmp_path / "archive" / sqlite_copy.FILE, tables) as copy:
        assert {t.name: copy.pieces(t, 10) for t in tables} == {
            "far": [None],
            "named": [None],
            "empty": [None],
        }


def test_a_drill_says_nothing_of_an_archive_that_changed_since(tmp_path: Path) -> None:
    manifest = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    with (tmp_path / "archive" / manifest.tables[0].file).open("ab") as file:
        file.write(b"1\n")
    assert not verified(tmp_path / "archive", report).holds


@pytest.mark.usefixtures("crowd")
def test_a_process_that_ends_is_told(tmp_path: Path) -> None:
    manifest = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    with tally.counting(manifest.rows) as at_once:
        assert at_once._counters is not None
        for process in at_once._counters._processes:
            process.kill()
            process.wait()
        found = at_once.csv(tmp_path / "archive" / manifest.tables[0].file, tables_of(manifest)[0])
        with pytest.raises(ArchiveError, match="a process that digests ended with -9"):
            found.result()


def test_ctrl_c_reaches_no_process_that_digests() -> None:
    # Amid its first imports it would write a traceback.
    with Counters(1) as counters:
        (process,) = counters._processes
        assert os.getpgid(process.pid) == process.pid != os.getpgrp()


def test_a_process_says_nothing_when_its_parent_is_gone(tmp_path: Path) -> None:
    manifest = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    first = manifest.tables[0]
    command = [sys.executable, "-P", "-m", "archive.counter"]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        hand(process.stdin, tally.CsvTally(tmp_path / "archive" / first.file, first.table))
        process.stdin.close()
        assert process.stderr.read() == b""
        process.wait()


def test_a_process_ends_with_its_parent_amid_a_file(tmp_path: Path) -> None:
    manifest = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    os.mkfifo(tmp_path / "endless.csv")
    with Popen([sys.executable, "-P", "-m", "archive.counter"], stdin=PIPE) as process:
        assert process.stdin
        hand(process.stdin, tally.CsvTally(tmp_path / "endless.csv", manifest.tables[0].table))
        process.stdin.close()
        try:
            assert process.wait(20) == 0
        finally:
            process.kill()


@pytest.mark.usefixtures("crowd")
def test_no_process_is_left(tmp_path: Path) -> None:
    manifest = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    with tally.counting(manifest.rows) as at_once:
        assert at_once._counters is not None
        processes = at_once._counters._processes
    assert [process.returncode for process in processes] == [0, 0]
    with suppress(KeyError), tally.counting(manifest.rows) as again:
        assert again._counters is not None
        processes = again._counters._processes
        raise KeyError
    assert [process.returncode for process in processes] == [-9, -9]


def test_a_piece_ends_where_the_numbers_do(tmp_path: Path) -> None:
    source = sqlite_source(
        tmp_path / "old.sqlite",
        "CREATE TABLE late (id INTEGER PRIMARY KEY, a BLOB)",
        "INSERT INTO late VALUES (9223372036854775800, x''), (9223372036854775807, x'00')",
    )
    manifest = archived(source, tmp_path / "archive")
    path, (table,) = tmp_path / "archive" / sqlite_copy.FILE, tables_of(manifest)
    with sqlite_copy.open_copy(path, [table]) as copy:
        pieces = copy.pieces(table, 5)
        assert pieces == [(2**63 - 8, 2**63 - 4), (2**63 - 3, 2**63 - 1)]
        assert sum(len(ids) for at in pieces for ids, _ in copy.read(table, at)) == 2
