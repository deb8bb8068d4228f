"""What the servers hold at one moment, kept so that it can be compared with a later one."""

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from actions.desk import Desk
from rehearsal import kantoor
from rehearsal.world import World
from rollout.snapshot import Snapshot


@dataclass(frozen=True)
class Sight:
    """The new tool, the old system and the ledger at one moment."""

    ledger: Snapshot
    open: Mapping[str, bool]
    """Whether each account of the new tool is open, by the service's id."""
    access: Mapping[str, str]
    """What the old system's user table says, by address in small letters."""
    works: frozenset[str]
    """Addresses, in small letters, of who can log in to the old system and enter an order."""


def see(world: World, desk: Desk) -> Sight:
    """Look at the servers; log-ins and orders are tried on a copy of the old system."""
    accounts = world.ground.accounts()
    with closing(sqlite3.connect(f"file:{world.old}?mode=ro", uri=True)) as database:
        access = dict(database.execute("select lower(email), access from app_user"))
        emails = [email for (email,) in database.execute("select email from app_user")]
        works = _tried(database, emails)
    return Sight(
        ledger=desk.look(),
        open={str(a["id"]): bool(a.get("active", False)) for a in accounts},
        access=access,
        works=frozenset(works),
    )


def _tried(database: sqlite3.Connection, emails: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        with closing(sqlite3.connect(copy)) as target:
            database.backup(target)
        return [email.lower() for email in emails if _at_work(copy, email)]


def _at_work(old: Path, email: str) -> bool:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    try:
        kantoor.log_in(old, email, now)
        kantoor.write(old, email, now)
    except (kantoor.LoginRefused, kantoor.WriteRefused):
        return False
    return True
