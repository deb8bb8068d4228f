"""A real MariaDB server for the tests, one for each test process."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa

from rehearsal.servers.mariadb import NotHereError, mariadb


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[str]:
    """SQLAlchemy URL of the server, as its superuser, in the database `mysql`."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="changeover-mariadb-"))
        try:
            url = stack.enter_context(mariadb(Path(name)))
        except NotHereError as error:
            not_to_be_had(str(error))
        yield url


@pytest.fixture
def mariadb_database(mariadb_url: str) -> Iterator[str]:
    """SQLAlchemy URL of a database that is empty and this test's own."""
    with fresh_database(mariadb_url) as url:
        yield url


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Create an empty database on the server of this URL; drop it in the end."""
    name = f"test_{secrets.token_hex(8)}"
    run(server, f"CREATE DATABASE {name}")
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        run(server, f"DROP DATABASE {name}")


def run(url: str, *statements: str, rows: list[dict[str, object]] | None = None) -> None:
    """Run statements as they are; the last one with each of `rows`, where there are some."""
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"charset": "utf8mb4"})
    with engine.begin() as connection:
        connection.exec_driver_sql("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'")
        for statement in statements[: None if rows is None else -1]:
            as_written = {"no_parameters": True}
            connection.exec_driver_sql(statement, execution_options=as_written)
        if rows is not None:
            connection.execute(sa.text(statements[-1]), rows)


def not_to_be_had(why: str) -> NoReturn:
    """Skip loudly on a developer's machine; fail where CI is set, so that it is never green."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(why)
    pytest.skip(f"NOT TESTED ON MARIADB: {why}")
