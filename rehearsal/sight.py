"""What the servers hold at one moment, kept so that it can be compared with a later one."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

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
    """Look at the servers as they are; log-ins and orders are tried, and taken back."""
    accounts = world.ground.accounts()
    with closing(sqlite3.connect(f"file:{world.old}?mode=ro", uri=True)) as database:
        access = dict(database.execute("select lower(email), access from app_user"))
    return Sight(
        ledger=desk.look(),
        open={str(a["id"]): bool(a.get("active", False)) for a in accounts},
        access=access,
        works=frozenset(email.lower() for email in kantoor.at_work(world.old)),
    )
