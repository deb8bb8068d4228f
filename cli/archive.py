"""`changeover archive verify|restore`: an archive of an old system, with nothing but itself."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from archive.errors import ArchiveError, Broken
from archive.manifest import load
from archive.restore import restore as restored
from archive.retention import overdue
from archive.seal import plain_seal
from archive.signature import plain_fingerprint
from archive.verify import verify as verified
from cli.clock import now

if TYPE_CHECKING:
    from sqlalchemy import URL

Folder = Annotated[Path, Parameter(help="The archive's folder.")]
NewFolder = Annotated[Path, Parameter(help="Folder for what is made; it must not exist yet.")]
Signer = Annotated[
    str | None, Parameter(help="Fingerprint of the key it must be signed with, from elsewhere.")
]


def proper(signer: str | None) -> str | None:
    """Give a fingerprint as it is kept; ArchiveError where it is none."""
    return _plain(plain_fingerprint, signer)


def proper_seal(seal: str | None) -> str | None:
    """Give a seal as it is kept; ArchiveError where it is none, or only its beginning."""
    return _plain(plain_seal, seal)


def _plain(plain: Callable[[str], str], text: str | None) -> str | None:
    try:
        return None if text is None else plain(text)
    except ValueError as error:
        raise ArchiveError(str(error)) from None


def verify(
    path: Folder,
    *,
    seal: Annotated[str | None, Parameter(help="The seal it must have, as approved.")] = None,
    signer: Signer = None,
) -> None:
    """Check every file and every row of an archive; say in one line what holds.

    Without the signer's fingerprint, which the approvers were mailed and every report prints, its
    signer is not proved: anybody can lay a key beside an archive.
    """
    found = verified(path, proper_seal(seal), proper(signer))
    if not found.holds:
        more = "\n".join(f"  {problem}" for problem in found.problems[1:])
        raise Broken(f"{found.line}\n{more}".rstrip())
    print(found.line)
    if not found.keys and (late := overdue(load(path), now().date())):
        print(f"No longer to be kept, so erase it: {', '.join(late)}.")


def restore(
    path: Folder,
    into: Annotated[str, Parameter(help="A new SQLite file, or an empty database's URL.")],
) -> None:
    """Restore an archive into an empty database, and compare every row."""
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    from connectors.old_sql_failures import told_plainly

    try:
        # A file's name may have a question mark in it, which in a URL's text begins a query.
        file = URL.create("sqlite", database=str(Path(into).resolve()))
        url = make_url(into) if "://" in into else file
    except ArgumentError:
        raise ArchiveError("INTO is no database's URL: write it like postgresql://...") from None
    _refuse_no_folder(url)
    try:
        with told_plainly("restoring", url):
            report = restored(path, url)
    except ImportError as error:
        raise ArchiveError(f"there is no driver for {url.drivername} here: {error}") from None
    if not report.equal:
        raise ArchiveError(report.line)
    print(report.line)


def _refuse_no_folder(url: "URL") -> None:
    """Say where an SQLite file cannot come to lie: what writes it says less."""
    if url.get_backend_name() != "sqlite":
        return
    if url.database in {None, "", ":memory:"}:
        raise ArchiveError("restoring: a database in memory is gone at once: name a file")
    folder = Path(url.database or "").parent
    if not folder.is_dir():
        raise ArchiveError(f"restoring: there is no folder {folder}: make it, or name another")
