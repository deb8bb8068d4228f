"""`changeover archive verify|restore`: an archive of an old system, with nothing but itself."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from archive.errors import ArchiveError, Broken
from archive.restore import restore as restored
from archive.verify import verify as verified

archive = App(name="archive", help="Archives of old systems. Needs no plan and no ledger.")

Folder = Annotated[Path, Parameter(help="The archive's folder.")]


@archive.command
def verify(
    path: Folder,
    *,
    seal: Annotated[str | None, Parameter(help="The seal it must have, as approved.")] = None,
) -> None:
    """Check every file and every row of an archive; say in one line what holds."""
    found = verified(path, seal)
    if not found.holds:
        more = "\n".join(f"  {problem}" for problem in found.problems[1:])
        raise Broken(f"{found.line}\n{more}".rstrip())
    print(found.line)


@archive.command
def restore(
    path: Folder,
    into: Annotated[str, Parameter(help="A new SQLite file, or an empty database's URL.")],
) -> None:
    """Restore an archive into an empty database, and compare every row."""
    url = into if "://" in into else f"sqlite:///{Path(into).resolve()}"
    report = restored(path, url)
    if not report.equal:
        raise ArchiveError(report.line)
    print(report.line)
