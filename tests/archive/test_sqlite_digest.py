"""What SQLite digests by the thousand rows is what is read one by one, and no class is mistaken."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from archive import sqlite_copy, sqlite_digest
from archive.digests import digest
from archive.errors import Unfit
from archive.manifest import tables_of
from archive.schema import Column, Logical, Table
from tests.archive.sources import archived, nasty

COLUMNS = (
    Column(name="n", type=Logical.INTEGER, declared="integer"),
    Column(name="t", type=Logical.TEXT, declared="text"),
    Column(name="r", type=Logical.REAL, declared="real"),
    Column(name="b", type=Logical.BLOB, declared="blob"),
    Column(name="o", type=Logical.BOOLEAN, declared="boolean"),
    Column(name="d", type=Logical.DECIMAL, declared="decimal(8,2)", precision=8, scale=2),
    Column(name="s", type=Logical.DECIMAL, declared="decimal(9,8)", precision=9, scale=8),
    Column(name="l", type=Logical.DECIMAL, declared="decimal(30,2)", precision=30, scale=2),
    Column(name="z", type=Logical.TIMESTAMPTZ, declared="timestamptz"),
)
TABLE = Table(id="t001", name="t", bare_name="t", columns=COLUMNS, primary_key=(), foreign_keys=())
ONES = "1" * 28 + ".05"
ROWS = [
    ("7", "a", "0.1", "aGk=", "true", "12.50", "0.00000001", ONES, "2026-01-01 10:00:00.500Z"),
    ("-9223372036854775808", "", "-0.0", "", "false", "0.00", "1.00000000", "0.10", "infinity"),
    ("0", "a\x00b", "NaN", "AA==", "true", "-1.99", "-0.12345678", "-1.00", "2026-01-01 10:00:00Z"),
    ("1", "a\x1f0", "INF", "AAE=", "true", "0.07", "0.10000000", "0.00", "2026-01-01T10:00:00Z"),
    (None,) * 9,
    ("1", "\x1f0", "5e-324", None, None, "1234.56", None, None, None),
]  # fmt: skip


def filled(path: Path, rows: Sequence[tuple[str | None, ...]]) -> Path:
    with sqlite_copy.create(path, [TABLE]) as copy:
        copy.add(TABLE, [*zip(*rows, strict=True)])
        copy.finish()
    return path


@pytest.mark.parametrize("rows", [ROWS, ROWS[:2], ROWS[3:5], ROWS[4:5], ROWS[5:]])
def test_the_digest_is_that_of_the_texts(
    tmp_path: Path, rows: list[tuple[str | None, ...]]
) -> None:
    found = sqlite_digest.sqlite_digest(filled(tmp_path / "t.sqlite", rows), [TABLE], TABLE)
    assert found == digest(TABLE.types, [[*zip(*rows, strict=True)]])


def test_so_it_is_of_everything_nasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    path, tables = tmp_path / "archive" / sqlite_copy.FILE, tables_of(manifest)
    monkeypatch.setattr(sqlite_digest, "BATCH_OCTETS", 50)
    for each in manifest.tables:
        assert sqlite_digest.sqlite_digest(path, tables, each.table) == each.digest


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("n", "'seven'"), ("n", "x'37'"), ("n", "1.5"), ("n", "9e18 * 10")),
        *(("t", "7"), ("t", "x'61'"), ("r", "1"), ("r", "x'00'"), ("b", "'hi'"), ("b", "7")),
        *(("o", "2"), ("o", "'true'"), ("o", "x'01'"), ("d", "x'31'"), ("d", "12.505")),
        *(("l", "x'31'"), ("z", "x'31'")),
    ],
)
def test_a_value_of_another_class_is_told(tmp_path: Path, column: str, value: str) -> None:
    path = filled(tmp_path / "t.sqlite", ROWS[:1])
    with sqlite3.connect(path) as meddler:
        # Without the affinity that would make it fit: as somebody's other program may have done.
        meddler.execute("PRAGMA writable_schema = ON")
        meddler.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE t (n,t,r,b,o,d,s,l,z)'")
    with sqlite3.connect(path) as meddler:
        meddler.execute(f"UPDATE t SET {column} = {value}")
    meddler.close()
    with pytest.raises(Unfit):
        sqlite_digest.sqlite_digest(path, [TABLE], TABLE)
