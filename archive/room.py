"""Room on the disk: looked for before an export, and told plainly where it runs out."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from archive.errors import NoRoom
from archive.source import Size

FORMS = 3
"""The CSV files, the SQLite copy and what the drill restores are each about as large as the source.

Measured: the benchmark's wide table takes 0.9 times its size in PostgreSQL as CSV, and as SQLite.
"""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def check_room(place: Path, sizes: Mapping[str, Size], there_already: int = 0) -> None:
    """See that an archive fits where it is to come; NoRoom, with both numbers, where it does not.

    `there_already`: octets that an earlier attempt has written there, less those of files to be
    kept beside the tables.
    """
    needed = FORMS * sum(size.octets for size in sizes.values()) - there_already
    free = shutil.disk_usage(place).free
    if needed > free:
        raise NoRoom(
            f"{place} has {_megabytes(free)} free, and about {_megabytes(needed)} are needed: "
            f"{FORMS} times what the source's tables take, and the files beside them. "
            "Make room, or name another place"
        )


@contextmanager
def full_disk_told(place: Path) -> Iterator[None]:
    """Say in plain words that the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _full(place) from None
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_FULL" and "disk I/O" not in str(error):
            raise
        raise _full(place) from None


def _full(place: Path) -> NoRoom:
    free = shutil.disk_usage(place).free
    return NoRoom(
        f"the disk ran full: {_megabytes(free)} are free in {place}, or a file may grow no larger. "
        "Make room, then export again: whole tables are kept"
    )


def _megabytes(octets: int) -> str:
    return f"{octets / 1e6:,.1f} MB"
