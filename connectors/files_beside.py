"""Files and folders the plan names, to be kept as they are."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from archive.originals import Original
from connectors.errors import Misconfigured, Refused

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

FilesBeside = tuple[Path, Sequence[str]]
"""A folder, and paths relative to it."""


def files_of(folder: Path, named: Sequence[str], where: str) -> Iterator[Original]:
    """Give every file of `named`, which are paths relative to `folder`, in order.

    Misconfigured where one is not there, holds no file, or is a link: `where` is its key in the
    plan. A file that changes while it is read is Refused then.
    """
    for name in named:
        path = folder / name
        found = sorted(_under(path, where)) if path.is_dir() else [path]
        if not path.exists():
            raise Misconfigured(f"{where}: there is no {name}; mend the plan, or find it")
        if not found:
            raise Misconfigured(f"{where}: {name} holds no file; mend the plan, or find them")
        for each in found:
            label = _label(each, folder, where)
            yield Original(label, partial(opened, each, label), size=each.stat().st_size)


def _under(path: Path, where: str) -> Iterator[Path]:
    for parent, folders, files in os.walk(path, onerror=_stop):
        for name in (*folders, *files):
            found = Path(parent, name)
            if found.is_symlink():
                raise Misconfigured(f"{where}: {found} is a link; name what it leads to instead")
        yield from (Path(parent, name) for name in files)


def _stop(error: OSError) -> None:
    raise Misconfigured(f"{error.filename} cannot be looked into: {error.strerror}") from None


def _label(path: Path, folder: Path, where: str) -> str:
    text = Path(os.path.relpath(path, folder)).as_posix()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Misconfigured(f"{where}: {text!r} is no name in UTF-8; give it another") from None
    if not path.is_file() or path.is_symlink():
        raise Misconfigured(f"{where}: {text} is no ordinary file; leave it out of the plan")
    return text


@contextmanager
def opened(path: Path, label: str) -> Iterator[BinaryIO]:
    """Open a file to read; Refused in the end where it changed meanwhile."""
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            yield file
            after = path.stat()
    except OSError as error:
        if error.errno in _FULL:
            raise  # of where it is copied to
        raise Misconfigured(f"{label} cannot be read: {error.strerror}") from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Refused(f"{label} changed while it was read: let nobody write to it, then try again")
