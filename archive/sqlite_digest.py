"""The digest of a table in an SQLite database.

SQLite gives the texts of a thousand rows at once (`archive.arrow_cells`), and says whether any
value is stored as another class than its column's. Where one is, or where a text needs a look that
only Python takes, the rows are read the plain way (`archive.sqlite_copy`), which says what it is.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from archive import arrow_cells, sqlite_copy, sqlite_values
from archive.arrow_cells import Batch
from archive.digests import Digester, TableDigest, digest
from archive.pace import ELASTIC
from archive.schema import Column, Logical, Table
from archive.sqlite_batches import SqliteBatches

BATCH_OCTETS = 8_000_000
BATCH_ROWS = 4096
"""Rows given at once; fewer where the largest of them would make more than BATCH_OCTETS."""
PLAIN_SCALE = 6
"""Digits after the point that Arrow writes without an exponent, however small the number."""


class _Odd(Exception):
    """The rows must be read the plain way."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a column is asked for."""

    first: str
    """A value of the type that its Arrow column is to have."""
    value: str
    odd: str
    """True only for a value that is not stored as it should be."""
    cells: Callable[[pa.Array], pa.StringArray]
    """Makes canonical cells of what comes."""


def sqlite_digest(
    path: Path, tables: Sequence[Table], table: Table, rowids: tuple[int, int] | None = None
) -> TableDigest:
    """Digest a table's rows; Unfit where a value is stored as another class, or sqlite3.Error.

    `tables`: all of the database, which its names depend on. `rowids`: only those from the first to
    the last of SQLite's own numbers, as `SqliteCopy.pieces` gives them.
    """
    try:
        return _quickly(path, tables, table, rowids)
    except (_Odd, sqlite3.Error):
        with sqlite_copy.open_copy(path, tables) as copy:
            return digest(table.types, copy.read(table, rowids))


def _quickly(
    path: Path, tables: Sequence[Table], table: Table, rowids: tuple[int, int] | None
) -> TableDigest:
    names = sqlite_copy.column_names(table)
    asked = [_asked(column, sqlite_copy.quoted(names[column.name])) for column in table.columns]
    source = sqlite_copy.quoted(sqlite_copy.copy_names(tables)[table.name])
    if rowids:
        source += f" WHERE {sqlite_copy.rowid(table)} BETWEEN {rowids[0]} AND {rowids[1]}"
    digester = Digester(table.types)
    with SqliteBatches(sqlite_copy.reading_uri(path)) as database:
        for batch in _batches(database, source, asked, _rows_at_once(database, table, source)):
            arrow_cells.add_cells(digester, table.types, batch)
    return digester.result()


def _batches(
    database: SqliteBatches, source: str, asked: Sequence[_Asked], rows: int
) -> Iterator[Batch]:
    # The driver takes a column's type from the first rows, which may be NULL: so one stands before.
    first = ", ".join([*(each.first for each in asked), "0"])
    odd = " OR ".join(each.odd for each in asked)
    values = ", ".join([*(each.value for each in asked), odd])
    select = f"SELECT {first} UNION ALL SELECT {values} FROM {source}"  # noqa: S608 quoted
    for number, batch in enumerate(database.select(select, rows)):
        *columns, odds = (batch if number else batch.slice(1)).columns
        if pc.any(pc.not_equal(odds, 0)).as_py():
            raise _Odd
        if len(odds):
            yield [each.cells(column) for each, column in zip(asked, columns, strict=True)]


def _rows_at_once(database: SqliteBatches, table: Table, source: str) -> int:
    names = sqlite_copy.column_names(table)
    sizes = [
        f"ifnull(octet_length({sqlite_copy.quoted(names[column.name])}), 0)"
        for column in table.columns
        if column.type in ELASTIC
    ]
    if not sizes:
        return BATCH_ROWS
    select = f"SELECT ifnull(max({' + '.join(sizes)}), 0) FROM {source}"  # noqa: S608 quoted
    largest: int = max(batch[0][0].as_py() for batch in database.select(select, 1))
    return max(1, min(BATCH_ROWS, BATCH_OCTETS // (largest + 1)))


def _asked(column: Column, c: str) -> _Asked:
    """Say how to ask for a column.

    SQLite orders values by class: numbers, texts, blobs. So comparing tells these apart, in half
    the time that typeof needs.
    """
    kind = column.type
    odd_but = f"{c} IS NOT NULL AND typeof({c}) <> '{{}}'".format
    if kind is Logical.VARIANT:
        raise _Odd
    if kind is Logical.INTEGER:
        return _Asked("''", f"CAST({c} AS TEXT)", odd_but("integer"), _same)
    if kind is Logical.REAL:
        return _Asked("0.0", c, odd_but("real"), arrow_cells.bits)
    if kind is Logical.BOOLEAN:
        word = f"CASE {c} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
        return _Asked("''", word, f"{c} NOT IN (0, 1)", _same)
    if kind is Logical.BLOB:
        return _Asked("x''", c, f"{c} < x''", partial(_texts, column))
    if kind is Logical.DECIMAL and sqlite_values.is_number(column):
        return _Asked("0.0", f"CAST({c} AS REAL)", f"{c} >= ''", partial(_decimals, column))
    return _Asked("''", c, f"{c} < '' OR {c} >= x''", partial(_free, kind))


def _texts(column: Column, values: pa.Array) -> pa.StringArray:
    return pa.array(sqlite_values.to_texts(column, values.to_pylist()), pa.string())


def _decimals(column: Column, values: pa.DoubleArray) -> pa.StringArray:
    """Give the decimals that numbers stand for, which are no others of so many digits."""
    if column.precision is None or column.scale is None or column.scale > PLAIN_SCALE:
        return _texts(column, values)
    try:
        decimals = pc.cast(values, pa.decimal128(column.precision, column.scale))
    except pa.ArrowInvalid:  # too large
        return _texts(column, values)
    found = pc.cast(decimals, pa.string())
    # Arrow reads a text exactly, but does not make every double of a decimal.
    same = pc.all(pc.equal(pc.cast(found, pa.float64()), values)).as_py()
    return _texts(column, values) if same is False else found


def _same(column: pa.StringArray) -> pa.StringArray:
    return column


def _free(kind: Logical, column: pa.StringArray) -> pa.StringArray:
    if arrow_cells.has_unit(column):
        raise _Odd
    return arrow_cells.cells(kind, column)
