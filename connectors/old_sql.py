"""The old system as a database: read whole in one snapshot, its switches set and read back.

Nothing here deletes. Reading is done in a read-only transaction; a switch is one statement that
`connectors.switch_sql` lets through.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import sqlalchemy as sa

from archive import sqlite_values
from archive.answers import answer_text
from archive.canonical import Columns
from archive.digests import TableDigest
from archive.originals import Original
from archive.schema import SourceSchema, Table
from archive.source import Size
from archive.sql_rows import MARIADB, read_rows
from connectors import old_sqlite_schema, switch_sql
from connectors.errors import Misconfigured, Refused
from connectors.files_beside import FilesBeside, files_of
from connectors.old_mariadb_schema import mariadb_schema, with_clocks
from connectors.old_sql_engine import engines_of, identity, reading, writing
from connectors.old_sql_failures import told_plainly
from connectors.old_sql_schema import reflected_schema
from connectors.old_sql_sizes import sizes_of

if TYPE_CHECKING:
    import psycopg

    from archive.source import Copier


class OldSqlSnapshot:
    """One unchanging look at the whole database (see `archive.source.Snapshot`)."""

    def __init__(
        self, connection: sa.Connection, consistency: str, url: sa.URL, files: FilesBeside
    ) -> None:
        """Look through an open read-only transaction; `files` lie beside the database."""
        self.dialect = connection.dialect.name
        self.consistency = consistency
        self._connection = connection
        self._url = url
        self._files = files

    def originals(self) -> Sequence[Original]:
        """Give the files beside the database that the plan names."""
        folder, named = self._files
        return [*files_of(folder, named, "old_system.files")]

    def schema(self) -> SourceSchema:
        """Give the tables, parents first, with the types of their columns."""
        with told_plainly("reading the old system's schema", self._url):
            if self.dialect == "sqlite":
                return old_sqlite_schema.schema_found(self._connection)
            if self.dialect in MARIADB:
                declared = mariadb_schema(self._connection)
                return with_clocks(self._connection, declared)
            return reflected_schema(self._connection)

    def schema_hash(self) -> str:
        """Give the schema's hash without looking at any value."""
        with told_plainly("reading the old system's schema", self._url):
            if self.dialect == "sqlite":
                return old_sqlite_schema.declared_schema(self._connection).hash
            if self.dialect in MARIADB:
                return mariadb_schema(self._connection).hash
            return reflected_schema(self._connection).hash

    def read(self, table: Table) -> Iterator[Columns]:
        """Give a table's rows in batches, streaming: memory stays flat whatever its size."""
        with told_plainly(f"reading the old system's table {table.name}", self._url):
            if self.dialect == "sqlite":
                yield from read_rows(self._connection, table, sqlite_values.to_texts)
            else:
                yield from read_rows(self._connection, table)

    def copier(self, table: Table) -> "Copier | None":
        """Give what copies a table in the server: PostgreSQL can."""
        if self.dialect != "postgresql":
            return None
        from connectors.old_postgres import copier  # noqa: PLC0415 - its driver, only where used

        found = copier(self._connection, table)
        doing = f"copying the old system's table {table.name}"
        return ToldPlainly(found, doing, self._url) if found else None

    @contextmanager
    def beside(self) -> "Iterator[OldSqlSnapshot | None]":
        """Open a second transaction in the same snapshot: PostgreSQL can share one."""
        if self.dialect != "postgresql":
            yield None
            return
        with ExitStack() as opened:
            with told_plainly("opening the old system", self._url):
                name = self._connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
                connection, consistency = opened.enter_context(reading(self._connection.engine))
                connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{name}'")
            try:
                yield OldSqlSnapshot(connection, consistency, self._url, self._files)
            except BaseException:
                # What still runs there is of no use any more, and would be waited for. A server
                # that is gone has nothing to cancel, and what went wrong is to be told.
                with suppress(connection.dialect.loaded_dbapi.Error):
                    cast("psycopg.Connection", connection.connection.dbapi_connection).cancel()
                raise

    def ask(self, sql: str) -> str:
        """Give the one value a SELECT returns; Misconfigured where it returns more or less."""
        rows = self.rows(switch_sql.checked_select(sql, set()), {})
        if len(rows) != 1 or len(rows[0]) != 1:
            raise Misconfigured("a question must return one row of one column: mend the plan")
        return answer_text(rows[0][0])

    def sizes(self, tables: Sequence[Table]) -> Mapping[str, Size]:
        """Give about how large the tables are (see `archive.source.Weighed`)."""
        with told_plainly("asking the old system how large it is", self._url):
            return sizes_of(self._connection, tables)

    def rows(self, sql: str, parameters: Mapping[str, str]) -> list[tuple[object, ...]]:
        """Give what a SELECT returns, as written where it has no parameters."""
        with told_plainly("asking the old system", self._url):
            if parameters:
                return [*map(tuple, self._connection.execute(sa.text(sql), parameters))]
            as_written = {"no_parameters": True}
            result = self._connection.exec_driver_sql(sql, execution_options=as_written)
            return [*map(tuple, result)]


class ToldPlainly:
    """A copier whose errors are those of `connectors.errors`."""

    def __init__(self, copier: "Copier", doing: str, url: sa.URL) -> None:
        """Wrap one."""
        self._copier, self._doing, self._url = copier, doing, url

    def csv(self, file: BinaryIO, tell: Callable[[int], None]) -> int:
        """Write the rows."""
        with told_plainly(self._doing, self._url):
            return self._copier.csv(file, tell)

    def digest(self) -> TableDigest:
        """Digest the rows."""
        with told_plainly(self._doing, self._url):
            return self._copier.digest()


class OldSql:
    """The old system behind any SQLAlchemy URL (`connectors.ports.OldSystem`, `archive.source`)."""

    def __init__(self, url: str, files: FilesBeside = (Path(), ())) -> None:
        """Take the URL and what is to be kept beside the database. Opens nothing.

        Misconfigured where the URL is none, or its driver is missing.
        """
        self._engines = engines_of(url)
        self._url = self._engines.url
        self._files = files

    def __repr__(self) -> str:
        return f"OldSql({self._url.render_as_string(hide_password=True)})"

    def snapshot(self) -> AbstractContextManager[OldSqlSnapshot]:
        """Look at it in one read-only transaction, which ends with the context."""
        return self._look()

    def schema(self) -> SourceSchema:
        """Give the schema with the types of its columns."""
        with self._look() as look:
            return look.schema()

    def schema_hash(self) -> str:
        """Give the schema's hash, as it stands now."""
        with self._look() as look:
            return look.schema_hash()

    def fingerprint(self) -> str:
        """Tell which database this is, in words without secrets: another one gives others."""
        with self._look() as look:
            return identity(self._url, look.rows)

    def ask(self, sql: str) -> str:
        """Give the one value a SELECT returns, as `archive.answers` writes it."""
        with self._look() as look:
            return look.ask(sql)

    def value(self, read_sql: str) -> str | None:
        """Give a switch's value; None where there is no row, or NULL. Truths are true and false."""
        return self._value(read_sql, {})

    def person_value(self, read_sql: str, email: str) -> str | None:
        """Give a person's value from a SELECT with :email."""
        return self._value(read_sql, {"email": email})

    def set(self, set_sql: str, value: str, *, read_sql: str | None = None) -> None:
        """Set a switch by an UPDATE with :value, or an ALTER, GRANT or REVOKE.

        With `read_sql` it is read back: Refused where it shows another value. Refused, too, where
        the statement is anything else, or no row was there to be set.
        """
        if switch_sql.is_update(set_sql):
            statement = switch_sql.checked_update(set_sql, {"value"})
            self._update(statement, {"value": value}, one=False)
        else:
            self._run(switch_sql.checked_right(set_sql, value))
        self._read_back(read_sql, {}, value)

    def set_person(
        self, set_sql: str, email: str, value: str, *, read_sql: str | None = None
    ) -> None:
        """Set a person's switch by an UPDATE with :email and :value of exactly one row."""
        statement = switch_sql.checked_update(set_sql, {"email", "value"})
        self._update(statement, {"email": email, "value": value}, one=True)
        self._read_back(read_sql, {"email": email}, value)

    def last_logins(self, sql: str) -> dict[str, date]:
        """Give the last day each address logged in, by address in small letters.

        `sql` returns an address and a day or moment (UTC); whoever never logged in is left out.
        """
        with self._look() as look:
            rows = look.rows(switch_sql.checked_select(sql, set()), {})
        days: dict[str, date] = {}
        for row in rows:
            if len(row) != 2:
                raise Misconfigured("log-ins must be two columns, address and day: mend the plan")
            address, moment = row
            if address is None or moment is None:
                continue
            key, day = str(address).strip().lower(), _day(moment)
            days[key] = max(day, days.get(key, day))
        return days

    @contextmanager
    def _look(self) -> Iterator[OldSqlSnapshot]:
        with ExitStack() as opened:
            # Only the opening: what the one who looks runs into is not the old system's doing.
            with told_plainly("opening the old system", self._url):
                connection, consistency = opened.enter_context(reading(self._engines.to_read))
            yield OldSqlSnapshot(connection, consistency, self._url, self._files)

    def _value(self, read_sql: str, parameters: dict[str, str]) -> str | None:
        statement = switch_sql.checked_select(read_sql, {*parameters})
        with self._look() as look:
            rows = look.rows(statement, parameters)
        if len(rows) > 1 or any(len(row) != 1 for row in rows):
            raise Misconfigured("a switch is read by a SELECT of one value: mend the plan")
        found = rows[0][0] if rows else None
        if isinstance(found, bool):
            return "true" if found else "false"
        return None if found is None else answer_text(found)

    def _update(self, statement: str, parameters: dict[str, str], *, one: bool) -> None:
        with (
            told_plainly("setting a switch", self._url),
            writing(self._engines.to_write) as connection,
        ):
            touched = connection.execute(sa.text(statement), parameters).rowcount
            if touched < 1 or (one and touched > 1):
                # Leaving by an error undoes it.
                wanted = "exactly 1 row" if one else "at least 1 row"
                raise Refused(f"a switch would set {touched} rows, not {wanted}: nothing was set")

    def _run(self, statement: str) -> None:
        with (
            told_plainly("setting a switch", self._url),
            writing(self._engines.to_write) as connection,
        ):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    def _read_back(self, read_sql: str | None, parameters: dict[str, str], value: str) -> None:
        if read_sql is None:
            return
        found = self._value(read_sql, parameters)
        if found != value:
            raise Refused(
                f"a switch was set to {value} but reads {found}: look at it in the source"
            )


def _day(moment: object) -> date:
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            raise Misconfigured(
                f"{moment!r} is no day of a log-in: mend the plan's SELECT"
            ) from None
    if isinstance(moment, datetime):
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    if isinstance(moment, date):
        return moment
    raise Misconfigured(f"a log-in's day came as {type(moment).__name__}: mend the plan's SELECT")
