"""Room on the disk: looked for before an export, and told plainly where it runs out."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.errors import NoRoom
from archive.source import Size

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Forms:
    """What comes to lie on the disk, beside the CSV files and the SQLite copy.

    The tables are reckoned as large in each form as they are at the source, and half so large as
    Parquet. Measured: the benchmark's wide table takes its size in PostgreSQL as CSV, 0.9 times it
    as SQLite and 0.3 times as Parquet, pgbench's take 0.7, 0.7 and 0.02 times theirs.
    """

    parquet: bool = False
    """The tables as Parquet files."""
    drill: bool = True
    """An SQLite file to restore into, which goes again."""
    encrypted: bool = False
    """The whole archive once more; the plain one goes after it."""
    copied: bool = False
    """The whole archive once more, as the copy that the plan wants on this disk."""


def needed(tables: int, files: int, forms: Forms) -> int:
    """Give about how many octets are taken at most.

    `tables`: octets of the source's tables; `files`: of the files to be kept as they are.
    """
    whole = 2 * tables + (tables // 2 if forms.parquet else 0) + files
    # The drill's file is gone before anything is encrypted or copied.
    after = whole * (forms.encrypted + forms.copied)
    return whole + max(tables if forms.drill else 0, after)


def check_room(
    place: Path, sizes: Mapping[str, Size], files: int, forms: Forms, there_already: int = 0
) -> None:
    """See that an archive fits where it is to come; NoRoom, with both numbers, where it does not.

    `files`: octets of the files to be kept as they are; `there_already`: octets that an earlier
    attempt has written there.
    """
    tables = sum(size.octets for size in sizes.values())
    lacking = needed(tables, files, forms) - there_already
    free = shutil.disk_usage(place).free
    if lacking > free:
        raise NoRoom(
            f"{place} has {_megabytes(free)} free, and about {_megabytes(lacking)} are needed: "
            f"{_words(tables, files, forms)}. Make room, or name another place"
        )


def _words(tables: int, files: int, forms: Forms) -> str:
    """Say what takes the room."""
    kinds = ["CSV", "SQLite", *(["Parquet"] if forms.parquet else [])]
    if forms.drill and not (forms.encrypted or forms.copied):
        kinds.append("what the drill restores")
    said = [f"the source's tables ({_megabytes(tables)}) as {', '.join(kinds)}"]
    if files:
        said.append(f"the files kept as they are ({_megabytes(files)})")
    if forms.encrypted:
        said.append("all of it once more, encrypted")
    if forms.copied:
        said.append("all of it once more, as the copy on the same disk")
    return "; ".join(said)


@contextmanager
def full_disk_told(place: Path, then: str) -> Iterator[None]:
    """Say in plain words that the disk is full: NoRoom. `then`: what to do once it is not."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _full(place, then) from None
    except sqlite3.OperationalError as error:
        # By its words: `archive.sqlite_fill` has no code of SQLite's to tell.
        if "is full" not in str(error) and "disk I/O" not in str(error):
            raise
        raise _full(place, then) from None


def _full(place: Path, then: str) -> NoRoom:
    free = shutil.disk_usage(place).free
    return NoRoom(
        f"the disk ran full: {_megabytes(free)} are free in {place}, or a file may grow no larger. "
        f"Make room, then {then}"
    )


def _megabytes(octets: int) -> str:
    return f"{octets / 1e6:,.1f} MB"
