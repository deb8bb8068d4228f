"""An old system that understands no SQL: files, or a service. It is read, and nothing else.

What its switches would be is turned by people, and confirmed. A question of the plan is asked of a
database of its own, filled from the same rows for the purpose and thrown away.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NoReturn, Protocol

from archive import sqlite_copy
from archive.canonical import Columns
from archive.originals import Original
from archive.schema import Column, Logical, SourceSchema, Table, in_dependency_order, shape_hash
from archive.source import Size
from connectors.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as a source without SQL gives it."""

    name: str
    columns: Sequence[Column]
    read: Callable[[], Iterator[Columns]]
    """Gives all rows; raises where they are not as many as the source stated."""
    size: Size | None = None
    """How large it is, as far as one knows before it is read."""


@dataclass
class RowsLook:
    """One look at such a source (`archive.source.Snapshot`)."""

    dialect: str
    consistency: str
    rows: Sequence[Rows]
    kept: Sequence[Original]
    opened: ExitStack
    """Ends with the look."""
    _copy: sqlite_copy.SqliteCopy | None = field(default=None, init=False)

    def schema(self) -> SourceSchema:
        """Give the tables; Misconfigured where two have one name."""
        return schema_of(self.rows)

    def read(self, table: Table) -> Iterator[Columns]:
        """Give a table's rows in batches."""
        return next(each.read() for each in self.rows if each.name == table.name)

    def copier(self, _table: Table) -> None:
        """Copy nothing by itself: its rows are read."""

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Open no second look."""
        yield None

    def sizes(self, _tables: Sequence[Table]) -> Mapping[str, Size]:
        """Give about how large the tables are, where that is known (`archive.source.Weighed`)."""
        return {each.name: each.size for each in self.rows if each.size is not None}

    def originals(self) -> Sequence[Original]:
        """Give the files the rows came in."""
        return self.kept

    def ask(self, sql: str) -> str:
        """Ask a question of the rows, in SQLite's words; Misconfigured where it is none."""
        if self._copy is None:
            self._copy = self.opened.enter_context(self._filled())
        try:
            return self._copy.ask(sql)
        except (sqlite3.Error, ValueError) as error:
            raise Misconfigured(f"asking the old system: {error}; mend the question") from None

    @contextmanager
    def _filled(self) -> Iterator[sqlite_copy.SqliteCopy]:
        tables = self.schema().tables
        with tempfile.TemporaryDirectory(prefix="changeover-ask-") as name:
            path = Path(name, "rows.sqlite")
            with sqlite_copy.create(path, tables) as copy:
                for table in tables:
                    for columns in self.read(table):
                        copy.add(table, columns)
                copy.finish()
            with sqlite_copy.open_copy(path, tables) as copy:
                yield copy


def schema_of(rows: Sequence[Rows]) -> SourceSchema:
    """Give the shape of some tables; Misconfigured where two have one name."""
    names = [each.name for each in rows]
    if len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Misconfigured(f"two tables of the old system are called {twice}: rename one")
    tables = tuple(
        in_dependency_order(
            [
                Table(id="", name=each.name, bare_name=each.name, columns=tuple(each.columns))
                for each in rows
            ]
        )
    )
    return SourceSchema(tables=tables, hash=shape_hash(tables, (), ()))


def text_columns(names: Sequence[str], declared: str) -> list[Column]:
    """Give columns of text, and say so."""
    return [Column(name=name, declared=declared, type=Logical.TEXT) for name in names]


class Looks(Protocol):
    """Opens a look."""

    def snapshot(self) -> AbstractContextManager[RowsLook]:
        """Open it."""
        ...


class WithoutSwitches:
    """What such a system cannot do, told plainly (`connectors.ports.OldSystem`)."""

    what: str
    """Such as: a folder of files."""

    def ask(self: Looks, sql: str) -> str:
        """Ask a question of all rows."""
        with self.snapshot() as look:
            return look.ask(sql)

    def value(self, read_sql: str) -> str | None:
        """Refuse."""
        self._refuse(read_sql)

    def set(self, set_sql: str, value: str, *, read_sql: str | None = None) -> None:
        """Refuse."""
        self._refuse(set_sql, value, read_sql)

    def person_value(self, read_sql: str, email: str) -> str | None:
        """Refuse."""
        self._refuse(read_sql, email)

    def set_person(
        self, set_sql: str, email: str, value: str, *, read_sql: str | None = None
    ) -> None:
        """Refuse."""
        self._refuse(set_sql, email, value, read_sql)

    def last_logins(self, sql: str) -> dict[str, date]:
        """Refuse."""
        self._refuse(sql)

    def _refuse(self, *_asked: object) -> NoReturn:
        raise Misconfigured(
            f"{self.what} answers no SQL: in the plan let its switches be of kind confirmed or "
            "http, and leave logins and person out"
        )
