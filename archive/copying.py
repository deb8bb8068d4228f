"""The first form of an archive: every table of a snapshot into its CSV file, and its digest.

Where the source can write a table's texts by itself it does, and its rows never pass through
Python; their digest is then made by the source too, on another look at the same moment. Two such
looks work at once, each at one table or one digest. Elsewhere the rows are read once, for both.
"""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TypeVar

from archive.csv_files import CsvWriter
from archive.digests import Digester, TableDigest
from archive.errors import ArchiveError
from archive.schema import Table
from archive.source import Snapshot

READERS = 2
"""Looks at work at once: a server that a company lives on is not ours to fill."""
LOOK_SECONDS = 0.2
"""Between two looks at how far the readers are."""

T = TypeVar("T")


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
    spared: bool = False
    """Whether an earlier attempt had written it."""
    expected: int | None = None
    """Rows of all tables, as the source reckons; None where it does not."""


Progress = Callable[[TableProgress], None]


def quiet(_: TableProgress) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Job:
    """A table to be written."""

    table: Table
    path: Path
    """Which must not exist, unless the table is kept."""
    kept: TableDigest | None = None
    """Digest of the rows that an earlier attempt has written to the path."""


@dataclass(slots=True)
class Told:
    """What is told of the progress, always by the thread that asked for the export."""

    progress: Progress
    jobs: Sequence[Job]
    expected: int | None = None
    _news: dict[int, TableProgress] = field(default_factory=dict)
    _alone: Lock = field(default_factory=Lock)

    def rows(self, at: int, rows: int, *, done: bool = False, spared: bool = False) -> None:
        """Note how far a table is; any thread may."""
        name, of = self.jobs[at].table.name, len(self.jobs)
        with self._alone:
            self._news[at] = TableProgress(name, at + 1, of, rows, done, spared, self.expected)

    def pass_on(self) -> None:
        """Tell what is new."""
        with self._alone:
            news, self._news = self._news, {}
        for each in news.values():
            self.progress(each)


def copied(
    snapshot: Snapshot, jobs: Sequence[Job], told: Told
) -> Generator[TableDigest, None, None]:
    """Write each table to its path; gives the digests of the source's rows, in the jobs' order.

    The caller works at what is written while others still are; it must close this (see
    `contextlib.closing`) where it fails itself. A kept table is not written again where the source
    has the same digest in this snapshot. Raises what the source raises, and ArchiveError where the
    source itself counted other rows than it wrote.
    """
    with ThreadPoolExecutor(READERS) as pool, ExitStack() as opened:
        looks: SimpleQueue[Snapshot] = SimpleQueue()
        for _ in range(READERS):
            look = opened.enter_context(snapshot.beside())
            if look is None:
                yield from _one_by_one(snapshot, jobs, told)
                return
            looks.put(look)
        readers = _Readers(pool, looks)
        begun = [
            _begun(readers, snapshot, job, partial(told.rows, at)) for at, job in enumerate(jobs)
        ]
        for at, (job, parts) in enumerate(zip(jobs, begun, strict=True)):
            written = readers.result(parts[0], told)
            digest = _agreed(job.table, written, readers.result(parts[1], told))
            told.rows(at, digest.rows, done=True, spared=digest == job.kept)
            told.pass_on()
            yield digest


Tell = Callable[[int], None]
Found = int | TableDigest | None


class _Readers:
    """A pool of threads that share some looks."""

    def __init__(self, pool: ThreadPoolExecutor, looks: "SimpleQueue[Snapshot]") -> None:
        self._pool, self._looks = pool, looks
        self._failed: list[BaseException] = []

    def begin(self, work: Callable[[Snapshot], T]) -> "Future[T]":
        try:
            future = self._pool.submit(self._work, work)
        except RuntimeError:
            # The pool is shut down where a table has failed before the last one was begun.
            if self._failed:
                raise self._failed[0] from None
            raise
        future.add_done_callback(self._heed)
        return future

    def result(self, future: "Future[T] | None", told: Told) -> T | None:
        """Wait for some work; what failed elsewhere meanwhile is raised at once."""
        if future is None:
            return None
        while not wait([future], LOOK_SECONDS).done:
            told.pass_on()
            if self._failed:
                raise self._failed[0]
        if future.cancelled():
            raise self._failed[0]
        return future.result()

    def _work(self, work: Callable[[Snapshot], T]) -> T:
        look = self._looks.get()
        try:
            return work(look)
        finally:
            self._looks.put(look)

    def _heed(self, future: "Future[T]") -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self._failed.append(error)
            self._pool.shutdown(wait=False, cancel_futures=True)


def _begun(
    readers: _Readers, snapshot: Snapshot, job: Job, tell: Tell
) -> tuple["Future[Found] | None", "Future[TableDigest] | None"]:
    if snapshot.copier(job.table) is None:
        read: Future[Found] = readers.begin(lambda look: _write(look, job, tell))
        return read, None
    if job.kept is not None:
        return None, readers.begin(lambda look: _digest_first(look, job, tell))
    written: Future[Found] = readers.begin(lambda look: _write(look, job, tell))
    return written, readers.begin(lambda look: _digest(look, job.table))


def _one_by_one(
    snapshot: Snapshot, jobs: Sequence[Job], told: Told
) -> Generator[TableDigest, None, None]:
    for at, job in enumerate(jobs):

        def tell(rows: int, at: int = at) -> None:
            told.rows(at, rows)
            told.pass_on()

        found = _write(snapshot, job, tell)
        digest = found if isinstance(found, TableDigest) else _digest(snapshot, job.table)
        digest = _agreed(job.table, found, digest)
        told.rows(at, digest.rows, done=True)
        told.pass_on()
        yield digest


def _digest(look: Snapshot, table: Table) -> TableDigest:
    copier = look.copier(table)
    if copier is None:
        raise ArchiveError(f"the source cannot digest {table.name} any more: export again")
    return copier.digest()


def _digest_first(look: Snapshot, job: Job, tell: Tell) -> TableDigest:
    """Digest a kept table, and write it again where that shows other rows."""
    digest = _digest(look, job.table)
    if digest == job.kept:
        return digest
    job.path.unlink()
    return _agreed(job.table, _write(look, job, tell), digest)


def _write(look: Snapshot, job: Job, tell: Tell) -> int | TableDigest:
    """Write a table; gives the number of its rows where the source wrote them, else the digest."""
    with CsvWriter(job.path, job.table) as file:
        copier = look.copier(job.table)
        if copier is not None:
            return file.take(copier, tell)
        digester, rows = Digester(job.table.types), 0
        for columns in look.read(job.table):
            digester.add(columns)
            file.add(columns)
            rows += len(columns[0])
            tell(rows)
        return digester.result()


def _agreed(table: Table, written: Found, digested: TableDigest | None) -> TableDigest:
    if isinstance(written, TableDigest):
        return written
    assert digested is not None  # noqa: S101 - whoever did not give one of them gave the other
    if written not in {None, digested.rows}:
        raise ArchiveError(
            f"the source wrote {written} rows of {table.name} and counted {digested.rows}: "
            "export again"
        )
    return digested
