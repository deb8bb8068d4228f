"""Check an archive with nothing but the archive."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive import originals, parquet_files, sqlite_copy
from archive.bag import bag_problems, payload_sums
from archive.digests import TableDigest
from archive.erasures import erasure_problems, predecessors
from archive.errors import ArchiveError
from archive.manifest import ArchivedTable, Manifest, load, tables_of
from archive.seal import seal
from archive.sealed import is_sealed, load_sealed
from archive.signature import plain_fingerprint, signer
from archive.tally import counting


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
    signer: str | None = None
    """Fingerprint of the key whose signature is on it; None where it is not signed."""
    signer_proved: bool = False
    """Whether that is the fingerprint the caller knows from elsewhere."""
    keys: tuple[str, ...] = ()
    """Names of the keys it is encrypted for; without one of them only its outside is checked."""
    erased: int = 0
    """Rows that were erased on request since it was made."""
    more: str = ""
    """What became of forms an archive may have besides, in words."""

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
        if self.keys:
            return (
                f"{self.name} holds: encrypted for {', '.join(self.keys)}, every file as listed; "
                "what is inside was not looked at (`changeover archive open`); "
                f"seal {(self.seal or '')[:16]}, {self._signed}"
            )
        return (
            f"{self.name} holds: {self.tables} tables, {self.rows:,} rows, every file as listed, "
            f"CSV and SQLite equal to the source{self.more}{self._erased}; "
            f"seal {(self.seal or '')[:16]}, {self._signed}"
        )

    @property
    def _erased(self) -> str:
        return f" but for {self.erased:,} rows erased on request" if self.erased else ""

    @property
    def _signed(self) -> str:
        if self.signer is None:
            return "not signed: signer not proved"
        return f"signer {'proved' if self.signer_proved else 'not proved'}: {self.signer}"


def verify(
    archive: Path, expected_seal: str | None = None, expected_signer: str | None = None
) -> Verification:
    """Check files against the lists, then counts and digests of both forms against the manifest.

    With `expected_seal` it must also be that very archive, or one made of it by erasing rows; with
    `expected_signer` (a fingerprint, as people type it) one signed by that key: the key beside it
    proves nothing. What is wrong is told, never raised; ValueError only where `expected_signer` is
    no fingerprint.
    """
    wanted = None if expected_signer is None else plain_fingerprint(expected_signer)
    name = archive.resolve().name  # `verify .` has a name, too
    try:
        found_seal = seal(archive)
    except OSError as error:
        return Verification(name, (f"{archive} is no archive: {error.strerror}",), None)
    problems = bag_problems(archive)
    if not problems and wanted not in (None, signer(archive)):
        problems.append(other_signer(archive))
    if expected_seal not in (None, found_seal):
        problems += _other_seal(archive, found_seal, str(expected_seal), proved=wanted is not None)
    if problems:
        # What is in files that have changed is no evidence of anything.
        return Verification(name, tuple(problems), found_seal)
    try:
        return _looked_into(archive, name, found_seal, proved=wanted is not None)
    except (OSError, ValueError, KeyError, sqlite3.Error, ArchiveError) as error:
        return Verification(name, (f"it cannot be read: {error}",), found_seal)


def _looked_into(archive: Path, name: str, found_seal: str, *, proved: bool) -> Verification:
    """Check what is in an archive whose files are those on its lists."""
    signed = signer(archive), proved
    if is_sealed(archive):
        keys = tuple(key.name for key in load_sealed(archive).keys)
        return Verification(name, (), found_seal, 0, 0, *signed, keys)
    manifest = load(archive)
    problems = [
        *other_forms(archive, manifest),
        *erasure_problems(manifest),
        *_differences(archive, manifest),
    ]
    found = len(manifest.tables), manifest.rows
    erased = sum(each.rows for each in manifest.erasures)
    return Verification(
        name,
        tuple(problems),
        found_seal,
        *found,
        *signed,
        erased=erased,
        more=parquet_files.words(manifest),
    )


def other_forms(archive: Path, manifest: Manifest) -> Iterator[str]:
    """Say what is wrong with what an archive has beside CSV and SQLite."""
    sums = payload_sums(archive)
    yield from originals.problems(archive, manifest.files, sums)
    yield from parquet_files.problems(archive, manifest, sums)


def _other_seal(archive: Path, found: str, expected: str, *, proved: bool) -> Iterator[str]:
    """Say that it is not the archive it should be, nor one made of it by erasing rows.

    That it was made of another, it says itself: who says so must be proved.
    """
    try:
        came_of_it = not is_sealed(archive) and expected in predecessors(load(archive))
    except (OSError, ValueError):
        came_of_it = False
    if not came_of_it:
        yield f"it is another archive: its seal is {found[:16]}"
    elif not proved:
        yield "it says it is that archive but for erased rows: give the signer, and that is proved"


def other_signer(archive: Path) -> str:
    """Say that an archive is not signed by the key it should be."""
    found = signer(archive)
    if found is None:
        return "it is not signed, and a signer was asked for"
    return f"it is signed by another key, {found}"


def _differences(archive: Path, manifest: Manifest) -> Iterator[str]:
    tables, copy = tables_of(manifest), archive / sqlite_copy.FILE
    with counting(2 * manifest.rows) as at_once:
        found = [
            (
                archived,
                at_once.csv(archive / archived.file, archived.table),
                at_once.sqlite(copy, tables, archived.table),
            )
            for archived in manifest.tables
        ]
        for archived, csv, sqlite in found:
            yield from differences(archived, csv.result(), sqlite.result())


def differences(archived: ArchivedTable, csv: TableDigest, sqlite: TableDigest) -> Iterator[str]:
    """Say how a table's two forms differ from what was read at the source."""
    name = archived.table.name
    for form, found in (("CSV", csv), ("SQLite", sqlite)):
        if found.rows != archived.digest.rows:
            yield f"{name}: {archived.digest.rows} rows in source, {found.rows} in {form}"
        elif found != archived.digest:
            yield f"{name}: {form} has as many rows as the source, but not the same ones"
