"""The schema of an SQLite source.

SQLite does not hold a column to its declared type, so each column's type is found by looking at
all its values, in the snapshot they are read from: a column declared DATE is one of dates only if
every value is one, written as ISO 8601 has it; where kinds are mixed it is a variant. Nothing is
refused and nothing is lost.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from archive.schema import (
    Column,
    ForeignKey,
    Index,
    Sequence,
    SourceSchema,
    Table,
    View,
    in_dependency_order,
    shape_hash,
)
from archive.sqlite_copy import quoted
from connectors.old_sqlite_types import Findings, formal_type, questions, type_found

_COLUMNS_AT_ONCE = 50
"""Columns looked at in one query: SQLite bounds a query's width."""


def declared_schema(connection: Connection) -> SourceSchema:
    """Give the schema as declared; the types are those of the declarations, not of the values."""
    objects = _rows(
        connection,
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema "
        r"WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY type, name",
    )
    tables = in_dependency_order(
        _referring([_table(connection, name) for kind, name, _ in objects if kind == "table"])
    )
    views = tuple(View(name=name, definition=sql) for kind, name, sql in objects if kind == "view")
    # What must exist first comes first.
    order = ["table", "index", "view", "trigger"]
    by_kind = sorted(objects, key=lambda each: order.index(each[0]))
    ddl = tuple(sql for _, _, sql in by_kind if sql)
    return SourceSchema(
        tables=tuple(tables),
        views=views,
        sequences=tuple(_sequences(connection)),
        ddl=ddl,
        hash=shape_hash(tables, views, ddl),
    )


def schema_found(connection: Connection) -> SourceSchema:
    """Give the schema with each column's type as its values show it."""
    declared = declared_schema(connection)
    tables = tuple(_with_types(connection, table) for table in declared.tables)
    return declared.model_copy(update={"tables": tables})


def _sequences(connection: Connection) -> Iterable[Sequence]:
    """Give what AUTOINCREMENT numbers rows by."""
    if not _rows(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'"):
        return
    for name, last in _rows(connection, "SELECT name, seq FROM sqlite_sequence ORDER BY name"):
        text = name.replace("'", "''")
        restart = f"UPDATE sqlite_sequence SET seq = {last} WHERE name = '{text}'"  # noqa: S608
        yield Sequence(name=name, next=last + 1, restart=restart)


def _table(connection: Connection, name: str) -> Table:
    # Hidden 1 are columns of virtual tables that are no data; 2 and 3 are generated ones.
    shown = [row for row in _rows(connection, f"PRAGMA table_xinfo({quoted(name)})") if row[6] != 1]
    keys = sorted((row[5], row[1]) for row in shown if row[5])
    return Table(
        id="",
        name=name,
        bare_name=name,
        columns=tuple(_column(row[1], row[2], required=bool(row[3])) for row in shown),
        primary_key=tuple(column for _, column in keys),
        foreign_keys=tuple(_foreign_keys(connection, name)),
        indexes=tuple(_indexes(connection, name)),
    )


def _column(name: str, declared: str, *, required: bool) -> Column:
    logical, precision, scale = formal_type(declared)
    return Column(
        name=name,
        declared=declared,
        type=logical,
        precision=precision,
        scale=scale,
        nullable=not required,
    )


def _foreign_keys(connection: Connection, name: str) -> Iterable[ForeignKey]:
    found: dict[int, list[tuple[int, str, str, str | None]]] = {}
    for row in _rows(connection, f"PRAGMA foreign_key_list({quoted(name)})"):
        found.setdefault(row[0], []).append((row[1], row[2], row[3], row[4]))
    for parts in (sorted(found[number]) for number in sorted(found)):
        yield ForeignKey(
            columns=tuple(own for _, _, own, _ in parts),
            parent=parts[0][1],
            parent_columns=tuple(other for *_, other in parts if other is not None),
        )


def _referring(tables: list[Table]) -> list[Table]:
    """Complete each table's references as SQLite understands them.

    It minds no capitals, takes the parent's key where no columns are named, and accepts references
    to what does not exist: to a missing table one stays as it is, to missing columns it is left to
    the DDL.
    """
    by_name = {table.name.lower(): table for table in tables}
    return [
        table.model_copy(
            update={
                "foreign_keys": tuple(
                    found
                    for key in table.foreign_keys
                    if (found := _completed(key, by_name.get(key.parent.lower())))
                )
            }
        )
        for table in tables
    ]


def _completed(key: ForeignKey, parent: Table | None) -> ForeignKey | None:
    if parent is None:
        columns = key.parent_columns or key.columns
        return key.model_copy(update={"parent_columns": columns})
    spelt = {column.name.lower(): column.name for column in parent.columns}
    named = key.parent_columns or parent.primary_key
    columns = tuple(spelt[name.lower()] for name in named if name.lower() in spelt)
    if len(columns) != len(key.columns):
        return None
    return ForeignKey(columns=key.columns, parent=parent.name, parent_columns=columns)


def _indexes(connection: Connection, name: str) -> Iterable[Index]:
    listed = sorted(_rows(connection, f"PRAGMA index_list({quoted(name)})"), key=lambda row: row[1])
    for row in listed:
        columns = _rows(connection, f"PRAGMA index_info({quoted(row[1])})")
        if all(column[2] is not None for column in columns):
            names = tuple(column[2] for column in columns)
            yield Index(name=row[1], columns=names, unique=bool(row[2]))


def _with_types(connection: Connection, table: Table) -> Table:
    columns: list[Column] = []
    for start in range(0, len(table.columns), _COLUMNS_AT_ONCE):
        chosen = table.columns[start : start + _COLUMNS_AT_ONCE]
        columns += _columns_found(connection, table, chosen)
    return table.model_copy(update={"columns": tuple(columns)})


def _columns_found(
    connection: Connection, table: Table, columns: tuple[Column, ...]
) -> list[Column]:
    asked = [sql for column in columns for sql in questions(quoted(column.name), column.declared)]
    sql = f"SELECT {', '.join(asked)} FROM {quoted(table.name)}"  # noqa: S608 quoted
    answers = _rows(connection, sql)[0]
    width = len(asked) // len(columns)
    found = [Findings(*answers[at : at + width]) for at in range(0, len(answers), width)]
    return [
        _typed(column, findings, is_key=column.name in table.primary_key)
        for column, findings in zip(columns, found, strict=True)
    ]


def _typed(column: Column, findings: Findings, *, is_key: bool) -> Column:
    logical, precision, scale = type_found(column.declared, findings)
    return column.model_copy(
        update={
            "type": logical,
            "precision": precision,
            "scale": scale,
            # SQLite lets a key be NULL where it does not say NOT NULL.
            "nullable": bool(findings.null) or (column.nullable and not is_key),
        }
    )


def _rows(connection: Connection, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(sql, parameters or None)]
