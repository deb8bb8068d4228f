"""Where an archive is brought back to life to be compared: the plan's database, or SQLite."""

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from actions.desk import Desk
from archive.errors import Occupied
from archive.restore import RestoreReport, restore
from archive.restore_sql import is_empty
from config.secrets import secret_finder
from connectors.errors import Misconfigured
from connectors.old_sql_failures import told_plainly

LEFT_FILLED = (
    "the database of decommission.archive.drill still holds all that was restored, unencrypted: "
    "look into it where you like, then empty it, before another export and once this archive is "
    "approved at the latest"
)


def drill_url(desk: Desk) -> str | None:
    """Give the URL of the plan's database for drills, seen to be empty; None where it has none.

    Raises Occupied where it is not empty, Misconfigured where it is none, Unreachable. So what is
    wrong with it is said before an export of hours.
    """
    written = desk.plan.decommission.archive.drill
    if written is None:
        return None
    url = secret_finder(desk.folder)(written)
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise Misconfigured("decommission.archive.drill is no SQLAlchemy URL: mend it") from None
    if parsed.get_backend_name() == "sqlite":
        raise Misconfigured("decommission.archive.drill names SQLite, where a drill goes anyway")
    try:
        with told_plainly("opening the database for the drill", parsed):
            empty = is_empty(parsed)
    except ImportError as error:
        raise Misconfigured(
            f"decommission.archive.drill: no driver for {parsed.drivername} here: {error}"
        ) from None
    if not empty:
        raise Occupied(
            "decommission.archive.drill names a database that is not empty (an earlier drill "
            "leaves what it restored), and nothing was written into it: empty it, or name another"
        )
    return url


def drilled(folder: Path, url: str) -> RestoreReport:
    """Restore an archive into an empty database that is kept, and compare; Broken if it is."""
    with told_plainly("restoring into the database for the drill", make_url(url)):
        return restore(folder, url)
