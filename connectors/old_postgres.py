r"""PostgreSQL writes the archive's texts itself: COPY into the CSV file, digests in the server.

Reading a wide row into Python and writing it out again costs ten times what the server needs to
send it. So each column's canonical form is an expression (`archive.postgres_texts`), used for the
cells of the file and for the digest of the rows. That both agree with what Python makes of the same
rows is tested value by value, and every archive proves it anew: the digest the server gave is
compared with that of the file as read back.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

import psycopg
import sqlalchemy as sa

from archive import postgres_texts
from archive.canonical import type_letters
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


_Row = bytes | bytearray | memoryview


class PostgresCopier:
    """One table, written and digested where it lies."""

    def __init__(self, connection: sa.Connection, table: Table) -> None:
        """Work in the transaction of an open connection."""
        quote = connection.dialect.identifier_preparer.quote_identifier
        self._columns = table.columns
        # SQLAlchemy doubles per cents for statements with parameters, which these are not.
        self._from = qualified(connection, table).replace("%%", "%")
        names = [quote(column.name).replace("%%", "%") for column in table.columns]
        self._texts = [*map(postgres_texts.text_of, table.columns, names)]
        self._forms = [*map(postgres_texts.form_of, table.columns, names)]
        self._connection = cast("psycopg.Connection", connection.connection.dbapi_connection)

    def csv(self, file: BinaryIO, tell: Callable[[int], None]) -> int:
        """Write the rows as `archive.csv_files` does, but for the header; gives their number.

        `tell` is called now and then with the number of rows so far.
        """
        cells = ", ".join(map(_cell, self._columns, self._texts))
        select = f"SELECT {cells} FROM {self._from}"  # noqa: S608 quoted
        # An empty text alone in its line would be an empty line, which many readers skip.
        quotes = ", FORCE_QUOTE *" if len(self._columns) == 1 else ""
        copy = rf"COPY ({select}) TO STDOUT (FORMAT csv, NULL '\N'{quotes})"
        with _as_sqlalchemy_tells(copy), self._connection.cursor() as cursor:
            with cursor.copy(copy.encode()) as rows:
                file.writelines(_counted(rows, tell))
            return cursor.rowcount

    def digest(self) -> TableDigest:
        """Add up the rows' hashes in the server (see `archive.digests`)."""
        # OFFSET 0 keeps the planner from writing an expression out once for each of its uses.
        texts = ", ".join(f"{text} AS c{at}" for at, text in enumerate(self._forms))
        cells = f"(SELECT {texts} FROM {self._from} OFFSET 0) cells"  # noqa: S608 quoted
        row = " || ".join(_canonical(column, f"c{at}") for at, column in enumerate(self._columns))
        limbs = [(at, min(LIMB_BYTES, HASH_BYTES - at)) for at in range(0, HASH_BYTES, LIMB_BYTES)]
        sums = ", ".join(
            f"sum(('x' || substr(h, {2 * at + 1}, {2 * size}))::bit({8 * size})::bigint)"
            for at, size in limbs
        )
        hashed = (
            f"SELECT encode(sha256(convert_to({row}, 'UTF8')), 'hex') AS h FROM {cells} OFFSET 0"  # noqa: S608 quoted
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


def _counted(rows: Iterable[_Row], tell: Callable[[int], None]) -> Iterator[_Row]:
    # libpq gives COPY's data one row at a time.
    for number, row in enumerate(rows, start=1):
        if not number % TOLD_EVERY:
            tell(number)
        yield row


def _cell(column: Column, text: str) -> str:
    r"""A text that begins with a backslash gets one more, so that `\N` is not taken for NULL."""
    if column.type not in {Logical.TEXT, Logical.VARIANT}:
        return text
    return rf"CASE WHEN starts_with({text}, '\') THEN '\' || {text} ELSE {text} END"


def _canonical(column: Column, text: str) -> str:
    letter = type_letters[column.type]
    return f"coalesce('{letter}' || length({text}) || ':' || {text}, '~')"
