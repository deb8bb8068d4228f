"""The first form of an archive: every table of a snapshot into its CSV file, and its digest.

Where the source can write a table's texts by itself it does, and its rows never pass through
Python; their digest is then made by the source too, on a second look at the same moment while the
file is being written. Elsewhere the rows are read once, for both.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.csv_files import CsvWriter
from archive.digests import Digester, TableDigest
from archive.errors import ArchiveError
from archive.schema import Table
from archive.source import Copier, Snapshot


@dataclass(frozen=True, slots=True)
class TableProgress:
    """How far an export is."""

    table: str
    number: int
    """Which table this is, from 1 …"""
    of: int
    """… to this many."""
    rows: int
    """Rows of it written so far."""
    done: bool


Progress = Callable[[TableProgress], None]


def write_csv(
    snapshot: Snapshot, tables: Sequence[Table], paths: Sequence[Path], progress: Progress
) -> list[TableDigest]:
    """Write each table to its path, which must not exist; gives the digests of the source's rows.

    Raises what the source raises, and ArchiveError where the source itself counted other rows than
    it wrote.
    """
    with ThreadPoolExecutor(1) as pool, snapshot.beside() as other:
        sums = [_digest_beside(pool, other, table) for table in tables]
        digests = []
        for at, (table, path) in enumerate(zip(tables, paths, strict=True)):
            told = partial(_tell, progress, table.name, at + 1, len(tables))
            with CsvWriter(path, table) as file:
                found = _write(snapshot, table, file, told)
            digest = _agreed(table, found, sums[at])
            told(digest.rows, done=True)
            digests.append(digest)
    return digests


def _tell(
    progress: Progress, table: str, number: int, of: int, rows: int, *, done: bool = False
) -> None:
    progress(TableProgress(table, number, of, rows, done))


def _digest_beside(
    pool: ThreadPoolExecutor, other: Snapshot | None, table: Table
) -> Future[TableDigest] | None:
    copier = other.copier(table) if other else None
    return pool.submit(copier.digest) if copier else None


def _write(
    snapshot: Snapshot, table: Table, file: CsvWriter, tell: Callable[[int], None]
) -> int | TableDigest:
    """Write a table; gives the number of its rows where the source wrote them, else the digest."""
    copier: Copier | None = snapshot.copier(table)
    if copier is not None:
        return file.take(copier, tell)
    digester, rows = Digester(table.types), 0
    for columns in snapshot.read(table):
        digester.add(columns)
        file.add(columns)
        rows += len(columns[0])
        tell(rows)
    return digester.result()


def _agreed(
    table: Table, found: int | TableDigest, beside: Future[TableDigest] | None
) -> TableDigest:
    if isinstance(found, TableDigest):
        return found
    assert beside is not None  # noqa: S101 - the same copier on the other look
    digest = beside.result()
    if digest.rows != found:
        raise ArchiveError(
            f"the source wrote {found} rows of {table.name} and counted {digest.rows}: export again"
        )
    return digest
