"""The ledger as a command opens it: which rollout, as applied, and who is at the keyboard."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, inspect, select

from config.loading import parse
from config.plan import Plan
from ledger import records
from ledger.door import Door, open_engine
from ledger.opening import upgrade
from ledger.place import is_there, ledger_url
from ledger.snapshots import Recorded, UnknownRolloutError, recorded, snapshot
from ledger.tables import rollout as rollouts
from rollout.snapshot import Snapshot

ROLLOUT_VARIABLE = "CHANGEOVER_ROLLOUT"
TOKEN_VARIABLE = "CHANGEOVER_TOKEN"  # noqa: S105 - where it is, not what it is


class NotProvedError(Exception):
    """Nobody has shown who they are. The message says how to."""


@dataclass(frozen=True)
class Book:
    """A recorded rollout, open for one command."""

    plan: Plan
    whole: Recorded
    door: Door

    @property
    def name(self) -> str:
        """The rollout's name."""
        return self.whole.name

    def look(self) -> Snapshot:
        """Give the rollout as it is now."""
        with self.door.read() as tx:
            return snapshot(tx, self.plan)

    def proved(self, token: str | None) -> str:
        """Tell who the caller is, by their personal token; NotProvedError without a valid one."""
        secret = token or os.environ.get(TOKEN_VARIABLE)
        if not secret:
            msg = (
                f"nothing recorded: say who you are by your personal token, in {TOKEN_VARIABLE} or "
                "--token; `changeover token YOUR-ADDRESS` makes one"
            )
            raise NotProvedError(msg)
        with self.door.read() as tx:
            who = records.owner(tx, self.name, secret)
        if who is None:
            msg = (
                f"nothing recorded: this token is nobody's in {self.name}; "
                "`changeover token YOUR-ADDRESS --lost` mails you a new one"
            )
            raise NotProvedError(msg)
        return who


@contextmanager
def opened(name: str | None) -> Iterator[Book]:
    """Open the rollout of a name; None: of CHANGEOVER_ROLLOUT, else the only one recorded.

    A ledger that is not there is not made (UnknownRolloutError); one of an earlier version is
    brought up to date, and one of a later version refused (OtherVersionError).
    """
    url = ledger_url()
    if not is_there(url):
        raise UnknownRolloutError(_nothing())
    engine = open_engine(url)
    try:
        found = _chosen(engine, name or os.environ.get(ROLLOUT_VARIABLE))
        door = Door(engine, found)
        with door.read() as tx:
            whole = recorded(tx, found)
        yield Book(parse(whole.plan, f"{found} (as applied)"), whole, door)
    finally:
        engine.dispose()


@contextmanager
def at_hand(name: str | None, of_archive: str | None) -> Iterator[Book | None]:
    """Open the rollout of a name, else the one an archive is of; None where no ledger has that."""
    if name is None:
        url = ledger_url()
        if of_archive is None or not is_there(url) or not _has(url, of_archive):
            yield None
            return
    with opened(name or of_archive) as book:
        yield book


def _has(url: str, rollout: str) -> bool:
    engine = open_engine(url)
    try:
        if not inspect(engine).has_table(rollouts.name):
            return False
        with engine.connect() as tx:
            query = select(rollouts.c.name).where(rollouts.c.name == rollout)
            return tx.execute(query).first() is not None
    finally:
        engine.dispose()


def _nothing() -> str:
    return "no rollout is recorded in this ledger; `changeover apply` records one"


def _chosen(engine: Engine, name: str | None) -> str:
    if not inspect(engine).has_table(rollouts.name):
        raise UnknownRolloutError(_nothing())
    upgrade(engine)
    if name:
        return name
    with engine.connect() as tx:
        names = list(tx.execute(select(rollouts.c.name).order_by(rollouts.c.name)).scalars())
    if not names:
        raise UnknownRolloutError(_nothing())
    if len(names) > 1:
        msg = f"this ledger has {', '.join(names)}; say which by --rollout or {ROLLOUT_VARIABLE}"
        raise UnknownRolloutError(msg)
    return str(names[0])
