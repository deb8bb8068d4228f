"""Evidence from a database: only ever read, typed whatever the driver gives."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.outside import SqlTable
from connectors.errors import Misconfigured, Refused, Unreachable
from connectors.evidence import TableName
from connectors.sql_table import SqlEvidence

NOW = datetime(2026, 3, 27, 9, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    with closing(sqlite3.connect(tmp_path / "tool.sqlite")) as database, database:
        database.execute("CREATE TABLE login (who TEXT, at TEXT, seconds REAL)")
        database.execute("INSERT INTO login VALUES ('Ana@x.example', '2026-03-02 10:00:00', 1)")
    return f"sqlite:///{tmp_path}/tool.sqlite"


def evidence(url: str, query: str, table: TableName = "activity") -> SqlEvidence:
    return SqlEvidence(table, SqlTable(url="secret:x", query=query), url)


def test_a_querys_columns_bear_our_names(url: str) -> None:
    query = "SELECT who AS email, at AS day FROM login WHERE at > '2026-01-01 00:00:00'"
    sheet = evidence(url, query).read(NOW)
    assert sheet.frame.to_dict("records") == [{"email": "ana@x.example", "day": date(2026, 3, 2)}]
    assert sheet.as_of == NOW


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT who, at AS day FROM login", "unknown column 'who'; we know email, day"),
        ("SELECT who AS email FROM login", "no column 'day'; write `... AS day`"),
        ("SELECT who AS email, seconds AS day FROM login", "row 1: day: '1' is not a date"),
        ("SELECT at AS email, at AS day FROM login", "row 1: email: '2026-03-02 10:00:00' is no"),
        ("SELECT who AS email, x'00' AS day FROM login", "row 1: day: bytes are no text"),
        ("SELECT who AS email, at AS day FROM logins", "reading activity: no such table"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_line(url: str, query: str, said: str) -> None:
    with pytest.raises(Misconfigured) as error:
        evidence(url, query).read(NOW)
    assert said in str(error.value)


def test_nothing_but_a_select_is_asked(url: str) -> None:
    for query in ("DELETE FROM login", "SELECT 1; DROP TABLE login"):
        with pytest.raises(Refused):
            evidence(url, query)


def test_a_select_cannot_write_either(url: str) -> None:
    # SQLite lets a CTE head a DELETE; the connection itself is read-only.
    query = "WITH gone AS (SELECT 1) DELETE FROM login RETURNING who AS email, at AS day"
    with pytest.raises(Misconfigured):
        evidence(url, query).read(NOW)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="mend activity's url"):
        evidence(f"sqlite:///{tmp_path}/none.sqlite", "SELECT 1 AS day")
    assert not list(tmp_path.iterdir())


def test_no_password_is_told() -> None:
    url = "postgresql://bob:hunter2@127.0.0.1:1/x"
    asked = evidence(url, "SELECT 1 AS day, 2 AS email")
    with pytest.raises(Unreachable) as error:
        asked.read(NOW)
    assert "hunter2" not in f"{asked!r} {error.value!r} {error.value.__cause__!r}"


def test_evidence_is_read_from_postgresql(postgres_url: str) -> None:
    query = (
        "SELECT 1 AS id, 'Ana@x.example' AS email, '2026-03-02 10:00-03'::timestamptz AS at, "
        "7.5::numeric AS satisfaction, 9::smallint AS nps, NULL::text AS comment"
    )
    frame = evidence(postgres_url, query, "answers").read(NOW).frame
    (answer,) = frame.to_dict("records")
    assert (answer["id"], answer["email"], answer["satisfaction"]) == ("1", "ana@x.example", 7.5)
    assert answer["at"] == datetime(2026, 3, 2, 13, tzinfo=UTC)
