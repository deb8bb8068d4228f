"""The drill into a PostgreSQL server: filled by COPY, digested by the server itself."""

from pathlib import Path

import psycopg
import pytest

from actions.drilling import drilled
from archive import postgres_rows
from archive.errors import ArchiveError
from archive.restore import restore
from archive.restore_postgres import PostgresTarget
from archive.schema import Table
from connectors.errors import Unreachable
from tests.archive.sources import QUESTIONS, archived, shop, sqlite_source


def run(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


def test_of_another_kind_of_source_it_is_equal(postgres_database: str, tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive", QUESTIONS[1])
    report = restore(tmp_path / "archive", postgres_database)
    assert report.equal, report.line
    assert report.line == (
        "restored into postgresql and equal: 2 tables, 49 rows, 1 questions answered alike"
    )


def test_a_row_that_is_another_there_is_found_by_the_server(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive", QUESTIONS[1])
    finish = PostgresTarget.finish

    def meddled(target: PostgresTarget) -> None:
        finish(target)
        run(postgres_database, "UPDATE customers SET name = name || ' ' WHERE id = 3")

    monkeypatch.setattr(PostgresTarget, "finish", meddled)
    monkeypatch.setattr(PostgresTarget, "read", None)  # no row is read to be digested
    report = restore(tmp_path / "archive", postgres_database)
    assert report.line == "restored into postgresql, NOT EQUAL: customers"


def test_a_server_that_cannot_digest_has_its_rows_read(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive", QUESTIONS[1])
    monkeypatch.setattr(postgres_rows, "OLDEST", 10**9)
    assert restore(tmp_path / "archive", postgres_database).equal


def test_a_value_without_a_place_is_told_by_its_table_and_not_quoted(
    postgres_database: str, tmp_path: Path
) -> None:
    source = sqlite_source(
        tmp_path / "old.sqlite",
        "CREATE TABLE secrets (word TEXT)",
        "INSERT INTO secrets VALUES ('Paramaribo' || char(0))",
    )
    archived(source, tmp_path / "archive")
    with pytest.raises(ArchiveError, match=r"cannot hold a row of secrets \(Char") as told:
        restore(tmp_path / "archive", postgres_database)
    assert "Paramaribo" not in str(told.value)


def test_a_connection_lost_meanwhile_is_not_the_rows_fault(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    copy = PostgresTarget._copy

    def cut(target: PostgresTarget, table: Table) -> bytes:
        run(postgres_database, end)
        return copy(target, table)

    monkeypatch.setattr(PostgresTarget, "_copy", cut)
    with pytest.raises(Unreachable, match="restoring into the database for the drill"):
        drilled(tmp_path / "archive", postgres_database)
