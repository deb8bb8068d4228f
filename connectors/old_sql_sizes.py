"""How large an old system's tables are, by its own bookkeeping: nothing is read for it."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from archive.schema import Table
from archive.source import Size

_POSTGRES = """
SELECT n.nspname, c.relname, greatest(c.reltuples, 0)::bigint, pg_table_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm', 'f')
"""
_MARIADB = """
SELECT TABLE_SCHEMA, TABLE_NAME, coalesce(TABLE_ROWS, 0), coalesce(DATA_LENGTH, 0)
FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
"""
_SQLITE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"


def sizes_of(connection: sa.Connection, tables: Sequence[Table]) -> Mapping[str, Size]:
    """Give each table's rows and octets, as the database reckons them; none for other kinds.

    PostgreSQL and MariaDB keep estimates of rows, PostgreSQL's none before a table was analysed.
    SQLite knows the whole file alone, which is shared out evenly, and no number of rows.
    """
    kind = connection.dialect.name
    if kind == "sqlite":
        octets = connection.exec_driver_sql(_SQLITE).scalar_one()
        return {table.name: Size(0, octets // max(1, len(tables))) for table in tables}
    if kind not in {"postgresql", "mysql", "mariadb"}:
        return {}
    found = connection.exec_driver_sql(_POSTGRES if kind == "postgresql" else _MARIADB)
    sizes = {(schema, name): Size(int(rows), int(octets)) for schema, name, rows, octets in found}
    default = connection.dialect.default_schema_name
    named = {table.name: (table.db_schema or default, table.bare_name) for table in tables}
    return {name: sizes[key] for name, key in named.items() if key in sizes}
