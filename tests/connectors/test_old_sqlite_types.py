"""An SQLite column is of its declared type only if every value in it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.schema import Column, Logical
from connectors.old_sql import OldSql


def found(folder: Path, declared: str, *values: object) -> Column:
    with closing(sqlite3.connect(folder / "old.sqlite")) as connection:
        connection.execute(f"CREATE TABLE t (c {declared})")
        connection.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
        connection.commit()
    (table,) = OldSql(f"sqlite:///{folder / 'old.sqlite'}").schema().tables
    return table.columns[0]


@pytest.mark.parametrize(
    ("declared", "values", "logical"),
    [
        ("DATE", ["2024-02-29", "0001-01-01", None], Logical.DATE),
        ("DATE", ["2024-02-30"], Logical.TEXT),
        ("DATE", ["2024-02-29", "0000-01-01"], Logical.TEXT),
        ("DATE", ["2024-02-29\0"], Logical.TEXT),
        ("DATE", ["2024-2-29"], Logical.TEXT),
        ("DATE", ["2024-02-29 "], Logical.TEXT),
        ("DATE", [2460000.5], Logical.REAL),
        ("DATE", ["2024-02-29", 20240229], Logical.VARIANT),
        ("DATETIME", ["2024-02-29 10:00:00", "2024-02-29T10:00:00.1"], Logical.TIMESTAMP),
        ("TIMESTAMP", ["2024-02-29 24:00:00"], Logical.TEXT),
        ("TIMESTAMP", ["2024-02-29 10:00:00Z"], Logical.TEXT),
        ("TIMESTAMP", ["2024-02-29 10:00:00.1234567"], Logical.TEXT),
        ("TIMESTAMP", ["2024-02-29 10:00:00."], Logical.TEXT),
        ("TIMESTAMP", ["2024-02-29_10:00:00"], Logical.TEXT),
        ("TIMESTAMP", ["2024-02-29"], Logical.TEXT),
        ("TIMESTAMP", ["2024-02-29 10:00:00\0"], Logical.TEXT),
        ("TIMESTAMP", [1709200800], Logical.INTEGER),
        ("TIME", ["10:00:00", "23:59:59.5"], Logical.TIME),
        ("TIME", ["10:00"], Logical.TEXT),
        ("TIME", ["24:00:00"], Logical.TEXT),
        ("BOOLEAN", [0, 1, None], Logical.BOOLEAN),
        ("BOOLEAN", [0, 2], Logical.INTEGER),
        ("BOOLEAN", ["t"], Logical.TEXT),
        ("DECIMAL(10,2)", [1, 0.1, 99999.99], Logical.DECIMAL),
        ("DECIMAL(10,2)", [0.125], Logical.REAL),
        ("DECIMAL(10,2)", [0.125, 1], Logical.VARIANT),
        ("DECIMAL(10,2)", [10**14], Logical.INTEGER),
        ("NUMERIC", [1, 0.1], Logical.DECIMAL),
        ("NUMERIC", [0.1 + 0.2], Logical.REAL),
        ("NUMERIC", [1e-7, 1], Logical.VARIANT),
        ("INTEGER", [1, -(2**63)], Logical.INTEGER),
        ("INTEGER", [1, 1.5], Logical.VARIANT),
        ("INTEGER", ["twelve"], Logical.TEXT),
        ("VARCHAR(3)", ["longer", ""], Logical.TEXT),
        ("VARCHAR(3)", [b"longer"], Logical.BLOB),
        ("FLOAT", [1, 2.5], Logical.REAL),
        ("BLOB", [b"", None], Logical.BLOB),
        ("BLOB", [b"", "text"], Logical.VARIANT),
        ("", ["only text"], Logical.TEXT),
        ("", [None], Logical.VARIANT),
        ("INT", [], Logical.INTEGER),
    ],
)
def test_a_columns_type(
    tmp_path: Path, declared: str, values: list[object], logical: Logical
) -> None:
    assert found(tmp_path, declared, *values).type is logical


def test_a_column_may_be_null_where_it_is_though_its_key_says_not(tmp_path: Path) -> None:
    assert not found(tmp_path, "TEXT PRIMARY KEY", "a").nullable


def test_a_key_that_holds_null_is_known_to(tmp_path: Path) -> None:
    assert found(tmp_path, "TEXT PRIMARY KEY", "a", None).nullable


def test_a_wide_table_is_looked_at_in_parts(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as connection:
        columns = ", ".join(f"c{number} DATE" for number in range(700))
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.execute("INSERT INTO t (c699) VALUES ('no date')")
        connection.commit()
    (table,) = OldSql(f"sqlite:///{tmp_path / 'old.sqlite'}").schema().tables
    assert [column.type for column in table.columns] == [*[Logical.DATE] * 699, Logical.TEXT]
