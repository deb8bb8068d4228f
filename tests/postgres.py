"""A real PostgreSQL server for the tests, one for each test process."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from psycopg import sql

from rehearsal.servers.postgres import NotHereError, postgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of the server, as its superuser, in the database `postgres`."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="changeover-postgres-"))
        try:
            url = stack.enter_context(postgres(Path(name)))
        except NotHereError as error:
            not_to_be_had(str(error))
        yield url


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy URL of a database that is empty and this test's own."""
    with fresh_database(postgres_url) as url:
        yield url


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Create an empty database on the server of this URL; drop it, whoever is still in it."""
    name = f"test_{secrets.token_hex(8)}"
    base = server.removeprefix("postgresql+psycopg").rpartition("/")[0]
    with psycopg.connect(f"postgresql{base}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"postgresql+psycopg{base}/{name}"
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


def not_to_be_had(why: str) -> NoReturn:
    """Skip loudly on a developer's machine; fail where CI is set, so that it is never green."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(why)
    pytest.skip(f"NOT TESTED ON POSTGRESQL: {why}")
