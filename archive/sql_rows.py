"""Rows of any database that SQLAlchemy reaches (SQLite has a way of its own), as texts."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from archive import objects
from archive.canonical import Columns, Values
from archive.pace import Pace
from archive.schema import Column, Logical, Table

ToTexts = Callable[[Column, Sequence[Any]], Values]


def read_rows(
    connection: Connection, table: Table, to_texts: ToTexts = objects.to_texts
) -> Iterator[Columns]:
    """Give a table's rows in batches, from a cursor on the server where the driver has one."""
    pace = Pace(table)
    # Without a limit SQLAlchemy would hold a thousand rows of its own, however wide.
    options = {"stream_results": True, "max_row_buffer": 1}
    sql = _select(connection, table)
    with connection.exec_driver_sql(sql, execution_options=options) as result:
        while rows := result.fetchmany(pace.rows):
            values = zip(*rows, strict=True)
            columns = [*map(to_texts, table.columns, values)]
            yield columns
            pace.saw(columns)


def qualified(connection: Connection, table: Table) -> str:
    """Give a table's quoted name, with its schema's."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    name = quote(table.bare_name)
    return f"{quote(table.db_schema)}.{name}" if table.db_schema else name


def _select(connection: Connection, table: Table) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    names = [
        f"CAST({quote(column.name)} AS TEXT)" if column.type is Logical.JSON else quote(column.name)
        for column in table.columns
    ]
    return f"SELECT {', '.join(names)} FROM {qualified(connection, table)}"  # noqa: S608 quoted
