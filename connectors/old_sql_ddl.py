"""Statements that would make a source's tables again, for the archive's `schema.sql`."""

from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.engine.reflection import Inspector

from archive.schema import Table, View
from connectors import old_postgres_extras


def statements(
    connection: sa.Connection,
    inspector: Inspector,
    tables: Sequence[Table],
    views: Sequence[View],
) -> Iterator[str]:
    """Give types, tables, indexes and views in the source's own dialect, in an order that works.

    For a person to read and mend: what a dialect has besides (triggers, functions, rights) is not
    in it.
    """
    quote = inspector.dialect.identifier_preparer.quote_identifier
    postgres = connection if isinstance(inspector, PGInspector) else None
    if isinstance(inspector, PGInspector):
        yield from _enums(inspector, quote)
        yield from _domains(inspector, quote)
    if postgres is not None:
        yield from old_postgres_extras.sequence_definitions(postgres)
    for table in tables:
        yield _table(inspector, table, quote)
    if postgres is None:
        yield from _indexes(tables, quote)
    else:
        yield from old_postgres_extras.index_definitions(postgres)
    for view in views:
        yield f"CREATE VIEW {'.'.join(map(quote, view.name.split('.')))} AS {view.definition}"
    if postgres is not None:
        yield from old_postgres_extras.comment_definitions(postgres)


def _indexes(tables: Sequence[Table], quote: Callable[[str], str]) -> Iterator[str]:
    for table in tables:
        for index in table.indexes:
            unique = "UNIQUE INDEX" if index.unique else "INDEX"
            columns = ", ".join(map(quote, index.columns))
            yield f"CREATE {unique} {quote(index.name)} ON {_name(table, quote)} ({columns})"


def _enums(inspector: PGInspector, quote: Callable[[str], str]) -> Iterator[str]:
    for enum in sorted(inspector.get_enums("*"), key=lambda each: (each["schema"], each["name"])):
        labels = ", ".join("'" + label.replace("'", "''") + "'" for label in enum["labels"])
        yield f"CREATE TYPE {quote(enum['schema'])}.{quote(enum['name'])} AS ENUM ({labels})"


def _domains(inspector: PGInspector, quote: Callable[[str], str]) -> Iterator[str]:
    every = [each for each in inspector.get_domains("*") if each["schema"] != "information_schema"]
    for domain in sorted(every, key=lambda each: (each["schema"], each["name"])):
        name = f"{quote(domain['schema'])}.{quote(domain['name'])}"
        default = f" DEFAULT {domain['default']}" if domain["default"] else ""
        required = "" if domain["nullable"] else " NOT NULL"
        checks = "".join(f" CHECK ({each['check']})" for each in domain["constraints"])
        yield f"CREATE DOMAIN {name} AS {domain['type']}{default}{required}{checks}"


def _table(inspector: Inspector, table: Table, quote: Callable[[str], str]) -> str:
    reflected = {
        each["name"]: each for each in inspector.get_columns(table.bare_name, table.db_schema)
    }
    lines = []
    for column in table.columns:
        required = "" if column.nullable else " NOT NULL"
        filled = _filled(reflected[column.name])
        lines.append(f"{quote(column.name)} {column.declared}{filled}{required}")
    if table.primary_key:
        lines.append(f"PRIMARY KEY ({', '.join(map(quote, table.primary_key))})")
    if isinstance(inspector, PGInspector):
        lines += table.checks
    else:
        checks = inspector.get_check_constraints(table.bare_name, table.db_schema)
        lines += [f"CHECK ({check['sqltext']})" for check in checks]
    for key in table.foreign_keys:
        own, other = (", ".join(map(quote, each)) for each in (key.columns, key.parent_columns))
        parent = ".".join(map(quote, key.parent.split(".")))
        lines.append(f"FOREIGN KEY ({own}) REFERENCES {parent} ({other})")
    return f"CREATE TABLE {_name(table, quote)} (\n  " + ",\n  ".join(lines) + "\n)"


def _filled(column: ReflectedColumn) -> str:
    """Say by what a column is filled where a row does not say it."""
    if computed := column.get("computed"):
        stored = " STORED" if computed.get("persisted") else ""
        return f" GENERATED ALWAYS AS ({computed['sqltext']}){stored}"
    if identity := column.get("identity"):
        return f" GENERATED {'ALWAYS' if identity.get('always') else 'BY DEFAULT'} AS IDENTITY"
    return f" DEFAULT {column['default']}" if column.get("default") else ""


def _name(table: Table, quote: Callable[[str], str]) -> str:
    name = quote(table.bare_name)
    return f"{quote(table.db_schema)}.{name}" if table.db_schema else name
