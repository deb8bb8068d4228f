"""The one door for transactions: reads see one moment, writes of a rollout go one after another."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text

from ledger.columns import is_sqlite

Failpoint = Callable[[str], None]
BUSY_SECONDS = 30
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


class NoLedgerError(Exception):
    """An address at which no ledger can be. The message says what to do."""


def _nothing(_place: str) -> None:
    """Do nothing at a failpoint."""


class Door:
    """Opens transactions. A failpoint is called before and after each commit of a write."""

    def __init__(self, engine: Engine, rollout: str, failpoint: Failpoint = _nothing) -> None:
        """Keep the engine, and whose ledger this is."""
        self.engine = engine
        self.rollout = rollout
        self._failpoint = failpoint

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection whose reads all see one moment."""
        options = {} if is_sqlite(self.engine) else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**options) as tx, tx.begin():
            yield tx

    def state(self, tx: Connection) -> object:
        """Give the state of the ledger a read sees: equal states have equal rows.

        But for rows changed `beside_snapshots`. SQLite counts other connections' commits
        (`PRAGMA data_version`) and each connection its own changes; PostgreSQL names the
        transactions a snapshot sees (`pg_current_snapshot`).
        """
        if not is_sqlite(self.engine):
            return self.engine, tx.execute(_SNAPSHOT).scalar_one()
        own: Any = tx.connection.driver_connection
        # The pool keeps `info` for as long as it keeps the connection itself.
        which = tx.connection.info.setdefault(_WHICH, object())
        others = own.execute("PRAGMA data_version").fetchone()[0]
        return which, others, own.total_changes - tx.connection.info.get(_BESIDE, 0)

    @contextmanager
    def write(self, name: str) -> Iterator[Connection]:
        """Give the only writer of this rollout until the block ends; `name` names the failpoints.

        SQLite: `BEGIN IMMEDIATE`. PostgreSQL: an advisory lock until the transaction ends. So what
        a write reads (lease, pause, state) still holds when it commits.
        """
        with self.engine.connect().execution_options(begin="BEGIN IMMEDIATE") as tx:
            with tx.begin():
                if not is_sqlite(self.engine):
                    tx.execute(LOCK, {"name": f"changeover/{self.rollout}"})
                yield tx
                self._failpoint(f"{name}:before-commit")
            self._failpoint(f"{name}:after-commit")


_WHICH, _BESIDE = "changeover.which", "changeover.beside"


@contextmanager
def beside_snapshots(tx: Connection) -> Iterator[None]:
    """Change rows that no snapshot shows, such as a lease's: `Door.state` need not tell of it."""
    own: Any = tx.connection.driver_connection
    before = getattr(own, "total_changes", 0)
    yield
    changed = getattr(own, "total_changes", 0) - before
    info = tx.connection.info
    info[_BESIDE] = info.get(_BESIDE, 0) + changed


_SNAPSHOT = text("SELECT pg_current_snapshot()::text")
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def open_engine(url: str) -> Engine:
    """Open the ledger's database; SQLite in WAL mode, durable at every commit, keys enforced.

    NoLedgerError where it is neither SQLite's nor PostgreSQL's.
    """
    # The same connection again and again: what one has read before it need not read again.
    engine = create_engine(_driven(url), json_serializer=_json, pool_use_lifo=True)
    if is_sqlite(engine):
        database = engine.url.database
        if database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _driven(url: str) -> URL:
    """Give an address with the driver we have: people write none, or the one they know."""
    found = make_url(url)
    kind = found.get_backend_name()
    if kind not in DRIVERS:
        msg = f"a ledger is kept in SQLite or PostgreSQL, not in {kind}; mend CHANGEOVER_LEDGER"
        raise NoLedgerError(msg)
    return found.set(drivername=DRIVERS[kind])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # the driver begins nothing by itself; see _begin_sqlite
    cursor = connection.cursor()
    # First, for another may be making the very file.
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(tx: Connection) -> None:
    tx.exec_driver_sql(tx.get_execution_options().get("begin", "BEGIN"))
