"""Digests of what an archive's forms hold, many at once.

Digesting is the slow part of every proof: so a large archive's tables are shared among processes
(`archive.counters`), and an SQLite table is cut into pieces. A digest is a sum, so that the pieces'
digests add up to the table's (`archive.digests`). A small archive is digested here, the plain way.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive import csv_files, sqlite_copy
from archive.counters import Counters
from archive.digests import TableDigest, digest, together
from archive.schema import Table

ROWS_WORTH_PROCESSES = 200_000
"""Starting processes takes as long as digesting some 100,000 rows; fewer are digested here."""
PIECE_ROWS = 100_000
"""Rows of an SQLite table digested at a time."""


@dataclass(frozen=True, slots=True)
class CsvTally:
    """A table's CSV file."""

    path: Path
    table: Table

    def digest(self) -> TableDigest:
        """Digest its rows, the plain way."""
        return digest(self.table.types, csv_files.read(self.path, self.table))


@dataclass(frozen=True, slots=True)
class SqliteTally:
    """A piece of a table in an SQLite database, or all of it."""

    path: Path
    tables: tuple[Table, ...]
    """All tables of the database, which its names depend on."""
    table: Table
    rowids: tuple[int, int] | None = None
    """First and last; None for all."""

    def digest(self) -> TableDigest:
        """Digest its rows, the plain way."""
        with sqlite_copy.open_copy(self.path, self.tables) as copy:
            return digest(self.table.types, copy.read(self.table, self.rowids))


Tally = CsvTally | SqliteTally


class Counting:
    """Counts tallies while its owner does something else; other processes, or nobody."""

    def __init__(self, counters: Counters | None) -> None:
        """Take the processes; None counts when asked for the result."""
        self._counters = counters

    def csv(self, path: Path, table: Table) -> "Counted":
        """Digest a CSV file."""
        return self._begin([CsvTally(path, table)])

    def sqlite(self, path: Path, tables: Sequence[Table], table: Table) -> "Counted":
        """Digest a table of an SQLite database, in pieces where that helps."""
        whole = SqliteTally(path, tuple(tables), table)
        if self._counters is None:
            return self._begin([whole])
        with sqlite_copy.open_copy(path, tables) as copy:
            pieces = copy.pieces(table, PIECE_ROWS)
        return self._begin([SqliteTally(path, tuple(tables), table, at) for at in pieces])

    def _begin(self, tallies: Sequence[Tally]) -> "Counted":
        if self._counters is None:
            return Counted(later=tallies)
        return Counted(begun=[self._counters.begin(tally) for tally in tallies])


@dataclass(frozen=True, slots=True)
class Counted:
    """A table's digest, once it is there."""

    later: Sequence[Tally] = ()
    begun: Sequence[Future[TableDigest]] = ()
    known: TableDigest | None = None

    def result(self) -> TableDigest:
        """Give the digest; raises what reading raised: sqlite3.Error, ValueError or Unfit."""
        if self.known is not None:
            return self.known
        now = [tally.digest() for tally in self.later]
        return together([*now, *(each.result() for each in self.begun)])


@contextmanager
def counting(rows: int, busy: int = 0) -> Iterator[Counting]:
    """Count the tallies of an archive of so many rows, with processes where it is worth them.

    `busy`: cores that whoever asks keeps busy himself.
    """
    cores = os.cpu_count() or 1
    if rows < ROWS_WORTH_PROCESSES or cores < 2:
        yield Counting(None)
        return
    with Counters(cores - busy) as counters:
        yield Counting(counters)
