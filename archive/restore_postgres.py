r"""What is restored into PostgreSQL: COPY takes an archive's CSV files as they are.

So the drill proves that a reader which is none of ours reads them to the same rows. Two things the
server must still put right afterwards, where a table has them: bytes, which the files have in
base64, and texts that begin with a backslash, which have one more there. Lists have another
spelling in PostgreSQL; their tables' rows are read here and handed to COPY one by one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from archive import csv_files, postgres_rows, postgres_values
from archive.digests import TableDigest
from archive.restore_sql import SqlTarget, unqualified
from archive.schema import Logical, Table

if TYPE_CHECKING:
    import psycopg

BLOCK_BYTES = 1 << 20
"""Handed to the server at a time."""


class PostgresTarget(SqlTarget):
    """An empty PostgreSQL database that is being filled; a context."""

    def fill(self, path: Path, table: Table) -> None:
        """Write a table's CSV file; ArchiveError where PostgreSQL cannot hold a value."""
        there = _as_made(table)
        with self._told(table):
            if any(column.type is Logical.ARRAY for column in table.columns):
                self._copy_rows(path, there)
            else:
                self._copy_file(path, there)

    def digest(self, table: Table) -> TableDigest:
        """Digest what a table holds now, in the server where that can."""
        if not postgres_rows.can_digest(self._connection):
            return super().digest(table)
        with self._told(table):
            return postgres_rows.digest(self._connection, _as_made(table))

    def _copy_rows(self, path: Path, table: Table) -> None:
        with self._cursor() as cursor, cursor.copy(self._copy(table)) as copy:
            for columns in csv_files.read(path, table):
                stored = map(postgres_values.stored, table.columns, columns)
                for row in zip(*stored, strict=True):
                    copy.write_row(row)

    def _copy_file(self, path: Path, table: Table) -> None:
        blobs = self._quoted(table, Logical.BLOB)
        self._alter(table, [f"{name} TYPE text USING NULL" for name in blobs])
        copying = self._copy(table) + rb" (FORMAT csv, HEADER true, NULL '\N')"
        with self._cursor() as cursor, path.open("rb") as file, cursor.copy(copying) as copy:
            while block := file.read(BLOCK_BYTES):
                copy.write(block)
        changes = [f"{name} TYPE bytea USING decode({name}, 'base64')" for name in blobs]
        changes += [
            rf"{name} TYPE text USING CASE WHEN left({name}, 1) = '\' THEN substr({name}, 2) "
            f"ELSE {name} END"
            for name in self._with_escapes(table)
        ]
        self._alter(table, changes)

    def _with_escapes(self, table: Table) -> list[str]:
        """Give the columns in which some text begins with a backslash."""
        free = self._quoted(table, *postgres_rows.FREE)
        if not free:
            return []
        asked = ", ".join(rf"bool_or(left({name}, 1) = '\')" for name in free)
        select = f"SELECT {asked} FROM {self._name(table)}"  # noqa: S608 quoted
        with self._cursor() as cursor:
            found = cursor.execute(select.encode()).fetchone() or ()
        return [name for name, some in zip(free, found, strict=True) if some]

    def _alter(self, table: Table, changes: list[str]) -> None:
        if changes:
            alter = ", ".join(f"ALTER COLUMN {change}" for change in changes)
            with self._cursor() as cursor:
                cursor.execute(f"ALTER TABLE {self._name(table)} {alter}".encode())

    def _quoted(self, table: Table, *types: Logical) -> list[str]:
        columns = [column for column in table.columns if column.type in types]
        return postgres_rows.names_of(self._connection, columns)

    def _copy(self, table: Table) -> bytes:
        return f"COPY {self._name(table)} FROM STDIN".encode()

    def _name(self, table: Table) -> str:
        return postgres_rows.name_of(self._connection, table)

    def _cursor(self) -> "psycopg.Cursor":
        return postgres_rows.raw(self._connection).cursor()

    @contextmanager
    def _told(self, table: Table) -> Iterator[None]:
        """Let the driver's errors out as those of every other kind of database."""
        driver = self._engine.dialect.loaded_dbapi
        try:
            yield
        except (driver.DataError, driver.IntegrityError) as error:
            raise self.unfit(table, error) from None
        except driver.Error as error:
            raise sa.exc.DBAPIError.instance(
                "filling a table", None, error, driver.Error, hide_parameters=True
            ) from error


def _as_made(table: Table) -> Table:
    """Give a table as it is declared here, which spares the server some casts."""
    columns = [
        column.model_copy(update={"declared": postgres_values.declaration(column)})
        for column in table.columns
    ]
    return unqualified(table).model_copy(update={"columns": tuple(columns)})
