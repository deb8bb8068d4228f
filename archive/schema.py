"""The shape of a source: its tables, columns, keys and definitions, as values."""

from collections import abc
from enum import StrEnum
from hashlib import sha256

from pydantic import BaseModel, ConfigDict


class Logical(StrEnum):
    """What a column's values are, whatever kind of database they came from."""

    INTEGER = "integer"
    """Whole numbers of at most 64 bits."""
    DECIMAL = "decimal"
    """Exact numbers; with a scale each value carries exactly so many decimals."""
    REAL = "real"
    """Binary floating point, its shortest decimal that gives the same bits."""
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    """A moment on a wall clock of unstated zone."""
    TIMESTAMPTZ = "timestamptz"
    """A moment, in UTC."""
    BOOLEAN = "boolean"
    BLOB = "blob"
    UUID = "uuid"
    JSON = "json"
    """JSON as the source writes it, letter by letter."""
    INTERVAL = "interval"
    """A span of time: months, days and seconds, each on its own, as an ISO 8601 duration."""
    ARRAY = "array"
    """A list of values of one other type, or a list of such lists; as JSON."""
    VARIANT = "variant"
    """SQLite only: values of several kinds in one column; each carries its own kind."""


class Part(BaseModel):
    """A frozen part of a description that is written as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(Part):
    """A column."""

    name: str
    declared: str
    """The type in the source's own words."""
    type: Logical
    precision: int | None = None
    """Decimals only: significant digits at most, None for unlimited."""
    scale: int | None = None
    """Decimals only: digits after the point of every value, None for each value its own."""
    element: Logical | None = None
    """Arrays only: what their elements are."""
    nullable: bool = True
    comment: str | None = None
    """What the source says of it."""


class ForeignKey(Part):
    """A reference of a table to a table."""

    columns: tuple[str, ...]
    parent: str
    """Name of the table referred to; it may be missing where the source does not watch over it."""
    parent_columns: tuple[str, ...]


class Index(Part):
    """An index; one over expressions shows only in the DDL."""

    name: str
    columns: tuple[str, ...]
    unique: bool


class Table(Part):
    """A table. `id` names its files; `name` never does."""

    id: str
    name: str
    """The table's own name, with its schema's before it where that is not the default one."""
    db_schema: str | None = None
    bare_name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    indexes: tuple[Index, ...] = ()
    checks: tuple[str, ...] = ()
    """Conditions on its rows, in the source's own SQL; SQLite's show only in the DDL."""
    comment: str | None = None
    """What the source says of it."""

    @property
    def types(self) -> tuple[Logical, ...]:
        """The columns' types, in order."""
        return tuple(column.type for column in self.columns)


class View(Part):
    """A view: its definition is kept, not its rows."""

    name: str
    definition: str


class Sequence(Part):
    """What gives out numbers in the source."""

    name: str
    """Its own, or that of the table whose rows it numbers."""
    next: int | None
    """The number it would give next; some before it may have been skipped. None: not shown us."""
    restart: str
    """Statement that makes a new one go on from there; empty where it is not shown."""


class SourceSchema(Part):
    """Everything that has a shape in a source; tables with parents before children."""

    tables: tuple[Table, ...]
    views: tuple[View, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    """Their definitions are in the DDL; where they stand is no part of the schema's hash."""
    ddl: tuple[str, ...] = ()
    """Statements that would make it again, in the source's own dialect."""
    hash: str
    """`shape_hash` of it: another declaration anywhere gives another."""


def shape_hash(
    tables: abc.Sequence[Table], views: abc.Sequence[View], ddl: abc.Sequence[str]
) -> str:
    """Give the sha256 of what is declared, and of nothing that was found out by reading values."""
    found_by_reading = {
        "columns": {"__all__": {"type", "precision", "scale", "element", "nullable"}}
    }
    digest = sha256()
    for table in tables:
        digest.update(table.model_dump_json(exclude=found_by_reading).encode() + b"\n")
    for view in views:
        digest.update(view.model_dump_json().encode() + b"\n")
    for statement in ddl:
        digest.update(f"{len(statement)}:{statement}\n".encode())
    return digest.hexdigest()


def in_dependency_order(tables: abc.Sequence[Table]) -> list[Table]:
    """Order tables by name with parents first, and number them from t001 on.

    Where tables refer to each other in a circle, the first by name goes first.
    """
    waiting = {table.name: table for table in sorted(tables, key=lambda table: table.name)}
    ordered: list[Table] = []
    while waiting:
        ready = [table for table in waiting.values() if not _waits(table, waiting)]
        chosen = ready or [next(iter(waiting.values()))]
        for table in chosen:
            del waiting[table.name]
            ordered.append(table.model_copy(update={"id": f"t{len(ordered) + 1:03d}"}))
    return ordered


def _waits(table: Table, waiting: dict[str, Table]) -> bool:
    parents = {key.parent for key in table.foreign_keys}
    return any(parent in waiting and parent != table.name for parent in parents)
