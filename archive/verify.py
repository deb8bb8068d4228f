"""Check an archive with nothing but the archive."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import csv_files, sqlite_copy
from archive.bag import bag_problems
from archive.digests import TableDigest, digest
from archive.errors import ArchiveError
from archive.manifest import Manifest, load, tables_of
from archive.seal import seal


@dataclass(frozen=True, slots=True)
class Verification:
    """What holds of an archive, and what does not."""

    name: str
    problems: tuple[str, ...]
    """Empty where all holds."""
    seal: str | None
    """The archive's identity, where it has one."""
    tables: int = 0
    rows: int = 0

    @property
    def holds(self) -> bool:
        """Tell whether nothing is wrong with it."""
        return not self.problems

    @property
    def line(self) -> str:
        """Say it in one line."""
        if self.problems:
            more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
            return f"{self.name} DOES NOT HOLD: {self.problems[0]}{more}"
        return (
            f"{self.name} holds: {self.tables} tables, {self.rows:,} rows, every file as listed, "
            f"CSV and SQLite equal to the source; seal {(self.seal or '')[:16]}, signer not proved"
        )


def verify(archive: Path, expected_seal: str | None = None) -> Verification:
    """Check files against the lists, then counts and digests of both forms against the manifest.

    With `expected_seal` it must also be that very archive. What is wrong is told, never raised.
    """
    name = archive.name
    try:
        found_seal = seal(archive)
    except OSError as error:
        return Verification(name, (f"{archive} is no archive: {error.strerror}",), None)
    problems = bag_problems(archive)
    if expected_seal not in (None, found_seal):
        problems.append(f"it is another archive: its seal is {found_seal[:16]}")
    if problems:
        # What is in files that have changed is no evidence of anything.
        return Verification(name, tuple(problems), found_seal)
    try:
        manifest = load(archive)
        problems += _differences(archive, manifest)
    except (OSError, ValueError, KeyError, sqlite3.Error, ArchiveError) as error:
        return Verification(name, (f"it cannot be read: {error}",), found_seal)
    return Verification(name, tuple(problems), found_seal, len(manifest.tables), manifest.rows)


def copy_digests(archive: Path, manifest: Manifest) -> dict[str, TableDigest]:
    """Give the digest of each table in the SQLite copy, by name; sqlite3.Error or Unfit."""
    tables = tables_of(manifest)
    with sqlite_copy.open_copy(archive / sqlite_copy.FILE, tables) as copy:
        return {table.name: digest(table.types, copy.read(table)) for table in tables}


def _differences(archive: Path, manifest: Manifest) -> Iterator[str]:
    copies = copy_digests(archive, manifest)
    for archived in manifest.tables:
        table = archived.table
        csv = digest(table.types, csv_files.read(archive / archived.file, table))
        for form, found in (("CSV", csv), ("SQLite", copies[table.name])):
            if found.rows != archived.digest.rows:
                yield f"{table.name}: {archived.digest.rows} rows in source, {found.rows} in {form}"
            elif found != archived.digest:
                yield f"{table.name}: {form} has as many rows as the source, but not the same ones"
