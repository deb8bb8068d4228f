"""What an export that ended early leaves for the next one: tables that are written whole.

It lies in `<name>.partial`, with a list of the tables, each with its shape, the digest of the rows
read from the source, and its file's checksum. The next export reads in a snapshot of its own, in
which every table is digested at the source again: a file is taken over only where that digest is
the same, so that all tables of an archive still are of one moment. Where the source cannot digest
its rows without handing them over, nothing would be gained, and nothing is kept.
"""

import os
import re
import shutil
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

from archive.copying import Job
from archive.digests import TableDigest
from archive.errors import Occupied
from archive.schema import Part, Table
from archive.source import Snapshot

FILE = "written.json"


class Written(Part):
    """A table that is whole on the disk."""

    table: Table
    file: str
    digest: TableDigest
    sha256: str


class Leftover(Part):
    """All of them."""

    tables: tuple[Written, ...] = ()


def jobs(
    partial: Path, snapshot: Snapshot, tables: Sequence[Table], files: Sequence[str]
) -> list[Job]:
    """Give what is to be written, with what an earlier attempt has written of it already."""
    known = {written.file: written for written in _read(partial).tables}
    found = []
    for table, file in zip(tables, files, strict=True):
        written, path = known.get(file), partial / file
        same = written is not None and written.table == table and snapshot.copier(table) is not None
        if written is not None and same and _sha256(path) == written.sha256:
            found.append(Job(table, path, written.digest))
            continue
        path.unlink(missing_ok=True)
        found.append(Job(table, path))
    return found


class Notes:
    """The list in the making."""

    def __init__(self, partial: Path, begun: Sequence[Job]) -> None:
        """Begin with what is there already."""
        self._partial = partial
        kept = {_file(partial, job) for job in begun if job.kept}
        self._tables = {each.file: each for each in _read(partial).tables if each.file in kept}

    def add(self, job: Job, digest: TableDigest) -> None:
        """Note a table that is written."""
        file = _file(self._partial, job)
        entry = Written(table=job.table, file=file, digest=digest, sha256=_sha256(job.path) or "")
        self._tables[file] = entry
        new = self._partial / f"{FILE}.new"
        text = Leftover(tables=tuple(self._tables.values())).model_dump_json()
        new.write_text(text, encoding="utf-8")
        new.replace(self._partial / FILE)


def forget(partial: Path) -> None:
    """Remove the list, once all is written."""
    (partial / FILE).unlink(missing_ok=True)


def trim(partial: Path, ours: frozenset[str]) -> None:
    """Remove all but tables that are whole, and everything where none is.

    Occupied, and nothing is removed, where something lies there that no export has left.
    """
    if not partial.exists() and not partial.is_symlink():
        return
    known = ours | {FILE, f"{FILE}.new"}
    strangers = {path.name for path in partial.iterdir()} - known
    if partial.is_symlink() or strangers:
        raise Occupied(f"{partial} is not what an export left ({sorted(strangers)}): move it away")
    keep = {written.file for written in _read(partial).tables}
    if not keep:
        shutil.rmtree(partial)
        return
    for parent, _, names in os.walk(partial, topdown=False):
        for name in names:
            path = Path(parent, name)
            if path.relative_to(partial).as_posix() not in keep | {FILE}:
                path.unlink()
        if not any(Path(parent).iterdir()):
            Path(parent).rmdir()  # a bag holds no empty folder


def take_over(partial: Path, pattern: re.Pattern[str]) -> None:
    """Go on, under this name, with the newest that an export of another name has left.

    `pattern` is of whole names, all of them in the same folder.
    """
    left = [path for path in partial.parent.glob("*.partial") if pattern.fullmatch(path.name)]
    if left and not partial.exists():
        max(left, key=lambda path: path.stat().st_mtime).rename(partial)


def _file(partial: Path, job: Job) -> str:
    return job.path.relative_to(partial).as_posix()


def _read(partial: Path) -> Leftover:
    try:
        return Leftover.model_validate_json((partial / FILE).read_bytes())
    except (OSError, ValueError):
        return Leftover()


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
