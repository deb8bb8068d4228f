"""How the old system's database is opened: read-only to look, for one statement to set."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from archive import mariadb_texts, postgres_texts
from archive.sql_rows import MARIADB, engine_of, with_driver
from connectors.errors import Misconfigured

WAIT_SECONDS = 10
"""For a server to answer, or a lock on an SQLite file to go."""

Ask = Callable[[str, Mapping[str, str]], Sequence[Sequence[object]]]


class Engines(NamedTuple):
    """Two ways in."""

    url: sa.URL
    """Where to, taken apart."""
    to_read: sa.Engine
    to_write: sa.Engine


def engines_of(url: str, whose: str = "the old system") -> Engines:
    """Give the ways in; Misconfigured where the URL is none or its driver or file is missing.

    Nothing is opened yet, and no SQLite file is ever made. `whose` stands in messages.
    """
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        # The parser's own words would quote the URL, password and all.
        raise Misconfigured(f"{whose}'s url is no SQLAlchemy URL: mend the plan") from None
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _sqlite(parsed, whose)
    parsed = with_driver(parsed)
    if kind in MARIADB and not parsed.database:
        raise Misconfigured(f"{whose}'s url names no database: mend the plan")
    wait = {"connect_timeout": WAIT_SECONDS} if kind in {"postgresql", *MARIADB} else {}
    try:
        engine = engine_of(parsed, **wait)
    except (ImportError, SQLAlchemyError):
        raise Misconfigured(
            f"there is no driver for {parsed.drivername} here: install it, or mend the plan"
        ) from None
    return Engines(parsed, engine, engine)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[tuple[sa.Connection, str]]:
    """Open one read-only transaction; with it goes what kind of snapshot it is, in words."""
    kind = engine.dialect.name
    with engine.connect() as connection:
        if kind == "sqlite":
            connection.exec_driver_sql("BEGIN")
            consistency = "one read transaction on a read-only connection"
        elif kind == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            settings = postgres_texts.SETTINGS.items()
            connection.exec_driver_sql("; ".join(f"SET LOCAL {k} = '{v}'" for k, v in settings))
            consistency = "one transaction, REPEATABLE READ, READ ONLY"
        elif kind in MARIADB:
            consistency = _consistent(connection)
        else:
            connection.execution_options(isolation_level="SERIALIZABLE")
            consistency = "one transaction, SERIALIZABLE"
        try:
            yield connection, consistency
        finally:
            _ended(connection)


def _ended(connection: sa.Connection) -> None:
    """End a transaction that only read; where the server is gone, it has ended already."""
    try:
        connection.rollback()
    except SQLAlchemyError:
        connection.invalidate()


def _consistent(connection: sa.Connection) -> str:
    """Begin MariaDB's own kind of snapshot; give it in words, with the tables it does not cover."""
    connection.execution_options(isolation_level="REPEATABLE READ")
    for statement in mariadb_texts.SETTINGS:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    words = "one transaction WITH CONSISTENT SNAPSHOT, READ ONLY"
    loose = connection.exec_driver_sql(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
        " AND TABLE_TYPE = 'BASE TABLE' AND coalesce(ENGINE, '') <> 'InnoDB' ORDER BY TABLE_NAME"
    ).scalars()
    named = ", ".join(loose)
    return f"{words}, but for tables of engines without transactions: {named}" if named else words


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that may set something; kept when the context ends without an error."""
    kind = engine.dialect.name
    with engine.connect() as connection:
        if kind == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif kind == "postgresql":
            # A freeze may have made read-only the default; thawing must still be possible.
            connection.execution_options(postgresql_readonly=False)
        yield connection
        connection.commit()


def identity(url: sa.URL, ask: Ask) -> str:
    """Tell which database this is, by what does not change while it is in use.

    SQLite: the file's path, its application's id and its tables' names, so that neither another
    file nor another database under the same path passes. PostgreSQL: host, port, database and the
    identifiers the server itself was given when it and the database were made. MariaDB numbers no
    database: there its tables' names stand for it.
    """
    kind = url.get_backend_name()
    if kind == "sqlite":
        application = ask("SELECT application_id FROM pragma_application_id", {})[0][0]
        names = ask("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", {})
        named = sha256(repr([row[0] for row in names]).encode()).hexdigest()[:16]
        return f"sqlite file {url.database} application {application} tables {named}"
    place = f"{kind} host {url.host or 'local'} port {url.port or 'default'}"
    if kind == "postgresql":
        name, oid = ask(
            "SELECT datname, oid FROM pg_database WHERE datname = current_database()", {}
        )[0]
        return f"{place} database {name} oid {oid} system {_system(ask)}"
    if kind in MARIADB:
        database, host, tables = ask(_MARIADB_IDENTITY, {})[0]
        made = _mariadb_server(ask)
        return f"{place} database {database} on {host} server {made} tables {tables}"
    return f"{place} database {url.database}"


_MARIADB_IDENTITY = (
    "SELECT DATABASE(), @@hostname, left(sha2(coalesce((SELECT group_concat(TABLE_NAME"
    " ORDER BY TABLE_NAME SEPARATOR '/') FROM information_schema.TABLES"
    " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'VIEW'), ''), 256), 16)"
)


def _mariadb_server(ask: Ask) -> object:
    """Give what the server was given when it was made; MariaDB and MySQL name it differently."""
    names = "('server_uid', 'server_uuid')"
    found = ask(f"SHOW GLOBAL VARIABLES WHERE Variable_name IN {names}", {})
    return found[0][1] if found else "not shown"


def _system(ask: Ask) -> object:
    allowed = "SELECT has_function_privilege('pg_control_system()', 'execute')"
    if not ask(allowed, {})[0][0]:
        return "not shown"
    return ask("SELECT system_identifier FROM pg_control_system()", {})[0][0]


def _sqlite(url: sa.URL, whose: str) -> Engines:
    if not url.database or url.database == ":memory:":
        raise Misconfigured(f"{whose}'s url names no SQLite file: mend the plan")
    path = Path(url.database).resolve()
    if not path.is_file():
        raise Misconfigured(f"there is no file {path}: mend {whose}'s url in the plan")

    def opener(mode: str) -> sa.Engine:
        def opened() -> sqlite3.Connection:
            uri = f"{path.as_uri()}?mode={mode}"
            # Without an isolation level the driver begins nothing behind our back.
            return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=WAIT_SECONDS)

        return sa.create_engine(
            "sqlite://", creator=opened, poolclass=sa.NullPool, hide_parameters=True
        )

    return Engines(url.set(database=str(path)), opener("ro"), opener("rw"))
