r"""PostgreSQL writes the archive's texts itself: COPY into the CSV file, digests in the server.

Reading a wide row into Python and writing it out again costs ten times what the server needs to
send it. So each column's canonical form is an expression (`archive.postgres_texts`), used for the
cells of the file and for the digest of the rows. That both agree with what Python makes of the same
rows is tested value by value, and every archive proves it anew: the digest the server gave is
compared with that of the file as read back.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

import psycopg
import sqlalchemy as sa
from psycopg import pq

from archive import postgres_texts
from archive.canonical import letters
from archive.digests import TableDigest
from archive.schema import Column, Logical, Table
from archive.sql_rows import qualified

LIMB_BYTES = 7
"""A hash is added up in pieces that fit PostgreSQL's bigint, whose sums are numeric and exact."""
HASH_BYTES = 32
OLDEST = 110000
"""The first version with sha256(bytea)."""
TOLD_EVERY = 50_000
"""Rows between two words of progress."""


class PostgresCopier:
    """One table, written and digested where it lies."""

    def __init__(self, connection: sa.Connection, table: Table) -> None:
        """Work in the transaction of an open connection."""
        quote = connection.dialect.identifier_preparer.quote_identifier
        self._columns = table.columns
        # SQLAlchemy doubles per cents for statements with parameters, which these are not.
        self._from = qualified(connection, table).replace("%%", "%")
        names = [quote(column.name).replace("%%", "%") for column in table.columns]
        self._cells = [*map(_cell, table.columns, names)]
        self._forms = [*map(_form, table.columns, names)]
        self._connection = cast("psycopg.Connection", connection.connection.dbapi_connection)

    def csv(self, file: BinaryIO, tell: Callable[[int], None]) -> int:
        """Write the rows as `archive.csv_files` does, but for the header; gives their number.

        `tell` is called now and then with the number of rows so far.
        """
        select = f"SELECT {', '.join(self._cells)} FROM {self._from}"  # noqa: S608 quoted
        # An empty text alone in its line would be an empty line, which many readers skip.
        quotes = ", FORCE_QUOTE *" if len(self._columns) == 1 else ""
        copy = rf"COPY ({select}) TO STDOUT (FORMAT csv, NULL '\N'{quotes})"
        with _as_sqlalchemy_tells(copy):
            return _copy_out(self._connection, copy, file, tell)

    def digest(self) -> TableDigest:
        """Add up the rows' hashes in the server (see `archive.digests`)."""
        cells = [f"coalesce({form}, E'\\x1f0')" for form in self._forms]
        types = letters([column.type for column in self._columns])
        row = " || E'\\x1f,' || ".join([f"'{types}'", *cells])
        limbs = [(at, min(LIMB_BYTES, HASH_BYTES - at)) for at in range(0, HASH_BYTES, LIMB_BYTES)]
        sums = ", ".join(
            f"sum(('x' || substr(h, {2 * at + 1}, {2 * size}))::bit({8 * size})::bigint)"
            for at, size in limbs
        )
        # OFFSET 0 keeps the planner from writing the hash out once for each of its uses.
        hashed = (
            f"SELECT encode(sha256(convert_to({row}, 'UTF8')), 'hex') AS h "  # noqa: S608 quoted
            f"FROM {self._from} OFFSET 0"
        )
        select = f"SELECT count(*), {sums} FROM ({hashed}) rows"  # noqa: S608 quoted
        with _as_sqlalchemy_tells(select), self._connection.cursor() as cursor:
            count, *parts = cursor.execute(select.encode()).fetchone() or ()
        total = sum(
            int(part or 0) << (8 * (HASH_BYTES - at - size))
            for part, (at, size) in zip(parts, limbs, strict=True)
        )
        return TableDigest(rows=count, sum=f"{total % (1 << 256):064x}")


def copier(connection: sa.Connection, table: Table) -> PostgresCopier | None:
    """Give what copies a table in the server; None where its rows must be read.

    A database that is not in UTF-8 counts characters in its own way.
    """
    raw = cast("psycopg.Connection", connection.connection.dbapi_connection)
    utf8 = raw.info.parameter_status("server_encoding") == "UTF8"
    modern = raw.info.server_version >= OLDEST
    return PostgresCopier(connection, table) if utf8 and modern else None


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


def _cell(column: Column, name: str) -> str:
    r"""Give a column as a cell of the file.

    COPY writes most types as a cast to text does, and is spared the cast. A text that begins with a
    backslash gets one more, so that `\N` is not taken for NULL.
    """
    if postgres_texts.is_plain(column):
        return name
    text = postgres_texts.text_of(column, name)
    if column.type not in _free:
        return text
    return rf"CASE WHEN starts_with({text}, '\') THEN '\' || {text} ELSE {text} END"


def _form(column: Column, name: str) -> str:
    """Give the form that is digested."""
    form = postgres_texts.form_of(column, name)
    return f"replace({form}, E'\\x1f', E'\\x1f.')" if column.type in _free else form


_free = frozenset({Logical.TEXT, Logical.VARIANT})
"""Types whose values may be any text."""
