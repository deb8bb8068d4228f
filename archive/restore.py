"""The drill: bring an archive back to life in an empty database, and compare.

It is restored from the CSV files, the form meant to outlive every program, and not from the SQLite
copy; each table is then digested in four places: as the source gave it, in the CSV file, in the
copy, and in the restored database.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import URL, make_url

from archive import arrow_cells, csv_batches, parquet_files, sqlite_copy
from archive.arrow_cells import Batch
from archive.bag import bag_problems, payload_sums
from archive.canonical import Columns
from archive.digests import Digester, TableDigest
from archive.errors import Broken
from archive.manifest import Answer, Manifest, load, tables_of
from archive.restore_postgres import PostgresTarget
from archive.restore_sql import SqlTarget
from archive.room import full_disk_told
from archive.schema import Part, Table
from archive.seal import seal
from archive.sealed import is_sealed
from archive.signature import signer
from archive.tally import Counted, Counting, counting
from archive.verify import Verification, differences, other_forms


class Target(Protocol):
    """A database that is being filled from an archive."""

    def add(self, table: Table, columns: Batch | Columns) -> None:
        """Write some rows."""
        ...

    def finish(self) -> None:
        """Keep what was written."""
        ...

    def ask(self, sql: str) -> str:
        """Give a question's answer."""
        ...

    def broken_references(self, table: Table) -> tuple[int, ...]:
        """Count for each foreign key the rows whose parent is missing."""
        ...


class TableCompared(Part):
    """One table in four places."""

    name: str
    source: TableDigest
    csv: TableDigest
    sqlite_copy: TableDigest
    restored: TableDigest
    broken_in_source: tuple[int, ...]
    """For each foreign key: rows without their parent, which the source had already."""
    broken_in_restored: tuple[int, ...]

    @property
    def equal(self) -> bool:
        """Tell whether all four are the same, and refer to each other as well as in the source."""
        same = self.source == self.csv == self.sqlite_copy == self.restored
        return same and self.broken_in_source == self.broken_in_restored


class QuestionCompared(Part):
    """One question of the plan, asked twice."""

    ask: str
    sql: str
    source: str
    restored: str | None
    """None where it could not be asked."""
    problem: str | None = None
    """Why it could not."""

    @property
    def equal(self) -> bool:
        """Tell whether the answers are the same."""
        return self.restored == self.source


class RestoreReport(Part):
    """What the drill showed."""

    seal: str
    """Identity of the archive."""
    signer: str | None = None
    """Fingerprint of the key that signed it."""
    target: str
    """Kind of database it was restored into."""
    tables: tuple[TableCompared, ...]
    questions: tuple[QuestionCompared, ...]
    files: TableDigest | None = None
    """Of the files kept beside the tables that tell whether the source has changed."""

    @property
    def equal(self) -> bool:
        """Tell whether every table and every answer is the same."""
        tables = all(each.equal for each in self.tables)
        return tables and all(each.equal for each in self.questions)

    @property
    def line(self) -> str:
        """Say it in one line."""
        different = [each.name for each in self.tables if not each.equal]
        different += [f"“{each.ask}”" for each in self.questions if not each.equal]
        if different:
            return f"restored into {self.target}, NOT EQUAL: {', '.join(different)}"
        rows = sum(each.restored.rows for each in self.tables)
        return (
            f"restored into {self.target} and equal: {len(self.tables)} tables, {rows:,} rows, "
            f"{len(self.questions)} questions answered alike"
        )


def restore(archive: Path, target: str | URL) -> RestoreReport:
    """Restore an archive into an empty database and compare everything with the source.

    `target` is the SQLAlchemy URL of an empty database; for SQLite, of a file that does not exist.
    Raises Broken where the archive is not whole, Occupied where the target is not empty, NoRoom
    where a file's disk runs full. A failed call leaves the target as it was.
    """
    _refuse_what_cannot_be(archive)
    url = make_url(target)
    if not _is_file(url):
        return _drill(archive, url)
    with full_disk_told(Path(url.database or "").parent, "restore again"):
        return _drill(archive, url)


def _drill(archive: Path, url: URL) -> RestoreReport:
    manifest = load(archive)
    tables = tables_of(manifest)
    copy = archive / sqlite_copy.FILE
    with counting(3 * manifest.rows, busy=1) as at_once, _open(url, manifest) as database:
        # The copy is digested elsewhere while the database is filled.
        copies = [at_once.sqlite(copy, tables, e.table) for e in manifest.tables]
        csv = [_filled(at_once, archive / e.file, e.table, database) for e in manifest.tables]
        database.finish()
        again = _restored(at_once, url, database, tables, payload_sums(archive)[sqlite_copy.FILE])
        of_copies = [each.result() for each in copies]
        restored = of_copies if again is None else [each.result() for each in again]
        compared = tuple(
            TableCompared(
                name=each.table.name,
                source=each.digest,
                csv=of_csv.result(),
                sqlite_copy=of_copy,
                restored=of_restored,
                broken_in_source=each.broken_references,
                broken_in_restored=database.broken_references(each.table),
            )
            for each, of_csv, of_copy, of_restored in zip(
                manifest.tables, csv, of_copies, restored, strict=True
            )
        )
        questions = tuple(_ask_again(answer, database) for answer in manifest.answers)
    report = RestoreReport(
        seal=seal(archive), target=url.get_backend_name(), tables=compared, questions=questions
    )
    files = manifest.files.telling if manifest.files else None
    return report.model_copy(update={"signer": signer(archive), "files": files})


def _refuse_what_cannot_be(archive: Path) -> None:
    if is_sealed(archive):
        raise Broken(f"{archive.name} is encrypted: `changeover archive open` it first")
    if problems := bag_problems(archive):
        raise Broken(f"{archive.name} is not whole, and nothing was restored: {problems[0]}")


def verified(archive: Path, report: RestoreReport) -> Verification:
    """Check that an archive still is, byte for byte, the one a drill showed to hold.

    The drill has digested both forms already; only the files' checksums are taken again.
    """
    problems = bag_problems(archive)
    if not problems and seal(archive) != report.seal:
        problems = [
            f"it is another archive than the one restored: its seal is {seal(archive)[:16]}"
        ]
    if problems:
        return Verification(archive.name, tuple(problems), None)
    manifest = load(archive)
    for each, compared in zip(manifest.tables, report.tables, strict=True):
        problems += differences(each, compared.csv, compared.sqlite_copy)
    problems += other_forms(archive, manifest)
    found = len(manifest.tables), manifest.rows
    more, signed = parquet_files.words(manifest), signer(archive)
    return Verification(archive.name, tuple(problems), report.seal, *found, signed, more=more)


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database)


def _open(url: URL, manifest: Manifest) -> AbstractContextManager[Target]:
    if _is_file(url):
        return sqlite_copy.create(Path(url.database or ""), tables_of(manifest))
    kind = PostgresTarget if url.get_backend_name() == "postgresql" else SqlTarget
    return kind(url, tables_of(manifest))


def _filled(at_once: Counting, file: Path, table: Table, database: Target) -> Counted:
    """Write a table's rows; gives the digest of those read."""
    if isinstance(database, SqlTarget):
        counted = at_once.csv(file, table)
        database.fill(file, table)
        return counted
    digester = Digester(table.types)
    for batch in csv_batches.read(file, table):
        database.add(table, batch)
        arrow_cells.add(digester, table.types, batch)
    return Counted(known=digester.result())


def _restored(
    at_once: Counting, url: URL, database: Target, tables: Sequence[Table], of_copy: str
) -> list[Counted] | None:
    """Digest what was restored; None where its digests are the copy's.

    `of_copy` is the checksum of the archive's copy. The same rows written in the same order by the
    same SQLite make the same file, byte for byte; and one of two equal files is digested already.
    """
    if isinstance(database, SqlTarget):
        return [Counted(known=database.digest(table)) for table in tables]
    path = Path(url.database or "")
    with path.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() == of_copy:
            return None
    return [at_once.sqlite(path, tables, table) for table in tables]


def _ask_again(answer: Answer, database: Target) -> QuestionCompared:
    asked = {"ask": answer.ask, "sql": answer.sql, "source": answer.answer}
    try:
        return QuestionCompared(**asked, restored=database.ask(answer.sql))
    except Exception as error:  # noqa: BLE001 each driver has errors of its own, and none may pass
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
        return QuestionCompared(**asked, restored=None, problem=problem)
