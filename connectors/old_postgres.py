r"""PostgreSQL writes the archive's texts itself: COPY into the CSV file, digests in the server.

Reading a wide row into Python and writing it out again costs ten times what the server needs to
send it. So each column's canonical form is an expression (`archive.postgres_rows`), used for the
cells of the file and for the digest of the rows. That both agree with what Python makes of the same
rows is tested value by value, and every archive proves it anew: the digest the server gave is
compared with that of the file as read back.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

import psycopg
import sqlalchemy as sa
from psycopg import pq

from archive import postgres_rows
from archive.digests import TableDigest
from archive.schema import Table

TOLD_EVERY = 50_000
"""Rows between two words of progress."""


class PostgresCopier:
    """One table, written and digested where it lies."""

    def __init__(self, connection: sa.Connection, table: Table) -> None:
        """Work in the transaction of an open connection."""
        self._table = table
        self._connection = connection

    def csv(self, file: BinaryIO, tell: Callable[[int], None]) -> int:
        """Write the rows as `archive.csv_files` does, but for the header; gives their number.

        `tell` is called now and then with the number of rows so far.
        """
        columns = self._table.columns
        names = postgres_rows.names_of(self._connection, columns)
        cells = ", ".join(map(postgres_rows.cell, columns, names))
        from_ = postgres_rows.name_of(self._connection, self._table)
        # An empty text alone in its line would be an empty line, which many readers skip.
        quotes = ", FORCE_QUOTE *" if len(columns) == 1 else ""
        select = f"SELECT {cells} FROM {from_}"  # noqa: S608 quoted
        copy = rf"COPY ({select}) TO STDOUT (FORMAT csv, NULL '\N'{quotes})"
        with _as_sqlalchemy_tells(copy):
            return _copy_out(postgres_rows.raw(self._connection), copy, file, tell)

    def digest(self) -> TableDigest:
        """Add up the rows' hashes in the server (see `archive.digests`)."""
        with _as_sqlalchemy_tells("the digest of a table"):
            return postgres_rows.digest(self._connection, self._table)


def copier(connection: sa.Connection, table: Table) -> PostgresCopier | None:
    """Give what copies a table in the server; None where its rows must be read."""
    return PostgresCopier(connection, table) if postgres_rows.can_digest(connection) else None


@contextmanager
def _as_sqlalchemy_tells(statement: str) -> Iterator[None]:
    """Let the driver's errors out in SQLAlchemy's clothes, as those of every other statement."""
    try:
        yield
    except psycopg.Error as error:
        raise sa.exc.DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True
        ) from error


def _copy_out(
    connection: "psycopg.Connection", copy: str, file: BinaryIO, tell: Callable[[int], None]
) -> int:
    """Write what COPY sends; gives the number of rows.

    By libpq itself, which gives one row at a time: psycopg's own loop takes twice as long as psql
    on narrow rows, for it prepares to wait before each.
    """
    server = connection.pgconn
    _done(server.exec_(copy.encode()), pq.ExecStatus.COPY_OUT, connection)
    ready = select.poll()
    ready.register(server.socket, select.POLLIN)
    rows, get, write = 0, server.get_copy_data, file.write
    while (got := get(1))[0] >= 0:
        if not got[0]:
            ready.poll()  # other threads work meanwhile
            server.consume_input()
            continue
        write(got[1])
        rows += 1
        if not rows % TOLD_EVERY:
            tell(rows)
    result = server.get_result()
    while server.get_result() is not None:
        pass
    return _done(result, pq.ExecStatus.COMMAND_OK, connection).command_tuples or 0


def _done(
    result: "pq.abc.PGresult | None", status: pq.ExecStatus, connection: "psycopg.Connection"
) -> "pq.abc.PGresult":
    if result is None or result.status != status:
        if result is None:
            raise psycopg.OperationalError("the connection was lost")
        raise psycopg.errors.error_from_result(result, connection.info.encoding)
    return result
