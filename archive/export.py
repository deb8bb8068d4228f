"""Make an archive of a source.

It is written into `<name>.partial` beside the place where it goes, flushed to the disk and renamed
when it is whole: under its own name there is never half an archive. An attempt that ends early
leaves the tables that are whole to the next one (`archive.leftover`).
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from archive import (
    csv_batches,
    datapackage,
    dictionary,
    leftover,
    parquet_files,
    readme,
    sqlite_copy,
)
from archive.bag import write_bag
from archive.copying import Job, Progress, Told, copied
from archive.digests import TableDigest
from archive.errors import ArchiveError, Occupied, SourceChanging
from archive.leftover import Notes, trim
from archive.manifest import Answer, ArchivedTable, Manifest
from archive.originals import Original, keep
from archive.retention import retention_of
from archive.room import Forms, check_room, full_disk_told
from archive.schema import SourceSchema, Table
from archive.signature import PUBLIC, SIGNATURE, TAG_LIST, SigningKey
from archive.source import Size, Snapshot, Source, Weighed
from config.plan import Question

ATTEMPTS = 3
"""How often the source is read before a schema that keeps changing is given up."""

SUFFIX = ".partial"
_OUR_NAMES = frozenset({"data", "bagit.txt", "bag-info.txt", "manifest.json", "README.txt", PUBLIC,
              "manifest-sha256.txt", TAG_LIST, SIGNATURE})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Particulars:
    """What an archive's manifest says beside what the source shows."""

    rollout: str
    now: datetime
    """When it is made; aware, UTC."""
    questions: Sequence[Question] = ()
    """Asked of the source in the snapshot, and later of what is restored."""
    switches: Mapping[str, str | None] | None = None
    """Values the old system's switches had before the freeze, by name."""
    keep_until: date | None = None
    key: SigningKey | None = field(default=None, repr=False)
    """What it is signed with; None leaves it unsigned."""
    retention: Mapping[str, date | int] = field(default_factory=dict)
    """Table -> until when its rows are to be kept, or for how many years from now."""
    parquet: bool = False
    """Whether the tables are to be there as Parquet, too."""
    room: Forms = field(default_factory=Forms)
    """What else the disk must have room for; `parquet` counts anyway."""


def export(source: Source, folder: Path, progress: Progress, about: Particulars) -> Manifest:
    """Archive every table of a source in `folder`, which must not exist yet.

    Raises Occupied where it does, UnknownType or Unfit where something has no exact form,
    SourceChanging where the tables' shape changed in each of three attempts, NoRoom where the disk
    has too little, and whatever the source raises. What ends early leaves at most
    `<name>.partial`, with which the next one goes on.
    """
    if folder.exists():
        raise Occupied(f"{folder} exists already: an archive is never overwritten; choose a name")
    partial = folder.with_name(folder.name + SUFFIX)
    for attempt in range(1, ATTEMPTS + 1):
        trim(partial, _OUR_NAMES)
        before = source.schema_hash()
        try:
            with full_disk_told(folder.parent, "export again: whole tables are kept"):
                manifest = _write(source, partial, progress, about, attempt)
            if source.schema_hash() == before == manifest.schema_sha256:
                partial.rename(folder)
                return manifest
        except Exception:
            # What went wrong while the tables changed shape went wrong because of it.
            if source.schema_hash() == before:
                raise
        finally:
            trim(partial, _OUR_NAMES)
    raise SourceChanging(
        f"the source's tables changed shape during each of ATTEMPTS = {ATTEMPTS} exports: "
        "freeze it, or see who changes it, then export again"
    )


def _write(
    source: Source, folder: Path, progress: Progress, about: Particulars, attempt: int
) -> Manifest:
    (folder / "data" / "csv").mkdir(parents=True, exist_ok=True)
    with source.snapshot() as snapshot:
        # First, for a file that is missing is better told before hours than after.
        originals = snapshot.originals()
        schema = snapshot.schema()
        _refuse_formless(schema, originals)
        jobs = _jobs(snapshot, schema, folder, originals, about)
        archived = _write_tables(snapshot, schema.tables, folder, progress, jobs)
        answers = [
            Answer(ask=question.ask, sql=question.sql, answer=snapshot.ask(question.sql))
            for question in about.questions
        ]
        manifest = Manifest(
            rollout=about.rollout,
            made_at=about.now,
            source_sha256=sha256(source.fingerprint().encode()).hexdigest(),
            dialect=snapshot.dialect,
            consistency=snapshot.consistency,
            schema_sha256=schema.hash,
            tables=archived,
            files=keep(originals, folder),
            views=schema.views,
            sequences=schema.sequences,
            answers=tuple(answers),
            switches=dict(about.switches or {}),
            keep_until=about.keep_until,
            retention=retention_of(about.retention, schema.tables, about.now.date()),
            attempts=attempt,
            parquet=about.parquet,
        )
    if about.parquet:
        parquet_files.add(folder, archived)
    leftover.forget(folder)
    _write_descriptions(folder, manifest, schema, about.key)
    return manifest


def _jobs(
    snapshot: Snapshot,
    schema: SourceSchema,
    folder: Path,
    originals: Sequence[Original],
    about: Particulars,
) -> list[Job]:
    """Give what is to be written; NoRoom where the disk has not the room for all of it."""
    jobs = leftover.jobs(folder, snapshot, schema.tables, [*map(_file, schema.tables)])
    kept = sum(job.path.stat().st_size for job in jobs if job.kept)
    files = sum(original.size for original in originals)
    forms = replace(about.room, parquet=about.parquet)
    check_room(folder.parent, _sizes(snapshot, schema.tables), files, forms, kept)
    return jobs


def _sizes(snapshot: Snapshot, tables: Sequence[Table]) -> Mapping[str, Size]:
    return snapshot.sizes(tables) if isinstance(snapshot, Weighed) else {}


def _write_tables(
    snapshot: Snapshot,
    tables: Sequence[Table],
    folder: Path,
    progress: Progress,
    jobs: Sequence[Job],
) -> tuple[ArchivedTable, ...]:
    """Write both forms of every table."""
    if not tables:
        (folder / "data" / "csv").rmdir()  # a bag holds no empty folder
    sizes = _sizes(snapshot, tables)
    told = Told(progress, jobs, sum(size.rows for size in sizes.values()) or None)
    with sqlite_copy.create(folder / sqlite_copy.FILE, tables) as copy:
        digests = _fill(copy, snapshot, jobs, told, Notes(folder, jobs))
        copy.finish()
        return tuple(
            ArchivedTable(
                table=table,
                file=_file(table),
                digest=digest,
                broken_references=copy.broken_references(table),
                irregular=copy.irregular(table),
            )
            for table, digest in zip(tables, digests, strict=True)
        )


def _fill(
    copy: sqlite_copy.SqliteCopy, snapshot: Snapshot, jobs: Sequence[Job], told: Told, notes: Notes
) -> list[TableDigest]:
    """Write the CSV files, and copy each while the source writes others."""
    digests = []
    with closing(copied(snapshot, jobs, told)) as written:
        for job, digest in zip(jobs, written, strict=True):
            if snapshot.copier(job.table) is not None:
                notes.add(job, digest)
            for batch in csv_batches.read(job.path, job.table):
                copy.add(job.table, batch)
                told.pass_on()
            digests.append(digest)
    return digests


def _write_descriptions(
    folder: Path, manifest: Manifest, schema: SourceSchema, key: SigningKey | None
) -> None:
    texts = {
        datapackage.FILE: datapackage.datapackage_text(manifest),
        dictionary.FILE: dictionary.dictionary_text(manifest),
        dictionary.DDL_FILE: dictionary.ddl_text(schema),
        readme.FILE: readme.readme_text(manifest, signed=key is not None),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    manifest.write(folder)
    info = {
        "Bagging-Date": manifest.made_at.date().isoformat(),
        "External-Identifier": " ".join(manifest.rollout.split()),
        "Bag-Software-Agent": "changeover",
    }
    write_bag(folder, info, key)


def _file(table: Table) -> str:
    return f"data/csv/{table.id}.csv"


def _refuse_formless(schema: SourceSchema, originals: Sequence[Original]) -> None:
    if not schema.tables and not originals:
        raise ArchiveError(
            "the source shows no table: is it the right database, and the right user?"
        )
    for table in schema.tables:
        if not table.columns:
            raise ArchiveError(f"table {table.name} has no columns, so its rows have no form")
