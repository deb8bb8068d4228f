"""Whether a source still is what an archive was made of."""

from collections.abc import Mapping, Sequence

from archive.digests import TableDigest, digest
from archive.manifest import Manifest
from archive.originals import Original, digest_of
from archive.schema import Table
from archive.source import Snapshot, Source


def changed_since(source: Source, manifest: Manifest) -> tuple[str, ...]:
    """Name the tables whose rows or shape are no longer those in the archive, new ones included.

    It reads the whole source, in one snapshot, and compares digests: an archive is stale as soon
    as one row was written after it. Raises what the source raises.
    """
    archived = {each.table.name: each for each in manifest.tables}
    changed = []
    with source.snapshot() as snapshot:
        originals = snapshot.originals()
        tables = snapshot.schema().tables
        for table in tables:
            known = archived.pop(table.name, None)
            same_shape = known is not None and known.table.columns == table.columns
            if known is None or not same_shape or _digest(snapshot, table) != known.digest:
                changed.append(table.name)
        changed += _files(originals, manifest.files.telling if manifest.files else None)
    return (*changed, *archived)


def rows_changed_since(
    source: Source, known: Mapping[str, TableDigest], files: TableDigest | None = None
) -> tuple[str, ...]:
    """Name the tables whose rows are no longer those of some digests, by table; new ones included.

    `files`: the digest of the files kept beside them (`KeptFiles.telling`). For an archive whose
    manifest cannot be read here, because it is encrypted. A column that was only renamed goes
    unseen. Reads the whole source, and raises what it raises.
    """
    with source.snapshot() as snapshot:
        originals = snapshot.originals()
        tables = {table.name: table for table in snapshot.schema().tables}
        changed = [n for n, t in tables.items() if known.get(n) != _digest(snapshot, t)]
        changed += _files(originals, files)
    return (*changed, *sorted({*known} - {*tables}))


def _files(originals: Sequence[Original], before: TableDigest | None) -> list[str]:
    same = digest_of(originals) == (before or digest_of(()))
    return [] if same else ["the files kept beside it"]


def _digest(snapshot: Snapshot, table: Table) -> TableDigest:
    """Let the source itself digest a table where it can: its rows need not travel."""
    copier = snapshot.copier(table)
    return copier.digest() if copier is not None else digest(table.types, snapshot.read(table))
