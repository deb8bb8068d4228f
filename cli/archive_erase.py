"""`changeover archive erase`: take a person's rows out of an archive, and leave a proof of it."""

from typing import Annotated

from cyclopts import Parameter

from archive.errors import ArchiveError
from cli.archive import Folder, NewFolder
from cli.archive_encryption import KeyFile, signs_with
from cli.clock import now
from cli.options import RolloutName


def erase(  # noqa: PLR0913 - each is an option of the command
    path: Folder,
    into: NewFolder,
    *,
    table: Annotated[str, Parameter(help="The table, by its name or id.")],
    reason: Annotated[str, Parameter(help="Kept for good: the request's number, no name.")],
    by: Annotated[str, Parameter(help="Who answers for it: best a role.")],
    where: Annotated[str | None, Parameter(help="Which rows, as SQLite understands it.")] = None,
    row: Annotated[
        list[str] | None,
        Parameter(name="--row", help="Or a row's key; once for each row.", negative=""),
    ] = None,
    despite_retention: Annotated[
        bool, Parameter(help="Although the table is still to be kept.", negative="")
    ] = False,
    files_looked_at: Annotated[
        bool, Parameter(help="The files beside the tables hold nothing of it.", negative="")
    ] = False,
    key: KeyFile = None,
    rollout: RolloutName = None,
) -> None:
    """Make of the archive PATH another one, INTO, without some rows; PATH stays as it is.

    The new one says how many rows went, from which table, why, and of which archive it was made. It
    is signed anew. Then remove PATH and every copy of it: they still hold the rows.
    """
    from archive.erasing import Request, condition_of
    from archive.erasing import erase as erased
    from archive.signature import signer

    if (where is None) == (row is None):
        raise ArchiveError("say which rows: either --where, or --row once for each")
    values = tuple(row or ())
    condition = where if where is not None else condition_of(path, table, len(values))
    asked = Request(table, condition, values, reason, by, despite_retention, files_looked_at)
    signs = signs_with(key, rollout) if key is not None or signer(path) is not None else None
    done = erased(path, into, asked, signs, now())
    print(f"{done.rows} rows of {done.table} are erased in {into}; {done.after.rows} are left.")
    print(f"{path} still holds them: remove it, and every copy, once {into} verifies.")
