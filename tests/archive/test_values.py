"""Values that are not what their column's type promises stop the export, by the column's name."""

import csv
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from archive import csv_files, objects, sqlite_values
from archive.answers import answer_text
from archive.errors import Unfit
from archive.schema import Column, Logical, Table


def column(logical: Logical, precision: int | None = None, scale: int | None = None) -> Column:
    return Column(name="price", declared="x", type=logical, precision=precision, scale=scale)


def test_a_decimal_carries_its_columns_decimals() -> None:
    cents = column(Logical.DECIMAL, 10, 2)
    values = [Decimal("0.1"), Decimal(3), Decimal("1E+3"), Decimal("0.100"), Decimal("-0"), None]
    assert objects.to_texts(cents, values) == ["0.10", "3.00", "1000.00", "0.10", "0.00", None]
    whole = column(Logical.DECIMAL, 10, 0)
    assert objects.to_texts(whole, [Decimal("3.0")]) == ["3"]


@pytest.mark.parametrize(
    ("logical", "value"),
    [
        (Logical.INTEGER, "1"),
        (Logical.INTEGER, True),
        (Logical.INTEGER, 1.0),
        (Logical.DECIMAL, 0.1),
        (Logical.DECIMAL, Decimal("0.125")),
        (Logical.TEXT, 1),
        (Logical.BOOLEAN, 1),
        (Logical.DATE, datetime(2026, 3, 31, tzinfo=UTC)),
        (Logical.TIME, timedelta(hours=1)),
        (Logical.BLOB, "text"),
        (Logical.UUID, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        (Logical.JSON, {"a": 1}),
    ],
)
def test_nothing_is_made_a_text_silently(logical: Logical, value: object) -> None:
    with pytest.raises(Unfit, match="price"):
        objects.to_texts(column(logical, 10, 2), [None, value])


def test_a_zone_too_many_or_too_few_is_told() -> None:
    naive = datetime(2026, 3, 31, 10)  # noqa: DTZ001 this is the point
    with pytest.raises(Unfit):
        objects.to_texts(column(Logical.TIMESTAMPTZ), [naive])
    with pytest.raises(Unfit):
        objects.to_texts(column(Logical.TIMESTAMP), [naive.replace(tzinfo=UTC)])
    with pytest.raises(Unfit):
        objects.to_texts(column(Logical.TIME), [time(10, tzinfo=UTC)])
    there = naive.replace(tzinfo=timezone(timedelta(hours=-3)))
    assert objects.to_texts(column(Logical.TIMESTAMPTZ), [there]) == ["2026-03-31 13:00:00Z"]


@pytest.mark.parametrize(
    ("logical", "value"),
    [
        (Logical.DECIMAL, 0.125),
        (Logical.BOOLEAN, 2),
        (Logical.BOOLEAN, -1),
        (Logical.INTEGER, 1.5),
        (Logical.INTEGER, "1"),
        (Logical.DATE, 12),
        (Logical.TEXT, b"x"),
        (Logical.BLOB, "x"),
    ],
)
def test_what_sqlite_stores_otherwise_is_told(logical: Logical, value: object) -> None:
    with pytest.raises(Unfit):
        sqlite_values.to_texts(column(logical, 10, 2), [None, value])


def test_equal_answers_are_written_alike() -> None:
    assert {answer_text(value) for value in (12, 12.0, Decimal("12.00"), Decimal("1.2E+1"))} == {
        "12"
    }
    assert {answer_text(value) for value in (0, -0.0, Decimal("0.00"), False)} == {"0"}
    assert answer_text(1200) == "1200"
    assert answer_text(None) == "NULL"
    assert answer_text(Decimal("NaN")) == "NaN"


def test_a_cell_longer_than_the_csv_modules_own_limit_is_read(tmp_path: Path) -> None:
    table = Table(id="t001", name="t", bare_name="t", columns=(column(Logical.TEXT),))
    with csv_files.CsvWriter(tmp_path / "t001.csv", table) as writer:
        writer.add([["x" * 200_000]])
    before = csv.field_size_limit(131_072)
    try:
        ((values,),) = csv_files.read(tmp_path / "t001.csv", table)
    finally:
        csv.field_size_limit(before)
    assert list(values) == ["x" * 200_000]
