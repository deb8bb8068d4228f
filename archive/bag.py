"""The bag around an archive's files (BagIt 1.0, RFC 8493) and the check that it is whole.

Checked more strictly than the RFC asks: the lists are as we write them (sorted, small hexadecimal
digits, two spaces, a last newline), every file outside data/ is on the tag list but for the
signature over that list, and nothing else lies about: no link, no empty folder.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import file_digest
from pathlib import Path

from archive.signature import PUBLIC, SIGNATURE, TAG_LIST, SigningKey, signature_problem

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
READERS = 2
"""Files read at once: enough for a disk, and while one is hashed another is."""
PAYLOAD_LIST = "manifest-sha256.txt"

_DECLARED = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*)")
_MOST_PROBLEMS = 20
"""Problems told of one archive; a thousandth one says nothing more."""


def write_bag(folder: Path, info: Mapping[str, str], key: SigningKey | None = None) -> None:
    """Make a bag of a folder whose payload lies in data/; all of it is on the disk afterwards.

    `info` becomes bag-info.txt; its values must be of one line. Signed by `key`, where it is given.
    """
    if key is not None:
        (folder / PUBLIC).write_bytes(key.public_pem)
    (folder / DECLARATION).write_text(_DECLARED, encoding="utf-8")
    payload = sorted(path for path in _files(folder) if path.startswith("data/"))
    octets = sum((folder / path).stat().st_size for path in payload)
    lines = [*info.items(), ("Payload-Oxum", f"{octets}.{len(payload)}")]
    text = "".join(f"{label}: {value}\n" for label, value in lines)
    (folder / INFO).write_text(text, encoding="utf-8")
    _write_list(folder, PAYLOAD_LIST, payload)
    tags = sorted(path for path in _files(folder) if not path.startswith("data/"))
    _write_list(folder, TAG_LIST, tags)
    if key is not None:
        key.sign(folder)
    _flush(folder)


def bag_problems(folder: Path) -> list[str]:
    """Tell what is wrong with a bag: nothing where it is whole, at most 20 problems otherwise."""
    if not (folder / TAG_LIST).is_file():
        return [f"{TAG_LIST} is missing: this is no whole archive"]
    problems = [f"{path} does not belong here" for path in _strangers(folder)]
    present = [*_files(folder)]
    problems += _list_problems(
        *(folder, TAG_LIST),
        {path for path in present if not path.startswith("data/")} - {TAG_LIST, SIGNATURE},
    )
    problems += _list_problems(
        folder, PAYLOAD_LIST, {path for path in present if path.startswith("data/")}
    )
    unsigned = signature_problem(folder)
    return [*problems[: _MOST_PROBLEMS - 1], *([unsigned] if unsigned else [])]


def payload_sums(folder: Path) -> dict[str, str]:
    """Give the checksums the bag states of its payload; OSError or ValueError where it does not."""
    return _read_list(folder / PAYLOAD_LIST)


def _write_list(folder: Path, name: str, paths: Iterable[str]) -> None:
    lines = "".join(f"{summed.result()}  {path}\n" for path, summed in _sums(folder, paths))
    (folder / name).write_text(lines, encoding="ascii", newline="\n")


def _list_problems(folder: Path, name: str, present: set[str]) -> Iterator[str]:
    """Compare a list with the files there are."""
    try:
        listed = _read_list(folder / name)
    except (OSError, ValueError) as error:
        yield f"{name} cannot be read: {error}"
        return
    yield from (f"{path} is missing" for path in sorted({*listed} - present))
    yield from (f"{path} is not on the list {name}" for path in sorted(present - {*listed}))
    for path, summed in _sums(folder, sorted(present & {*listed})):
        try:
            changed = summed.result() != listed[path]
        except OSError as error:
            # Old disks do this: a sector that is gone is no reason to say nothing of the others.
            yield f"{path} cannot be read: {error.strerror}"
            continue
        if changed:
            yield f"{path} has changed: its checksum is not the one in {name}"


def _read_list(path: Path) -> dict[str, str]:
    text = path.read_bytes().decode("ascii")
    lines = text.split("\n")
    if lines.pop() != "":
        raise ValueError("its last line is cut off")
    matches = [_LINE.fullmatch(line) for line in lines]
    if None in matches:
        raise ValueError(f"line {matches.index(None) + 1} is not 'checksum  path'")
    paths = [match[2] for match in matches if match]
    if paths != sorted({*paths}):
        raise ValueError("its lines are not in order")
    return {match[2]: match[1] for match in matches if match}


def _entries(folder: Path) -> Iterator[tuple[Path, str]]:
    # Links are listed and never followed: Path.rglob would.
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            yield path, path.relative_to(folder).as_posix()


def _files(folder: Path) -> Iterator[str]:
    return (name for path, name in _entries(folder) if path.is_file() and not path.is_symlink())


def _strangers(folder: Path) -> Iterator[str]:
    for path, name in _entries(folder):
        ordinary = path.is_file() or (path.is_dir() and any(path.iterdir()))
        if path.is_symlink() or not ordinary:
            yield name


def _sums(folder: Path, paths: Iterable[str]) -> Iterator[tuple[str, Future[str]]]:
    """Give files' checksums, some made at a time; OSError for one that cannot be read."""
    with ThreadPoolExecutor(READERS) as pool:
        yield from [(path, pool.submit(_sha256, folder / path)) for path in paths]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _flush(folder: Path) -> None:
    """Wait until everything is on the disk: the name an archive gets next must not lie."""
    for path in [*(path for path, _ in _entries(folder)), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
