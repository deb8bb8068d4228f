"""`changeover archive browse|reader`: look something up in an archive, in a browser."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from archive.errors import ArchiveError, Broken
from cli.archive import Folder, Signer, proper, proper_seal
from cli.book import at_hand
from cli.clock import now
from cli.options import RolloutName

if TYPE_CHECKING:
    from web.looking_up import App, SignOn

SECRET_VARIABLE = "CHANGEOVER_SIGN_ON_SECRET"  # noqa: S105 - where it is, not what it is
HOST = "127.0.0.1"

People = Annotated[Path, Parameter(help="The list of those who may look; `archive reader` adds.")]


def browse(
    path: Folder,
    *,
    people: People,
    port: Annotated[int, Parameter(help="On 127.0.0.1; 0 takes a free one.")] = 8765,
    sign_on_header: Annotated[
        str | None,
        Parameter(help="Header in which the organisation's sign-on, a proxy here, says who it is."),
    ] = None,
    log: Annotated[Path | None, Parameter(help="Who looked; else beside the archive.")] = None,
    seal: Annotated[str | None, Parameter(help="The seal it must have, as approved.")] = None,
    signer: Signer = None,
    rollout: RolloutName = None,
) -> None:
    """Show an archive's tables in a browser on this machine, until Ctrl-C, to people on a list.

    It is verified first, and not shown where it does not hold. Whoever looks is written down, page
    by page, and once a day in the audit trail where the rollout's ledger is at hand. It listens on
    127.0.0.1 alone; others reach it through the organisation's sign-on, on this machine.
    """
    from functools import partial

    from actions.note_archive import note_looked
    from archive.manifest import load
    from web.looking_up import Door, LookLog
    from web.readers import readers_of

    readers, sign_on = readers_of(people), _sign_on(sign_on_header)
    _verify(path, seal, signer)
    looked = LookLog(log or path.resolve().with_name(f"{path.resolve().name}.looked.jsonl"))
    if path.resolve() in looked.path.resolve().parents:
        raise ArchiveError("the log cannot lie in the archive: it would change it; name another")
    with at_hand(rollout, load(path).rollout) as book:
        if book is not None:
            looked.told = partial(note_looked, book.door, path)
        _serve(path, port, lambda app, hosts: Door(app, readers, looked, now, hosts, sign_on))


def _sign_on(header: str | None) -> "SignOn | None":
    from web.looking_up import SignOn

    secret = os.environ.get(SECRET_VARIABLE, "")
    if header is not None and len(secret) < 16:
        raise ArchiveError(
            f"put a secret of 16 characters or more into {SECRET_VARIABLE}, and let the proxy send "
            "it as X-Changeover-Proxy: anybody on this machine could say who they are else"
        )
    return SignOn(header, secret) if header else None


def _verify(path: Path, seal: str | None, signer: str | None) -> None:
    from archive.sealed import is_sealed
    from archive.verify import verify

    found = verify(path, proper_seal(seal), proper(signer))
    if not found.holds:
        raise Broken(f"not shown: {found.line}")
    if is_sealed(path):
        raise Broken(f"{path} is encrypted: `changeover archive open` it first")
    print(found.line)


def reader(
    name: Annotated[str, Parameter(help="Their address, as the sign-on says it.")],
    *,
    people: People,
) -> None:
    """Put somebody on the list of those who may look, and print their token: once, for them."""
    from web.readers import add_reader

    print(f"{name} may look. Their token, kept nowhere else:")
    print(add_reader(people, name))


def _serve(path: Path, port: int, door: "Callable[[App, frozenset[str]], App]") -> None:
    import socket

    try:
        import uvicorn

        from web.tables import tables_app

        app = tables_app(path)
    except ImportError as error:
        raise ArchiveError(
            f"{error.name} is not installed: the extra `browse` has it (`uv sync --extra browse`)"
        ) from None
    with socket.create_server((HOST, port)) as listening:
        at = listening.getsockname()[1]
        hosts = frozenset({f"{HOST}:{at}", f"localhost:{at}"})
        config = uvicorn.Config(door(app, hosts), log_level="warning", access_log=False)
        print(f"Look at http://{HOST}:{at}/ (Ctrl-C ends it)", flush=True)
        uvicorn.Server(config).run([listening])
