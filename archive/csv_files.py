r"""A table as a CSV file (RFC 4180, UTF-8, a header), its lines ended by a line feed.

NULL is `\N`. A value that itself begins with a backslash gets one more before it, so that the text
`\N` stands as `\\N`; nothing else is escaped. An empty cell is the empty text. All other forms are
those of `archive.canonical`.
"""

import csv
import io
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from archive.canonical import Columns, Values
from archive.pace import Pace
from archive.schema import Table
from archive.source import Copier

NULL = r"\N"
ESCAPE = "\\"


class CsvWriter:
    """Writes one table's file; a context."""

    def __init__(self, path: Path, table: Table) -> None:
        self._binary = path.open("xb")
        self._file = io.TextIOWrapper(self._binary, encoding="utf-8", newline="")
        # Only with this end of line does the writer quote both a carriage return and a line feed.
        self._writer = csv.writer(_Lines(self._file), lineterminator="\r\n")
        self._writer.writerow([column.name for column in table.columns])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def take(self, copier: Copier, tell: Callable[[int], None]) -> int:
        """Let the source write all rows by itself; gives their number."""
        self._file.flush()
        return copier.csv(self._binary, tell)

    def add(self, columns: Columns) -> None:
        """Write some rows."""
        self._writer.writerows(zip(*map(_escaped, columns), strict=True))


class _Lines:
    """A file whose lines end by a line feed alone, as PostgreSQL's COPY writes them."""

    def __init__(self, file: IO[str]) -> None:
        self._write = file.write

    def write(self, line: str) -> int:
        return self._write(line[:-2] + "\n")


def check_header(path: Path, table: Table) -> None:
    """Raise ValueError where a file's first row has other names than a table."""
    with path.open(encoding="utf-8", newline="") as file:
        try:
            _check_header(csv.reader(file, strict=True), path, table)
        except csv.Error as error:
            raise ValueError(f"{path.name}, line 1: {error}") from None


def _check_header(rows: Iterator[list[str]], path: Path, table: Table) -> None:
    if next(rows, None) != [column.name for column in table.columns]:
        raise ValueError(f"{path.name} has another header than table {table.name}")


def read(path: Path, table: Table) -> Iterator[Columns]:
    """Give a file's rows in batches; ValueError where the file is not of this table's shape."""
    # The default limit of 128 KiB for a cell is one of the module, not of a reader.
    csv.field_size_limit(sys.maxsize)
    width = len(table.columns)
    pace = Pace(table)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            _check_header(reader, path, table)
            while rows := list(islice(reader, pace.rows)):
                if set(map(len, rows)) != {width}:
                    raise ValueError(f"{path.name}: other width near line {reader.line_num}")
                columns = [_unescaped(values) for values in zip(*rows, strict=True)]
                yield columns
                pace.saw(columns)
        except csv.Error as error:
            raise ValueError(f"{path.name}, line {reader.line_num}: {error}") from None


def _escaped(values: Values) -> list[str]:
    return [
        NULL if value is None else ESCAPE + value if value[:1] == ESCAPE else value
        for value in values
    ]


def _unescaped(values: tuple[str, ...]) -> Values:
    # Most columns have neither a NULL nor a backslash, and joining them is the quickest look.
    if ESCAPE not in "".join(values):
        return values
    return [
        value if value[:1] != ESCAPE else None if value == NULL else value[1:] for value in values
    ]
