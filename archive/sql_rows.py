"""Rows of any database that SQLAlchemy reaches (SQLite has a way of its own), as texts."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine

from archive import mariadb_texts, objects, postgres_texts
from archive.canonical import Columns, Values
from archive.pace import Pace
from archive.schema import Column, Logical, Table

MARIADB = ("mariadb", "mysql")
"""What SQLAlchemy calls MariaDB and MySQL, by the URL."""

_drivers = {"postgresql": "psycopg", "mariadb": "pymysql", "mysql": "pymysql"}
_told: dict[str, dict[str, object]] = {
    "postgresql": {"client_encoding": "utf8"},
    **{kind: {"charset": "utf8mb4"} for kind in MARIADB},
}

ToTexts = Callable[[Column, Sequence[Any]], Values]


class Way(NamedTuple):
    """How a kind of database gives a column."""

    expression: Callable[[Column, str], str]
    """What is selected of it, by its quoted name."""
    to_texts: ToTexts
    """What is made of what comes."""


def with_driver(url: URL) -> URL:
    """Give a URL that says nothing of its driver the one that was tried here."""
    driver = _drivers.get(url.drivername)
    return url.set(drivername=f"{url.drivername}+{driver}") if driver else url


def engine_of(url: URL, **told: object) -> Engine:
    """Give a way into a database, whose texts come and go in UTF-8; `told` is for its driver."""
    args = {**_told.get(url.get_backend_name(), {}), **told}
    url = with_driver(url)
    return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=args)


def read_rows(
    connection: Connection, table: Table, to_texts: ToTexts | None = None
) -> Iterator[Columns]:
    """Give a table's rows in batches, from a cursor on the server where the driver has one."""
    pace = Pace(table)
    way = _ways.get(connection.dialect.name, _any)
    if to_texts is not None:
        way = way._replace(to_texts=to_texts)
    # Without a limit SQLAlchemy would hold a thousand rows of its own, however wide.
    options = {"stream_results": True, "max_row_buffer": 1}
    sql = _select(connection, table, way)
    with connection.exec_driver_sql(sql, execution_options=options) as result:
        while rows := result.fetchmany(pace.rows):
            values = zip(*rows, strict=True)
            columns = [*map(way.to_texts, table.columns, values)]
            yield columns
            pace.saw(columns)


def qualified(connection: Connection, table: Table) -> str:
    """Give a table's quoted name, with its schema's."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    name = quote(table.bare_name)
    return f"{quote(table.db_schema)}.{name}" if table.db_schema else name


def _select(connection: Connection, table: Table, way: Way) -> str:
    quote = connection.dialect.identifier_preparer.quote_identifier
    cells = [way.expression(column, quote(column.name)) for column in table.columns]
    return f"SELECT {', '.join(cells)} FROM {qualified(connection, table)}"  # noqa: S608 quoted


def _itself(column: Column, name: str) -> str:
    # A driver would take JSON apart.
    return f"CAST({name} AS TEXT)" if column.type is Logical.JSON else name


def _as_written(_: Column, values: Sequence[Any]) -> Values:
    return list(values)


_any = Way(_itself, objects.to_texts)
_ways = {
    "postgresql": Way(postgres_texts.text_of, _as_written),
    "mysql": Way(mariadb_texts.expression_of, mariadb_texts.to_texts),
    "mariadb": Way(mariadb_texts.expression_of, mariadb_texts.to_texts),
}
