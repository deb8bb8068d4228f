"""The schema of a source of any kind but SQLite, as SQLAlchemy reflects it."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.reflection import Inspector

from archive.errors import UnknownType
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
from connectors import old_postgres_extras
from connectors.old_sql_ddl import statements

_system_schemas = {"information_schema", "mysql", "performance_schema", "sys"}
_told_at_once = 10
"""Columns of unknown type named in one error."""


class Typed(NamedTuple):
    """A type, with what belongs to it."""

    type: Logical
    precision: int | None = None
    scale: int | None = None
    element: Logical | None = None


_Key = tuple[str | None, str]
"""How SQLAlchemy keys what it reflects of many tables: schema and name."""


@dataclass
class _Reflected:
    """What a look at a database collects."""

    tables: list[Table] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    sequences: tuple[Counter, ...] = ()
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Look:
    """What is looked at: one schema."""

    schema: str
    label: str | None
    """Its name in front of its tables' names; None for the default schema."""
    own_words: dict[tuple[str, str, str], str]
    partitions: set[str]

    def named(self, name: str) -> str:
        return name if self.label is None else f"{self.label}.{name}"


def reflected_schema(connection: sa.Connection) -> SourceSchema:
    """Give the schema of every table one may read; UnknownType names the columns of no exact form.

    All schemas but the system's own are read; a table outside the default one is named with its
    schema. A partition's rows are read with the table it is part of.
    """
    inspector = sa.inspect(connection)
    own_words = _own_words(connection)
    found = _Reflected()
    schemas = [name for name in inspector.get_schema_names() if name not in _system_schemas]
    for schema in sorted(schemas):
        label = None if schema == inspector.default_schema_name else schema
        partitions = _partitions(connection, schema)
        _reflect(inspector, _Look(schema, label, own_words, partitions), found)
    refuse_unknown(found.unknown)
    if connection.dialect.name == "postgresql":
        default = str(inspector.default_schema_name)
        found.tables = old_postgres_extras.enriched(connection, found.tables, default)
        found.sequences = old_postgres_extras.sequences(connection)
    tables = in_dependency_order(found.tables)
    ddl = tuple(statements(connection, inspector, tables, found.views))
    return SourceSchema(
        tables=tuple(tables),
        views=tuple(found.views),
        sequences=found.sequences,
        ddl=ddl,
        hash=shape_hash(tables, found.views, ddl),
    )


def refuse_unknown(columns: Sequence[str]) -> None:
    """Stop by name, with their declarations, where there are columns of no exact form."""
    if columns:
        more = len(columns) - _told_at_once
        named = ", ".join(columns[:_told_at_once]) + (f" and {more} more" if more > 0 else "")
        raise UnknownType(
            f"there is no exact form yet for {named}: nothing was exported; "
            "copy such a column into one of text, or leave the system on"
        )


def logical_type(declared: sa.types.TypeEngine[Any]) -> Typed | None:
    """Give the type of a column's values; None where the archive has no exact form for it."""
    if isinstance(declared, postgresql.DOMAIN):
        return logical_type(declared.data_type)
    if isinstance(declared, postgresql.ARRAY):
        element = logical_type(declared.item_type)
        return Typed(Logical.ARRAY, element=element.type) if element else None
    if isinstance(declared, sa.Float):
        return Typed(Logical.REAL)
    if isinstance(declared, sa.Numeric):
        scale = declared.scale if (declared.scale or 0) >= 0 else None
        return Typed(Logical.DECIMAL, declared.precision, scale)
    if getattr(declared, "unsigned", False) or getattr(declared, "timezone", False):
        return Typed(Logical.TIMESTAMPTZ) if isinstance(declared, sa.DateTime) else None
    logical = next((found for kind, found in _kinds if isinstance(declared, kind)), None)
    return Typed(logical) if logical else None


# The first that fits holds: an Enum is a String, too.
_kinds: tuple[tuple[type[sa.types.TypeEngine[Any]], Logical], ...] = (
    (sa.Boolean, Logical.BOOLEAN),
    (sa.Integer, Logical.INTEGER),
    (sa.DateTime, Logical.TIMESTAMP),
    (sa.Date, Logical.DATE),
    (sa.Time, Logical.TIME),
    (sa.Uuid, Logical.UUID),
    (sa.Interval, Logical.INTERVAL),
    (postgresql.INTERVAL, Logical.INTERVAL),
    (postgresql.JSON, Logical.JSON),
    (sa.LargeBinary, Logical.BLOB),
    (sa.String, Logical.TEXT),
)


def _reflect(inspector: Inspector, look: _Look, found: _Reflected) -> None:
    schema = look.schema
    with warnings.catch_warnings():
        # An unknown type is refused below, by name.
        warnings.filterwarnings("ignore", "Did not recognize type", sa.exc.SAWarning)
        columns = inspector.get_multi_columns(schema=schema)
    keys = inspector.get_multi_pk_constraint(schema=schema)
    references = inspector.get_multi_foreign_keys(schema=schema)
    indexes = inspector.get_multi_indexes(schema=schema)
    for key in sorted(columns, key=lambda each: each[1]):
        if key[1] in look.partitions:
            continue
        name = look.named(key[1])
        found.tables.append(
            Table(
                id="",
                name=name,
                db_schema=look.label,
                bare_name=key[1],
                columns=tuple(_columns(inspector, key[1], columns[key], look, found)),
                primary_key=tuple(keys[key]["constrained_columns"]),
                foreign_keys=tuple(_references(references[key], inspector)),
                indexes=tuple(_indexes(indexes[key])),
            )
        )
    found.views += _views(inspector, look)


def _columns(
    inspector: Inspector,
    bare_name: str,
    reflected: Sequence[Any],
    look: _Look,
    found: _Reflected,
) -> Iterator[Column]:
    for each in reflected:
        declared = look.own_words.get((look.schema, bare_name, each["name"]))
        declared = declared or each["type"].compile(inspector.dialect)
        typed = logical_type(each["type"])
        if typed is None:
            found.unknown.append(f"{look.named(bare_name)}.{each['name']} ({declared})")
            continue
        yield Column(
            name=each["name"],
            declared=declared,
            **typed._asdict(),
            nullable=bool(each["nullable"]),
        )


def _references(reflected: Sequence[Any], inspector: Inspector) -> Iterator[ForeignKey]:
    for each in sorted(reflected, key=lambda key: str(key["name"])):
        # None is the default schema, whichever one the reference stands in.
        other = each["referred_schema"] or inspector.default_schema_name
        own = other == inspector.default_schema_name
        parent = each["referred_table"] if own else f"{other}.{each['referred_table']}"
        yield ForeignKey(
            columns=tuple(each["constrained_columns"]),
            parent=parent,
            parent_columns=tuple(each["referred_columns"]),
        )


def _indexes(reflected: Sequence[Any]) -> Iterator[Index]:
    for each in sorted(reflected, key=lambda index: str(index["name"])):
        columns = [name for name in each["column_names"] if name is not None]
        if len(columns) == len(each["column_names"]):
            yield Index(name=each["name"], columns=tuple(columns), unique=bool(each["unique"]))


def _views(inspector: Inspector, look: _Look) -> Iterator[View]:
    names = [*inspector.get_view_names(look.schema)]
    if inspector.dialect.name == "postgresql":
        names += inspector.get_materialized_view_names(look.schema)
    for name in sorted(names):
        definition = inspector.get_view_definition(name, look.schema)
        yield View(name=look.named(name), definition=definition)


def _own_words(connection: sa.Connection) -> dict[tuple[str, str, str], str]:
    """Types as the database itself spells them, by schema, table and column."""
    if connection.dialect.name != "postgresql":
        return {}
    rows = connection.exec_driver_sql(
        "SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod) "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')"
    )
    return {(schema, table, column): word for schema, table, column, word in rows}


def _partitions(connection: sa.Connection, schema: str) -> set[str]:
    if connection.dialect.name != "postgresql":
        return set()
    rows = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relispartition AND relnamespace = "
        "(SELECT oid FROM pg_namespace WHERE nspname = %s)",
        (schema,),
    )
    return {row[0] for row in rows}
