"""The schema of a MariaDB (or MySQL) source: the one database its URL names.

Read from information_schema in the server's own words. To the server a schema is a database, and
those beside ours belong to others: they are left alone.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from archive.errors import ArchiveError
from archive.schema import (
    Column,
    ForeignKey,
    Index,
    Logical,
    SourceSchema,
    Table,
    View,
    in_dependency_order,
    shape_hash,
)
from archive.schema import Sequence as Counter
from connectors.errors import Misconfigured
from connectors.old_mariadb_types import exact_type, is_clock
from connectors.old_sql_schema import refuse_unknown

_read = {"BASE TABLE", "VIEW", "SEQUENCE"}
"""Kinds of table that are understood."""
_Facts = dict[str, tuple[str | None, int | None]]
"""Each table's comment, and the number its next row would get."""
_next_number = re.compile(r" AUTO_INCREMENT=\d+")


def mariadb_schema(connection: sa.Connection) -> SourceSchema:
    """Give the schema of every table one may read; UnknownType names the columns of no exact form.

    ArchiveError where a table is of a kind whose rows would not all be seen.
    """
    _refuse_blinkers(connection)
    kinds = _kinds(connection)
    facts = _facts(connection)
    names = [name for name, kind in kinds.items() if kind == "BASE TABLE"]
    tables = in_dependency_order(_tables(connection, names, facts))
    views = tuple(_views(connection))
    counters = [name for name, kind in kinds.items() if kind == "SEQUENCE"]
    ddl = (
        *(_made_by(connection, name, "SEQUENCE") for name in counters),
        *(_made_by(connection, table.name, "TABLE") for table in tables),
        *(view.definition for view in views),
    )
    return SourceSchema(
        tables=tuple(tables),
        views=views,
        sequences=tuple(_sequences(connection, kinds, {n: f[1] for n, f in facts.items()})),
        ddl=ddl,
        hash=shape_hash(tables, views, ddl),
    )


def _tables(connection: sa.Connection, names: Sequence[str], facts: _Facts) -> list[Table]:
    columns, unknown = _columns(connection, names)
    refuse_unknown(unknown)
    keys = _keys(connection)
    references = _references(connection)
    indexes = _indexes(connection)
    conditions = _conditions(connection)
    return [
        Table(
            id="",
            name=name,
            bare_name=name,
            columns=tuple(columns.get(name, ())),
            primary_key=tuple(keys.get(name, ())),
            foreign_keys=tuple(references.get(name, ())),
            indexes=tuple(indexes.get(name, ())),
            checks=tuple(conditions.get(name, ())),
            comment=facts[name][0],
        )
        for name in names
    ]


def with_clocks(connection: sa.Connection, schema: SourceSchema) -> SourceSchema:
    """Tell times of the day from spans of time, which the server keeps in one type.

    A column is of times only if each value is one: then the values have been looked at.
    """
    tables = tuple(_with_clocks(connection, table) for table in schema.tables)
    return schema.model_copy(update={"tables": tables})


def _with_clocks(connection: sa.Connection, table: Table) -> Table:
    clocks = [column for column in table.columns if is_clock(column)]
    if not clocks:
        return table
    quote = connection.dialect.identifier_preparer.quote_identifier
    fits = ", ".join(
        f"min({name} >= '00:00:00' AND {name} < '24:00:00')"
        for name in (quote(column.name) for column in clocks)
    )
    sql = f"SELECT {fits} FROM {quote(table.name)}"  # noqa: S608 quoted
    found = connection.exec_driver_sql(sql).one()
    times = {column.name for column, fit in zip(clocks, found, strict=True) if fit in (1, None)}
    columns = tuple(
        column.model_copy(update={"type": Logical.TIME}) if column.name in times else column
        for column in table.columns
    )
    return table.model_copy(update={"columns": columns})


def _refuse_blinkers(connection: sa.Connection) -> None:
    """Stop where the server would hide tables: it shows a user those alone they have rights on."""
    rights = _rows(
        connection,
        "SELECT (SELECT count(*) FROM information_schema.USER_PRIVILEGES"
        " WHERE PRIVILEGE_TYPE = 'SELECT') + (SELECT count(*)"
        " FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = 'SELECT'"
        " AND DATABASE() LIKE TABLE_SCHEMA)",
    )
    if not rights[0][0]:
        raise Misconfigured(
            "the old system's user may read some tables and would not be shown the others: "
            "GRANT SELECT on the whole database to it"
        )


def _kinds(connection: sa.Connection) -> dict[str, str]:
    sql = (
        "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES"
        " WHERE TABLE_SCHEMA = DATABASE()"
    )
    found = {row[0]: row[1] for row in _rows(connection, sql)}
    strange = sorted(f"{name} ({kind})" for name, kind in found.items() if kind not in _read)
    if strange:
        raise ArchiveError(
            f"not all rows of {', '.join(strange)} would be seen, so nothing was exported: "
            "copy what it holds into an ordinary table, or leave the system on"
        )
    return dict(sorted(found.items()))


def _facts(connection: sa.Connection) -> _Facts:
    """Give each table's comment, and the number its next row would get."""
    sql = (
        "SELECT TABLE_NAME, TABLE_COMMENT, AUTO_INCREMENT FROM information_schema.TABLES"
        " WHERE TABLE_SCHEMA = DATABASE()"
    )
    return {name: (words or None, following) for name, words, following in _rows(connection, sql)}


def _conditions(connection: sa.Connection) -> dict[str, list[str]]:
    if not getattr(connection.dialect, "is_mariadb", False):
        return {}  # MySQL says elsewhere which table's they are; they are in the DDL
    sql = (
        "SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS"
        " WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY TABLE_NAME, CONSTRAINT_NAME"
    )
    found: dict[str, list[str]] = {}
    for table, words in _rows(connection, sql):
        found.setdefault(table, []).append(f"CHECK ({words})")
    return found


def _sequences(
    connection: sa.Connection, kinds: dict[str, str], numbering: dict[str, int | None]
) -> Iterator[Counter]:
    """Give what numbers rows, and where it stands: of now, for it knows no snapshot."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    for name, kind in kinds.items():
        quoted, following = quote(name), numbering[name]
        if kind == "SEQUENCE":
            sql = f"SELECT next_not_cached_value FROM {quoted}"  # noqa: S608 quoted
            following = _rows(connection, sql)[0][0]
            yield Counter(
                name=name, next=following, restart=f"ALTER SEQUENCE {quoted} RESTART {following}"
            )
        elif following is not None:
            restart = f"ALTER TABLE {quoted} AUTO_INCREMENT = {following}"
            yield Counter(name=name, next=following, restart=restart)


def _columns(
    connection: sa.Connection, names: Sequence[str]
) -> tuple[dict[str, list[Column]], list[str]]:
    sql = (
        "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, NUMERIC_PRECISION, NUMERIC_SCALE,"
        " IS_NULLABLE, COLUMN_COMMENT FROM information_schema.COLUMNS"
        " WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION"
    )
    found: dict[str, list[Column]] = {}
    unknown = []
    for table, name, kind, declared, precision, scale, nullable, words in _rows(connection, sql):
        if table not in names:
            continue
        typed = exact_type(kind, declared, precision, scale)
        if typed is None:
            unknown.append(f"{table}.{name} ({declared})")
            continue
        column = Column(
            name=name,
            declared=declared,
            nullable=nullable == "YES",
            comment=words or None,
            **typed._asdict(),
        )
        found.setdefault(table, []).append(column)
    return found, unknown


def _keys(connection: sa.Connection) -> dict[str, list[str]]:
    sql = (
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE"
        " WHERE TABLE_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'PRIMARY'"
        " ORDER BY TABLE_NAME, ORDINAL_POSITION"
    )
    found: dict[str, list[str]] = {}
    for table, column in _rows(connection, sql):
        found.setdefault(table, []).append(column)
    return found


def _references(connection: sa.Connection) -> dict[str, list[ForeignKey]]:
    sql = (
        "SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA = DATABASE(),"
        " REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME"
        " FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE()"
        " AND REFERENCED_TABLE_NAME IS NOT NULL"
        " ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION"
    )
    parts: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for table, key, column, here, database, parent, other in _rows(connection, sql):
        name = parent if here else f"{database}.{parent}"
        parts.setdefault((table, key, name), []).append((column, other))
    found: dict[str, list[ForeignKey]] = {}
    for (table, _, parent), pairs in parts.items():
        own, others = zip(*pairs, strict=True)
        key = ForeignKey(columns=own, parent=parent, parent_columns=others)
        found.setdefault(table, []).append(key)
    return found


def _indexes(connection: sa.Connection) -> dict[str, list[Index]]:
    sql = (
        "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME"
        " FROM information_schema.STATISTICS"
        " WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME <> 'PRIMARY'"
        " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"
    )
    parts: dict[tuple[str, str, int], list[str | None]] = {}
    for table, index, many, column in _rows(connection, sql):
        parts.setdefault((table, index, many), []).append(column)
    found: dict[str, list[Index]] = {}
    for (table, name, many), columns in parts.items():
        # MySQL has indexes over expressions, whose column is NULL: they show in the DDL.
        named = tuple(column for column in columns if column is not None)
        if len(named) == len(columns):
            index = Index(name=name, columns=named, unique=not many)
            found.setdefault(table, []).append(index)
    return found


def _views(connection: sa.Connection) -> Iterator[View]:
    sql = (
        "SELECT TABLE_NAME FROM information_schema.VIEWS"
        " WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME"
    )
    for (name,) in _rows(connection, sql):
        yield View(name=name, definition=_made_by(connection, name, "VIEW"))


def _made_by(connection: sa.Connection, name: str, kind: str) -> str:
    """Give the statement that makes something, without the number that is next in it."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    statement: str = _rows(connection, f"SHOW CREATE {kind} {quoted}")[0][1]
    return _next_number.sub("", statement, count=1)


def _rows(connection: sa.Connection, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(sql)]
