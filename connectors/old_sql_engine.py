"""How the old system's database is opened: read-only to look, for one statement to set."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from archive import postgres_texts
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
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    told = {"connect_timeout": WAIT_SECONDS, "client_encoding": "utf8"}
    try:
        engine = sa.create_engine(
            parsed,
            poolclass=sa.NullPool,
            hide_parameters=True,
            connect_args=told if kind == "postgresql" else {},
        )
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
        else:
            connection.execution_options(isolation_level="SERIALIZABLE")
            consistency = "one transaction, SERIALIZABLE"
        try:
            yield connection, consistency
        finally:
            connection.rollback()


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
    identifiers the server itself was given when it and the database were made.
    """
    kind = url.get_backend_name()
    if kind == "sqlite":
        application = ask("SELECT application_id FROM pragma_application_id", {})[0][0]
        names = ask("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", {})
        tables = sha256(repr([row[0] for row in names]).encode()).hexdigest()[:16]
        return f"sqlite file {url.database} application {application} tables {tables}"
    place = f"{kind} host {url.host or 'local'} port {url.port or 'default'}"
    if kind == "postgresql":
        name, oid = ask(
            "SELECT datname, oid FROM pg_database WHERE datname = current_database()", {}
        )[0]
        return f"{place} database {name} oid {oid} system {_system(ask)}"
    return f"{place} database {url.database}"


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
