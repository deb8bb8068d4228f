"""An old system in memory: tables of texts, and switches by their SQL (a `ports.OldSystem`)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from archive.canonical import Columns
from archive.originals import Original
from archive.schema import Column, Logical, SourceSchema, Table, shape_hash
from connectors.errors import Misconfigured, Refused

Rows = Sequence[Mapping[str, str | None]]
"""Rows of one table, all with the same columns."""


@dataclass
class MemoryOldSystem:
    """Understands no SQL: a statement is a name for what it would read or set."""

    tables: dict[str, Rows] = field(default_factory=dict)
    values: dict[str, str | None] = field(default_factory=dict)
    """What each SELECT of one value gives."""
    writes: dict[str, str] = field(default_factory=dict)
    """What each UPDATE changes: its text -> the SELECT that shows it, a person's or not."""
    people: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """What a SELECT of a person's value gives, by it and their address."""
    logins: dict[str, date] = field(default_factory=dict)
    """The day each address last logged in."""

    dialect = "memory"
    consistency = "memory that nobody else writes to"

    @contextmanager
    def snapshot(self) -> Iterator["MemoryOldSystem"]:
        """Look at a copy of it."""
        yield MemoryOldSystem(
            {name: [*rows] for name, rows in self.tables.items()}, {**self.values}
        )

    def schema(self) -> SourceSchema:
        """Give the tables: every column a text."""
        tables = tuple(_table(n, name, self.tables[name]) for n, name in enumerate(self.tables, 1))
        return SourceSchema(tables=tables, hash=shape_hash(tables, (), ()))

    def schema_hash(self) -> str:
        """Give the schema's hash."""
        return self.schema().hash

    def fingerprint(self) -> str:
        """Tell which it is: the object itself."""
        return f"memory {id(self):x}"

    def read(self, table: Table) -> Iterator[Columns]:
        """Give a table's rows, all at once."""
        rows = self.tables[table.name]
        if rows:
            yield [[row[column.name] for row in rows] for column in table.columns]

    def copier(self, _table: Table) -> None:
        """Copy nothing by itself: its rows are read."""

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Open no second look: there is no second thread to gain by it."""
        yield None

    def originals(self) -> tuple[Original, ...]:
        """Keep no files."""
        return ()

    def ask(self, sql: str) -> str:
        """Give the one value a SELECT returns."""
        return self.value(sql) or "NULL"

    def value(self, read_sql: str) -> str | None:
        """Give a switch's value; Misconfigured where nobody said what the SELECT gives."""
        if read_sql not in self.values:
            raise Misconfigured(f"the old system in memory knows no {read_sql!r}; add it to values")
        return self.values[read_sql]

    def set(self, set_sql: str, value: str, *, read_sql: str | None = None) -> None:
        """Set a switch; Refused where the UPDATE is unknown, or `read_sql` shows another value."""
        self.values[self._shown_by(set_sql)] = value
        if read_sql is not None and self.value(read_sql) != value:
            raise Refused(f"a switch was set to {value} but reads {self.value(read_sql)}")

    def person_value(self, read_sql: str, email: str) -> str | None:
        """Give a person's value; None where there is no such person."""
        return self.people.get((read_sql, email.lower()))

    def set_person(
        self, set_sql: str, email: str, value: str, *, read_sql: str | None = None
    ) -> None:
        """Set a person's switch; Refused where there is no such person or UPDATE."""
        key = (self._shown_by(set_sql), email.lower())
        if key not in self.people:
            raise Refused("a switch would set 0 rows, not exactly 1 row: nothing was set")
        self.people[key] = value
        if read_sql is not None and self.person_value(read_sql, email) != value:
            raise Refused(f"a switch was set to {value} and reads otherwise")

    def last_logins(self, sql: str) -> dict[str, date]:  # noqa: ARG002 - there is one list
        """Give the last day each address logged in, by address in small letters."""
        return {address.lower(): day for address, day in self.logins.items()}

    def _shown_by(self, set_sql: str) -> str:
        if set_sql not in self.writes:
            raise Refused(f"the old system in memory knows no {set_sql!r}; add it to writes")
        return self.writes[set_sql]


def _table(number: int, name: str, rows: Rows) -> Table:
    columns = tuple(Column(name=column, declared="text", type=Logical.TEXT) for column in rows[0])
    return Table(id=f"t{number}", name=name, bare_name=name, columns=columns)
