"""Taking a person's rows out of an archive on request, so that it can be proved what was done.

An archive is never changed. A new one is made beside it: the table's rows that match are gone from
every form, the rest is equal, and a record says how many rows went, what the table's digest was
before and is now, who did it and why, and which archive it was (its seal). The record holds no row
and no condition; what was erased cannot be told from it. Whoever knows every cell of a single row
that went could find that it was there, by the digests: nobody else learns anything.

The earlier archive, and every copy of it, still holds the rows until somebody removes it.
"""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from archive import (
    csv_batches,
    csv_files,
    datapackage,
    dictionary,
    originals,
    parquet_files,
    readme,
    sqlite_copy,
)
from archive.bag import write_bag
from archive.canonical import Columns, row_bytes
from archive.digests import Digester, TableDigest
from archive.errors import ArchiveError, Broken, Occupied
from archive.manifest import Answer, ArchivedTable, Erasure, Manifest, load, tables_of
from archive.room import full_disk_told
from archive.schema import Table
from archive.seal import seal
from archive.sealed import is_sealed
from archive.signature import SigningKey, signer
from archive.verify import verify

_PARTIAL = ".partial"
NAMES_AT_MOST = 20
"""Files that are named one by one."""
_MADE_ANEW = {datapackage.FILE, dictionary.FILE, sqlite_copy.FILE}


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be erased, and who answers for it."""

    table: str
    """Its name, or its id."""
    condition: str
    """As SQLite understands it: `id = ?`."""
    values: tuple[str, ...] = ()
    """For its question marks."""
    reason: str = ""
    """Kept for good, so without the person's name: the request's own number."""
    by: str = ""
    despite_retention: bool = False
    files_looked_at: bool = False
    """Whether a person has seen that the files kept beside the tables hold nothing of it."""


@dataclass(slots=True)
class _Going:
    """The rows that go, by hash: equal rows are counted."""

    rows: Counter[bytes] = field(default_factory=Counter)

    def stay(self, table: Table, columns: Columns) -> Columns:
        """Give what stays of some rows; what goes is crossed off."""
        stays = []
        for row in row_bytes(table.types, columns):
            found = sha256(row).digest()
            goes = self.rows[found] > 0
            if goes:
                self.rows[found] -= 1
            stays.append(not goes)
        return [
            [value for value, stay in zip(values, stays, strict=True) if stay] for values in columns
        ]


def erase(
    archive: Path, into: Path, request: Request, key: SigningKey | None, now: datetime
) -> Erasure:
    """Make an archive without some rows in `into`, which must not exist; gives what was done.

    Raises Broken where the archive does not hold, ArchiveError where there is no such table, no row
    matches, the table is still to be kept or a form of it cannot be made anew, NoRoom where the
    disk runs full. A failed call leaves nothing.
    """
    manifest, archived = _found(archive, into, request, now)
    going = _going(archive, manifest, archived.table, request)
    partial = into.with_name(into.name + _PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with full_disk_told(into.parent, "erase again"):
            after = _write_tables(archive, partial, manifest, archived, going)
            erasure = Erasure(
                at=now,
                by=request.by,
                reason=request.reason,
                table=archived.table.id,
                rows=archived.digest.rows - after.rows,
                before=archived.digest,
                after=after,
                predecessor=seal(archive),
                files_not_searched=manifest.files.digest.rows if manifest.files else 0,
            )
            _describe(archive, partial, _changed(partial, manifest, erasure), key)
            found = verify(partial)
            if not found.holds:
                raise ArchiveError(f"nothing was erased: what was made does not hold: {found.line}")
            partial.rename(into)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return erasure


def _found(
    archive: Path, into: Path, request: Request, now: datetime
) -> tuple[Manifest, ArchivedTable]:
    if into.exists():
        raise Occupied(f"{into} exists already: name a folder that does not")
    if is_sealed(archive):
        raise Broken(f"{archive.name} is encrypted: `changeover archive open` it first")
    checked = verify(archive)
    if not checked.holds:
        raise Broken(f"nothing was erased: {checked.line}")
    manifest = load(archive)
    for each in manifest.tables:
        if request.table in (each.table.name, each.table.id):
            break
    else:
        names = ", ".join(sorted(each.table.name for each in manifest.tables)[:10])
        raise ArchiveError(f"there is no table {request.table} in {archive.name}: it has {names}")
    until = manifest.retention.get(each.table.name)
    if until is not None and now.date() <= until and not request.despite_retention:
        raise ArchiveError(
            f"{each.table.name} is to be kept until {until}: the law that says so may be a reason "
            "to refuse the request; if not, say --despite-retention"
        )
    if manifest.files is not None and not request.files_looked_at:
        raise ArchiveError(
            f"{archive.name} keeps {manifest.files.digest.rows} files as they were, which are not "
            f"searched and which no erasing of rows changes ({some_names(archive)}): look through "
            "data/files, and say --files-looked-at where nothing of it is there"
        )
    return manifest, each


def some_names(archive: Path) -> str:
    """Name the files an archive keeps as they were, the first of many."""
    names = [*originals.paths(archive)]
    more = f" and {len(names) - NAMES_AT_MOST} more" if len(names) > NAMES_AT_MOST else ""
    return f"{', '.join(names[:NAMES_AT_MOST])}{more}; all are in {originals.INDEX}"


def condition_of(archive: Path, table: str, count: int) -> str:
    """Give the condition for rows of so many keys; ArchiveError where a row has no single key."""
    for each in load(archive).tables:
        if table in (each.table.name, each.table.id) and len(each.table.primary_key) == 1:
            (key,) = each.table.primary_key
            name = sqlite_copy.quoted(sqlite_copy.column_names(each.table)[key])
            return f"{name} IN ({', '.join('?' * count)})"
    raise ArchiveError(f"there is no table {table} whose rows have one key: say --where")


def _going(archive: Path, manifest: Manifest, table: Table, request: Request) -> _Going:
    going = _Going()
    with sqlite_copy.open_copy(archive / sqlite_copy.FILE, tables_of(manifest)) as copy:
        try:
            for columns in copy.where(table, f"({request.condition})", request.values):
                going.rows.update(sha256(row).digest() for row in row_bytes(table.types, columns))
        except sqlite3.Error as error:
            words = f"nothing was erased: SQLite does not take the condition: {error}"
            raise ArchiveError(words) from None
    if not going.rows:
        raise ArchiveError(f"nothing was erased: no row of {table.name} matches")
    return going


def _write_tables(
    archive: Path, partial: Path, manifest: Manifest, changed: ArchivedTable, going: _Going
) -> TableDigest:
    """Write every form anew without the rows; nothing of them is left in unused pages of a file."""
    for path in sorted(archive.rglob("*")):
        name = path.relative_to(archive).as_posix()
        made_anew = name in _MADE_ANEW or name.startswith(f"{parquet_files.FOLDER}/")
        if name.startswith("data/") and path.is_file() and not made_anew:
            _refuse_other_form(name, changed)
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            if name != changed.file:
                shutil.copyfile(path, partial / name)
    digester = Digester(changed.table.types)
    with csv_files.CsvWriter(partial / changed.file, changed.table) as file:
        for columns in csv_files.read(archive / changed.file, changed.table):
            stays = going.stay(changed.table, columns)
            if stays[0]:
                digester.add(stays)
                file.add(stays)
    tables = tables_of(manifest)
    with sqlite_copy.create(partial / sqlite_copy.FILE, tables) as copy:
        for each in manifest.tables:
            for batch in csv_batches.read(partial / each.file, each.table):
                copy.add(each.table, batch)
        copy.finish()
    if manifest.parquet:
        parquet_files.add(partial, manifest.tables)
    after = digester.result()
    if going.rows.total() or after.rows == changed.digest.rows:
        raise ArchiveError(f"nothing was erased: {changed.table.name} differs between its forms")
    return after


def _refuse_other_form(name: str, changed: ArchivedTable) -> None:
    """A form this does not know may hold the rows."""
    if Path(name).stem == changed.table.id and name != changed.file:
        raise ArchiveError(f"nothing was erased: {name} cannot be made anew without the rows")


def _changed(partial: Path, manifest: Manifest, erasure: Erasure) -> Manifest:
    """Give the manifest of what is left: digests, references, and answers asked anew."""
    tables = tables_of(manifest)
    with sqlite_copy.open_copy(partial / sqlite_copy.FILE, tables) as copy:
        archived = tuple(
            each.model_copy(
                update={
                    "broken_references": copy.broken_references(each.table),
                    "digest": erasure.after if each.table.id == erasure.table else each.digest,
                }
            )
            for each in manifest.tables
        )
        answers = tuple(_answered(copy, answer) for answer in manifest.answers)
    erasures = (*manifest.erasures, erasure)
    return manifest.model_copy(
        update={"tables": archived, "answers": answers, "erasures": erasures}
    )


def _answered(copy: sqlite_copy.SqliteCopy, answer: Answer) -> Answer:
    """Ask a question of what is left; one that only the source's own kind understands stays."""
    try:
        return answer.model_copy(update={"answer": copy.ask(answer.sql)})
    except (sqlite3.Error, ValueError):
        return answer


def _describe(archive: Path, partial: Path, manifest: Manifest, key: SigningKey | None) -> None:
    if key is None and signer(archive) is not None:
        raise ArchiveError(f"{archive.name} is signed: what is made of it must be, too")
    texts: Mapping[str, str] = {
        datapackage.FILE: datapackage.datapackage_text(manifest),
        dictionary.FILE: dictionary.dictionary_text(manifest),
        readme.FILE: readme.readme_text(manifest, signed=key is not None),
    }
    for name, text in texts.items():
        (partial / name).write_text(text, encoding="utf-8", newline="")
    manifest.write(partial)
    write_bag(partial, _info(archive), key)


def _info(archive: Path) -> dict[str, str]:
    lines = (archive / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    found = dict(line.split(": ", 1) for line in lines)
    found.pop("Payload-Oxum", None)
    return found
