"""Files kept as they are beside the tables: attachments, and the files an export came in.

Each lies in `data/files/` under an id; `data/files.csv` leads from the id to the path it had. What
the index says is digested as a table's rows are, so that the manifest need not name every file.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from archive.digests import Digester, TableDigest
from archive.errors import ArchiveError
from archive.schema import Logical, Part

INDEX = "data/files.csv"
FOLDER = "data/files"
HEADER = ("file", "path", "bytes", "sha256")

_CHUNK = 1 << 20
_TYPES = (Logical.TEXT, Logical.INTEGER, Logical.TEXT)


@dataclass(frozen=True, slots=True)
class Original:
    """A file of the source's."""

    path: str
    """Where it lay, as people there would say it."""
    open: Callable[[], AbstractContextManager[BinaryIO]]
    """Opens it to be read; raises what the source raises."""
    telling: bool = True
    """Whether other bytes in it mean that the source has changed since."""
    size: int = 0
    """Octets, as far as they are known before it is read."""


class KeptFiles(Part):
    """How many files are kept, and a digest over path, bytes and checksum of each."""

    digest: TableDigest
    bytes: int
    telling: TableDigest
    """Of those alone that tell whether the source has changed."""


@dataclass(frozen=True, slots=True)
class _Kept:
    file: str
    path: str
    size: int
    sum: str
    telling: bool


def keep(originals: Sequence[Original], archive: Path) -> KeptFiles | None:
    """Copy files into an archive that is being made, and write their index; None where none are.

    Raises what opening them raises, and ArchiveError where two have the same path.
    """
    if not originals:
        return None
    paths = [original.path for original in originals]
    if len({*paths}) < len(paths):
        twice = next(path for path in paths if paths.count(path) > 1)
        raise ArchiveError(f"{twice} is named twice among the files to keep: mend the plan")
    (archive / FOLDER).mkdir(parents=True, exist_ok=True)
    kept = []
    for number, original in enumerate(originals, start=1):
        name = f"{FOLDER}/f{number:06d}"
        with (archive / name).open("xb") as file:
            size, found = _read(original, file.write)
        kept.append(_Kept(name.removeprefix("data/"), original.path, size, found, original.telling))
    with (archive / INDEX).open("x", encoding="utf-8", newline="") as index:
        writer = csv.writer(index, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows((each.file, each.path, each.size, each.sum) for each in kept)
    return KeptFiles(
        digest=_digest(kept),
        bytes=sum(each.size for each in kept),
        telling=_digest(each for each in kept if each.telling),
    )


def paths(archive: Path) -> Iterator[str]:
    """Give where each kept file lay, as people there said it; ValueError where no index says so."""
    return (each.path for each in _index(archive))


def digest_of(originals: Iterable[Original]) -> TableDigest:
    """Digest the files that tell whether a source has changed, as `KeptFiles.telling` was."""
    return _digest(
        _Kept("", original.path, *_read(original, len), telling=True)
        for original in originals
        if original.telling
    )


def problems(archive: Path, kept: KeptFiles | None, sums: Mapping[str, str]) -> Iterator[str]:
    """Say what is wrong with an archive's kept files; `sums` are the bag's, by path.

    That each file has the checksum the bag says is checked elsewhere.
    """
    there = {path for path in sums if path.startswith(f"{FOLDER}/")}
    if kept is None:
        yield from (f"{path} is in no index" for path in sorted(there))
        return
    listed = [*_index(archive)]
    if _digest(listed) != kept.digest:
        yield f"{INDEX} does not say what the manifest says of {kept.digest.rows} files"
    named = {f"data/{each.file}" for each in listed}
    yield from (f"{path} is in no index" for path in sorted(there - named))
    for each in listed:
        if sums.get(f"data/{each.file}") != each.sum:
            yield f"{each.file} is not the file {INDEX} speaks of"


def _read(original: Original, take: Callable[[bytes], object]) -> tuple[int, str]:
    size, digest = 0, sha256()
    with original.open() as file:
        while chunk := file.read(_CHUNK):
            take(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _digest(kept: Iterable[_Kept]) -> TableDigest:
    digester = Digester(_TYPES)
    for each in kept:
        digester.add([[each.path], [str(each.size)], [each.sum]])
    return digester.result()


def _index(archive: Path) -> Iterator[_Kept]:
    """Read the index; ValueError where it is none."""
    with (archive / INDEX).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        if tuple(next(rows, ())) != HEADER:
            msg = f"{INDEX} has another header"
            raise ValueError(msg)
        for name, path, size, found in rows:
            yield _Kept(name, path, int(size), found, telling=True)
