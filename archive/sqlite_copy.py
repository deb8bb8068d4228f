"""An archive's tables as one SQLite database: the copy inside it, and what is restored from it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from archive import sqlite_values
from archive.answers import answer_text
from archive.arrow_cells import Batch
from archive.canonical import Columns
from archive.errors import Occupied
from archive.pace import Pace
from archive.references import broken_sql
from archive.schema import Table
from archive.sqlite_fill import Filler

FILE = "data/archive.sqlite"
PIECES_AT_MOST = 10_000
"""Pieces one table is read in."""


class SqliteCopy:
    """The tables in an SQLite file; a context, which takes a new file away again where it fails.

    What is written counts once `finish` was called.
    """

    def __init__(self, path: Path, tables: Sequence[Table], filler: Filler | None) -> None:
        """Make ready; see `create` and `open_copy`."""
        self._path, self._tables, self._filler = path, tables, filler
        self._is_new = filler is not None
        self._names = copy_names(tables)
        if filler is None:
            self._connection = _reading(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._filler is None:
            self._connection.close()
        else:
            self._filler.close()
        if self._is_new and kind is not None:
            self._path.unlink(missing_ok=True)

    def add(self, table: Table, batch: Batch | Columns) -> None:
        """Write some rows; ValueError where a text is not of its column's type."""
        assert self._filler is not None  # noqa: S101 - a finished copy is written no more
        texts = [
            each if isinstance(each, pa.Array) else pa.array(each, pa.string()) for each in batch
        ]
        self._filler.add(quoted(self._names[table.name]), table.columns, texts)

    def finish(self) -> None:
        """Keep what was written; from now on it is read."""
        assert self._filler is not None  # noqa: S101 - likewise
        self._filler.finish()
        self._filler, self._connection = None, _reading(self._path)

    def pieces(self, table: Table, rows: int) -> list[tuple[int, int] | None]:
        """Cut a table into pieces of about so many rows, by SQLite's own numbers of rows.

        A piece is its first and last number; None is the whole of a table that cannot be cut.
        """
        number = rowid(table)
        if number is None:
            return [None]
        first, last = self._connection.execute(
            f"SELECT min({number}), max({number}) FROM {quoted(self._names[table.name])}"  # noqa: S608 quoted
        ).fetchone()
        # Keys far apart would make a crowd of empty pieces.
        if first is None or last - first >= PIECES_AT_MOST * rows:
            return [None]
        # To the last and no further: SQLite's numbers end where 64 bits do.
        return [(at, min(at + rows - 1, last)) for at in range(first, last + 1, rows)]

    def read(self, table: Table, rowids: tuple[int, int] | None = None) -> Iterator[Columns]:
        """Give a table's rows in batches; Unfit where a value is stored as another class.

        `rowids`: only one of `pieces`.
        """
        piece = f"{rowid(table)} BETWEEN ? AND ?" if rowids else "1"
        return self.where(table, piece, rowids or ())

    def where(
        self, table: Table, condition: str, values: Sequence[int | str] = ()
    ) -> Iterator[Columns]:
        """Give the rows for which an SQL condition holds, with values for its question marks."""
        pace = Pace(table)
        cursor = self._connection.execute(
            f"SELECT * FROM {quoted(self._names[table.name])} WHERE {condition}",  # noqa: S608 quoted
            values,
        )
        while rows := cursor.fetchmany(pace.rows):
            columns = [*map(sqlite_values.to_texts, table.columns, zip(*rows, strict=True))]
            yield columns
            pace.saw(columns)

    def ask(self, sql: str) -> str:
        """Give the one value a question returns; sqlite3.Error or ValueError where it has none."""
        cursor = self._connection.execute(sql)
        rows = cursor.fetchmany(2)
        if len(rows) != 1 or len(rows[0]) != 1:
            raise ValueError("a question must return one row of one column")
        return answer_text(rows[0][0])

    def broken_references(self, table: Table) -> tuple[int, ...]:
        """Count for each foreign key the rows whose parent is missing."""
        by_name = {each.name: each for each in self._tables}
        return tuple(
            self._connection.execute(
                broken_sql(table, key, by_name.get(key.parent), self._quoted_name)
            ).fetchone()[0]
            for key in table.foreign_keys
        )

    def irregular(self, table: Table) -> tuple[str, ...]:
        """Name the columns with a value that the usual form of their type does not have.

        Infinite dates, years before Christ or beyond 9999, 0000-00-00, 24:00:00; lists whose
        numbering does not begin with 1.
        """
        names = column_names(table)
        asked = [
            (column.name, sql)
            for column in table.columns
            if (sql := sqlite_values.irregular_sql(column, quoted(names[column.name])))
        ]
        if not asked:
            return ()
        sums = ", ".join(f"max({sql})" for _, sql in asked)
        select = f"SELECT {sums} FROM {quoted(self._names[table.name])}"  # noqa: S608 quoted
        found = self._connection.execute(select).fetchone()
        return tuple(name for (name, _), odd in zip(asked, found, strict=True) if odd)

    def _quoted_name(self, table: Table, column: str | None) -> str:
        if column is None:
            return quoted(self._names[table.name])
        return quoted(column_names(table)[column])


def rowid(table: Table) -> str | None:
    """Give a name of SQLite's own numbers of rows that is no column's."""
    taken = {name.lower() for name in column_names(table).values()}
    return next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), None)


def create(path: Path, tables: Sequence[Table]) -> SqliteCopy:
    """Begin an SQLite database with these tables, empty.

    Raises Occupied where the file exists, OSError or sqlite3.Error where it cannot be written.
    """
    try:
        # Python says why a file cannot be made; the database's driver does not.
        path.open("xb").close()
    except FileExistsError:
        raise Occupied(f"{path} exists already: name a file that does not") from None
    try:
        return SqliteCopy(path, tables, Filler(path, table_definitions(tables)))
    except BaseException:
        path.unlink()
        raise


def open_copy(path: Path, tables: Sequence[Table]) -> SqliteCopy:
    """Open one to read, leaving no trace beside it; sqlite3.Error where it is none."""
    return SqliteCopy(path, tables, None)


def reading_uri(path: Path) -> str:
    """Give the URI by which SQLite reads a file and leaves no trace beside it."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(reading_uri(path), uri=True, isolation_level=None)


def table_definitions(tables: Sequence[Table]) -> Iterator[str]:
    """Give the statements that create the tables in SQLite."""
    names = copy_names(tables)
    by_name = {table.name: table for table in tables}
    for table in tables:
        yield _definition(table, names, by_name)


def copy_names(tables: Iterable[Table]) -> dict[str, str]:
    """Give each table's name in the copy: its own, but where SQLite would confuse it."""
    return _distinct([table.name for table in tables])


def column_names(table: Table) -> dict[str, str]:
    """Give each column's name in the copy: its own, but where SQLite would confuse it."""
    return _distinct([column.name for column in table.columns])


def quoted(name: str) -> str:
    """Quote a name for SQLite."""
    return '"' + name.replace('"', '""') + '"'


def _distinct(names: Sequence[str]) -> dict[str, str]:
    """SQLite tells no small letters from capitals, and keeps names that begin with sqlite_."""
    taken: set[str] = set()
    result = {}
    for name in names:
        base = f"_{name}" if name.lower().startswith("sqlite_") else name
        tries = (base if number == 1 else f"{base}~{number}" for number in range(1, len(names) + 2))
        result[name] = next(chosen for chosen in tries if chosen.lower() not in taken)
        taken.add(result[name].lower())
    return result


def _definition(table: Table, names: dict[str, str], by_name: dict[str, Table]) -> str:
    columns = column_names(table)
    lines = [
        f"{quoted(columns[column.name])} {sqlite_values.declaration(column)}".rstrip()
        + ("" if column.nullable else " NOT NULL")
        for column in table.columns
    ]
    if table.primary_key:
        # SQLite would number the rows anew whose whole-number key is NULL.
        nullable = {column.name for column in table.columns if column.nullable}
        word = "UNIQUE" if nullable & {*table.primary_key} else "PRIMARY KEY"
        lines.append(f"{word} ({_list(columns[name] for name in table.primary_key)})")
    for key in table.foreign_keys:
        if parent := by_name.get(key.parent):
            own = _list(columns[name] for name in key.columns)
            other = _list(column_names(parent)[name] for name in key.parent_columns)
            parent_name = quoted(names[key.parent])
            lines.append(f"FOREIGN KEY ({own}) REFERENCES {parent_name} ({other})")
    return f"CREATE TABLE {quoted(names[table.name])} (\n  " + ",\n  ".join(lines) + "\n)"


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))
