"""`changeover archive erase`: take a person's rows out of an archive, and leave a proof of it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from archive.errors import ArchiveError
from cli.archive import Folder, NewFolder
from cli.archive_encryption import KeyFile, signs_with
from cli.book import TOKEN_VARIABLE, Book, at_hand
from cli.clock import now
from cli.options import RolloutName, Token

if TYPE_CHECKING:
    from archive.erasing import Request
    from archive.manifest import Erasure

RowKeys = Annotated[
    list[str] | None,
    Parameter(name="--row", help="Or a row's key; once for each row.", negative=""),
]
DespiteRetention = Annotated[
    bool, Parameter(help="Although the table is still to be kept.", negative="")
]
FilesLookedAt = Annotated[
    bool, Parameter(help="The files beside the tables hold nothing of it.", negative="")
]


def erase(  # noqa: PLR0913 - each is an option of the command
    path: Folder,
    into: NewFolder,
    *,
    table: Annotated[str, Parameter(help="The table, by its name or id.")],
    reason: Annotated[str, Parameter(help="Kept for good: the request's number, no name.")],
    by: Annotated[str, Parameter(help="Who answers for it: best a role.")],
    where: Annotated[str | None, Parameter(help="Which rows, as SQLite understands it.")] = None,
    row: RowKeys = None,
    despite_retention: DespiteRetention = False,
    files_looked_at: FilesLookedAt = False,
    key: KeyFile = None,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Make of the archive PATH another one, INTO, without some rows; PATH stays as it is.

    The new one says how many rows went, from which table, why, and of which archive it was made. It
    is signed anew. Then remove PATH and every copy of it: they still hold the rows. Files kept as
    they were are not searched; it says which. Where the rollout's ledger is at hand, its audit
    trail has an entry, too.
    """
    from archive.erasing import Request, condition_of

    if (where is None) == (row is None):
        raise ArchiveError("say which rows: either --where, or --row once for each")
    values = tuple(row or ())
    condition = where if where is not None else condition_of(path, table, len(values))
    asked = Request(table, condition, values, reason, by, despite_retention, files_looked_at)
    done, trail = _erased(path, into, asked, key, rollout, token)
    _tell(path, into, table, done)
    if trail:
        print(trail)


def _erased(
    path: Path,
    into: Path,
    asked: "Request",
    key: Path | None,
    rollout: str | None,
    token: str | None,
) -> "tuple[Erasure, str]":
    """Erase, and note it where the ledger is at hand; gives in words where that stands."""
    from actions.note_archive import note_erased
    from archive.erasing import erase as erased
    from archive.signature import signer

    signs = signs_with(key, rollout) if key is not None or signer(path) is not None else None
    with at_hand(rollout, _rollout_of(path)) as book:
        # Whose token it is, and whether the ledger answers, shows before anything is made.
        who = _whoever(book, token, asked.by)
        done = erased(path, into, asked, signs, now())
        if book is None:
            return done, ""
        note_erased(book.door, into, done, who, asked.table)
        return done, f"It stands in the audit trail of {book.name}, as done by {who}."


def _tell(path: Path, into: Path, table: str, done: "Erasure") -> None:
    from archive.erasing import some_names

    gone = "1 row is" if done.rows == 1 else f"{done.rows} rows are"
    print(f"{gone} erased from {table} in {into}; {done.after.rows} are left.")
    if done.files_not_searched:
        print(
            f"Not searched: {done.files_not_searched} files kept as they were "
            f"({some_names(into)}). The record says so, and that you looked through them."
        )
    print(f"{path} still holds them: remove it, and every copy, once {into} verifies.")


def _rollout_of(path: Path) -> str | None:
    """Give whose archive it is; None where it does not say."""
    from archive.manifest import load

    try:
        return load(path).rollout
    except (OSError, ValueError):
        return None


def _whoever(book: Book | None, token: str | None, said: str) -> str:
    """Give who is at the keyboard: proved by a token where there is one, else as they say."""
    if book is None:
        return said
    if token or os.environ.get(TOKEN_VARIABLE):
        return book.proved(token)
    return f"{said} (not proved)"
