"""Parquet as one more form: equal to the source, typed where Parquet can hold it, checked."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archive import parquet_files
from archive.erasing import Request, erase
from archive.export import export
from archive.manifest import Manifest
from archive.restore import restore, verified
from archive.source import Source
from archive.verify import verify
from tests.archive.sources import about, nasty, quiet, shop
from tests.archive.test_round_trip_mariadb import filled as filled_mariadb
from tests.archive.test_round_trip_postgres import filled as filled_postgres
from tests.archive.test_verify import forge


def archived(source: Source, folder: Path) -> Manifest:
    return export(source, folder, quiet, replace(about(), parquet=True))


def schema(archive: Path, manifest: Manifest, table: str) -> pa.Schema:
    (found,) = (each.table for each in manifest.tables if each.table.name == table)
    return pq.read_schema(archive / parquet_files.file_of(found))


def holds(archive: Path) -> None:
    checked = verify(archive)
    assert checked.holds, checked.line
    assert "CSV and SQLite equal to the source, Parquet too;" in checked.line
    bagit.Bag(str(archive)).validate()


def test_of_sqlite(tmp_path: Path) -> None:
    made = archived(nasty(tmp_path / "old.sqlite"), tmp_path / "archive")
    holds(tmp_path / "archive")
    assert schema(tmp_path / "archive", made, "numbers").field("big").type == pa.int64()
    report = restore(tmp_path / "archive", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert "Parquet too" in verified(tmp_path / "archive", report).line
    assert "data/parquet/" in (tmp_path / "archive/README.txt").read_text(encoding="utf-8")


def test_of_postgresql(postgres_database: str, tmp_path: Path) -> None:
    made = archived(filled_postgres(postgres_database), tmp_path / "archive")
    holds(tmp_path / "archive")
    numbers = schema(tmp_path / "archive", made, "numbers")
    # NaN among decimals has no place in Parquet's; 30 digits have.
    assert [numbers.field(n).type for n in ("fixed", "long", "ratio", "sure")] == [
        *(pa.string(), pa.decimal128(30, 10), pa.float64(), pa.bool_()),
    ]
    assert numbers.field("fixed").metadata[b"archive.type"] == b"decimal"
    things = schema(tmp_path / "archive", made, "things")
    assert things.field("content").type == pa.binary()
    assert schema(tmp_path / "archive", made, "moments").field("day").type == pa.string()
    visits = schema(tmp_path / "archive", made, "visits")
    assert visits.field("day").type == pa.date32()


def test_of_mariadb(mariadb_database: str, tmp_path: Path) -> None:
    archived(filled_mariadb(mariadb_database), tmp_path / "archive")
    holds(tmp_path / "archive")


def test_other_programs_read_it(tmp_path: Path) -> None:
    made = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    table = pq.read_table(tmp_path / "archive" / parquet_files.file_of(made.tables[1].table))
    assert table.num_rows == 40
    assert table.column("placed")[0].as_py() == datetime(2026, 3, 1, 10)  # noqa: DTZ001 - as stored
    assert str(sum(v.as_py() for v in table.column("amount"))) == "975.00"


@pytest.mark.parametrize("change", ["rows", "drop", "add"])
def test_a_forged_one_is_found(tmp_path: Path, change: str) -> None:
    made = archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    path = tmp_path / "archive" / parquet_files.file_of(made.tables[0].table)
    if change == "rows":
        pq.write_table(pq.read_table(path).slice(1), path)
    elif change == "drop":
        path.unlink()
    else:
        path.with_name("t009.parquet").write_bytes(path.read_bytes())
    forge(tmp_path / "archive")
    assert not verify(tmp_path / "archive").holds


def test_rows_are_erased_from_it_too(tmp_path: Path) -> None:
    archived(shop(tmp_path / "old.sqlite"), tmp_path / "archive")
    request = Request("customers", "id = ?", ("3",), "request 7", "me")
    erase(tmp_path / "archive", tmp_path / "after", request, None, datetime(2027, 1, 1, tzinfo=UTC))
    holds_still = verify(tmp_path / "after")
    assert holds_still.holds, holds_still.line
    assert pq.read_table(tmp_path / "after/data/parquet/t001.parquet").num_rows == 8


def test_rows_are_put_together_in_few_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "GROUP_ROWS", 100)
    made = archived(shop(tmp_path / "old.sqlite", orders=250), tmp_path / "archive")
    path = tmp_path / "archive" / parquet_files.file_of(made.tables[1].table)
    assert pq.ParquetFile(path).num_row_groups == 2
    holds(tmp_path / "archive")
