"""A PostgreSQL table's rows, written and digested by the server: where they came from, and after.

`archive.postgres_texts` has the expressions of values; here they become the cells of a file and the
sum of the rows' hashes, the same in the source and in a database restored from its archive.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from archive import postgres_texts
from archive.canonical import letters
from archive.csv_files import ESCAPE
from archive.digests import TableDigest
from archive.schema import Column, Logical, Table
from archive.sql_rows import qualified

if TYPE_CHECKING:
    import psycopg

LIMB_BYTES = 7
"""A hash is added up in pieces that fit PostgreSQL's bigint, whose sums are numeric and exact."""
HASH_BYTES = 32
OLDEST = 110000
"""The first version with sha256(bytea)."""
_limbs = [(at, min(LIMB_BYTES, HASH_BYTES - at)) for at in range(0, HASH_BYTES, LIMB_BYTES)]


def can_digest(connection: sa.Connection) -> bool:
    """Tell whether a server digests rows as Python does.

    A database that is not in UTF-8 counts characters in its own way.
    """
    info = raw(connection).info
    utf8 = info.parameter_status("server_encoding") == "UTF8"
    return utf8 and info.server_version >= OLDEST


def raw(connection: sa.Connection) -> "psycopg.Connection":
    """Give the driver's own connection."""
    return cast("psycopg.Connection", connection.connection.dbapi_connection)


def name_of(connection: sa.Connection, table: Table) -> str:
    """Give a table's quoted name, for a statement without parameters."""
    # SQLAlchemy doubles per cents for statements with parameters.
    return qualified(connection, table).replace("%%", "%")


def names_of(connection: sa.Connection, columns: Sequence[Column]) -> list[str]:
    """Give columns' quoted names, for a statement without parameters."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    return [quote(column.name).replace("%%", "%") for column in columns]


def digest_sql(connection: sa.Connection, table: Table) -> str:
    """Give the SELECT of a table's digest: the number of rows, and the sums of each limb."""
    names = names_of(connection, table.columns)
    cells = [f"coalesce({each}, E'\\x1f0')" for each in map(_form, table.columns, names)]
    row = " || E'\\x1f,' || ".join([f"'{letters(table.types)}'", *cells])
    sums = ", ".join(
        f"sum(substring(h from {8 * at + 1} for {8 * size})::bigint)" for at, size in _limbs
    )
    # Bits are parted in half the time of digits. OFFSET 0 keeps the planner from writing the hash
    # out once for each of its uses.
    digits = f"encode(sha256(convert_to({row}, 'UTF8')), 'hex')"
    source = name_of(connection, table)
    hashed = f"SELECT ('x' || {digits})::bit({8 * HASH_BYTES}) AS h FROM {source} OFFSET 0"  # noqa: S608 quoted
    return f"SELECT count(*), {sums} FROM ({hashed}) rows"  # noqa: S608 quoted


def digest(connection: sa.Connection, table: Table) -> TableDigest:
    """Add up the rows' hashes in the server (see `archive.digests`); raises psycopg.Error."""
    select = digest_sql(connection, table)
    with raw(connection).cursor() as cursor:
        count, *parts = cursor.execute(select.encode()).fetchone() or ()
    total = sum(
        int(part or 0) << (8 * (HASH_BYTES - at - size))
        for part, (at, size) in zip(parts, _limbs, strict=True)
    )
    return TableDigest(rows=count, sum=f"{total % (1 << 256):064x}")


def cell(column: Column, name: str) -> str:
    r"""Give a column as a cell of the file.

    COPY writes most types as a cast to text does, and is spared the cast. A text that begins with a
    backslash gets one more, so that `\N` is not taken for NULL; ascii tells of a text's first
    character quicker than any other function.
    """
    if postgres_texts.is_plain(column):
        return name
    text = postgres_texts.text_of(column, name)
    if column.type not in FREE:
        return text
    return rf"CASE WHEN ascii({text}) = {ord(ESCAPE)} THEN '\' || {text} ELSE {text} END"


def _form(column: Column, name: str) -> str:
    """Give the form that is digested."""
    form = postgres_texts.form_of(column, name)
    return f"replace({form}, E'\\x1f', E'\\x1f.')" if column.type in FREE else form


FREE = frozenset({Logical.TEXT, Logical.VARIANT})
"""Types whose values may be any text."""
