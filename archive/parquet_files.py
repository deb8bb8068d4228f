"""The tables as Parquet files, where a plan asks for that form; made from the CSV files.

Columns have Parquet's own types where each value has its exact place in them. One with a value that
has none (an infinite date, NaN among decimals, more than 38 digits) is a column of texts, each in
the archive's form; the types of the archive stand in each field's metadata.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from archive import csv_files, objects
from archive.canonical import Columns, Values
from archive.digests import digest
from archive.manifest import ArchivedTable, Manifest
from archive.pace import Pace
from archive.schema import Column, Logical, Table

FOLDER = "data/parquet"
GROUP_CHARACTERS = 16_000_000
"""Of texts in one group of rows, about: it is held in memory."""
GROUP_ROWS = 100_000
MOST_DIGITS = 38
"""Of a decimal that every reader of Parquet knows."""


def file_of(table: Table) -> str:
    """Give the path of a table's file in an archive."""
    return f"{FOLDER}/{table.id}.parquet"


def add(archive: Path, archived: Sequence[ArchivedTable]) -> None:
    """Make the form from an archive's CSV files."""
    (archive / FOLDER).mkdir(parents=True, exist_ok=True)
    for each in archived:
        path = archive / each.file
        plain: set[str] = set()
        # Each round makes one column more a text, so there are at most as many as columns.
        for _ in range(len(each.table.columns) + 1):
            odd = _write(archive / file_of(each.table), each.table, path, plain)
            if odd is None:
                break
            plain.add(odd)


def problems(archive: Path, manifest: Manifest, sums: Iterable[str]) -> Iterator[str]:
    """Say how the form differs from what was read at the source; `sums` are the payload's paths."""
    there = {path for path in sums if path.startswith(f"{FOLDER}/")}
    wanted = {file_of(each.table) for each in manifest.tables} if manifest.parquet else set()
    yield from (f"{path} does not belong here" for path in sorted(there - wanted))
    yield from (f"{path} is missing" for path in sorted(wanted - there))
    if there != wanted:
        return
    for each in manifest.tables if manifest.parquet else ():
        found = digest(each.table.types, read(archive / file_of(each.table), each.table))
        if found != each.digest:
            yield f"{each.table.name}: Parquet holds other rows than the source"


def words(manifest: Manifest) -> str:
    """Say in a few words what became of the form."""
    return ", Parquet too" if manifest.parquet else ""


def read(path: Path, table: Table) -> Iterator[Columns]:
    """Give a file's rows in batches; ValueError where it is not of this table's shape."""
    with pq.ParquetFile(path) as file:
        names = [column.name for column in table.columns]
        if file.schema_arrow.names != names:
            msg = f"{path.name} has other columns than table {table.name}"
            raise ValueError(msg)
        for batch in file.iter_batches(batch_size=Pace(table).rows):
            if batch.num_rows:
                yield [*map(_texts, table.columns, batch.columns)]


def _write(target: Path, table: Table, source: Path, plain: set[str]) -> str | None:
    """Write a table's file; gives the column that has to be one of texts, where there is one."""
    fields = [
        pa.field(
            column.name,
            _type(column, plain),
            metadata={"archive.type": column.type.value, "source.type": column.declared},
        )
        for column in table.columns
    ]
    schema = pa.schema(fields)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for columns in _groups(csv_files.read(source, table)):
            arrays = []
            for column, field, values in zip(table.columns, schema, columns, strict=True):
                array = _array(column, field.type, values)
                if array is None:
                    return column.name
                arrays.append(array)
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return None


def _groups(batches: Iterator[Columns]) -> Iterator[list[list[str | None]]]:
    """Put batches together: a group of few rows makes a file of many."""
    group: list[list[str | None]] = []
    characters = 0
    for columns in batches:
        group = group or [[] for _ in columns]
        for values, more in zip(group, columns, strict=True):
            values.extend(more)
            characters += sum(map(len, filter(None, more)))
        if characters >= GROUP_CHARACTERS or len(group[0]) >= GROUP_ROWS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _type(column: Column, plain: set[str]) -> pa.DataType:
    exact = {
        Logical.INTEGER: pa.int64(),
        Logical.REAL: pa.float64(),
        Logical.DATE: pa.date32(),
        Logical.TIME: pa.time64("us"),
        Logical.TIMESTAMP: pa.timestamp("us"),
        Logical.TIMESTAMPTZ: pa.timestamp("us", "UTC"),
        Logical.BOOLEAN: pa.bool_(),
        Logical.BLOB: pa.binary(),
    }
    if column.name in plain:
        return pa.string()
    if column.type is Logical.DECIMAL and column.scale is not None:
        digits = max(column.precision or MOST_DIGITS + 1, column.scale)
        return pa.decimal128(digits, column.scale) if digits <= MOST_DIGITS else pa.string()
    return exact.get(column.type, pa.string())


def _array(column: Column, kind: pa.DataType, values: Values) -> "pa.Array[Any] | None":
    """Give the values as Parquet keeps them; None where one has no exact place there."""
    if kind == pa.string():
        return pa.array(list(values), kind)
    try:
        array = pa.array(objects.from_texts(column, values), kind)
    except (ValueError, OverflowError, ArithmeticError, pa.ArrowException):
        return None
    # What comes back must be what went in, whatever a type may have rounded on the way.
    same = digest([column.type], [[_texts(column, array)]]) == digest([column.type], [[values]])
    return array if same else None


def _texts(column: Column, array: "pa.Array[Any]") -> Values:
    values = array.to_pylist()
    return values if array.type == pa.string() else objects.to_texts(column, values)
