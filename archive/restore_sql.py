"""What is restored into a database of any kind that SQLAlchemy reaches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import sqlalchemy as sa

from archive import csv_files, mariadb_values, objects, postgres_texts, postgres_values
from archive.answers import answer_text
from archive.canonical import Columns, Values
from archive.digests import TableDigest, digest
from archive.errors import ArchiveError, Occupied
from archive.references import broken_sql
from archive.schema import Column, Logical, Table
from archive.sql_rows import engine_of, qualified, read_rows


class _Word(sa.types.UserDefinedType[Any]):
    """A type by its own word; its values are handed over as they are."""

    cache_ok = True

    def __init__(self, word: str) -> None:
        self.word = word

    def get_col_spec(self, **_: object) -> str:
        return self.word


class _Kind(NamedTuple):
    """How a kind of database is filled."""

    type: Callable[[Column], sa.types.TypeEngine[Any]]
    """What a column is made with."""
    stored: Callable[[Column, Values], list[Any]]
    """What the driver is handed for texts."""
    settings: Sequence[str] = ()
    """Statements first of all, that values may not depend on the server's taste."""
    options: Mapping[str, Any] = {}
    """What a table is made with."""
    can_be_key: Callable[[Column], bool] = bool
    """Whether a primary key may hold a column."""


_types: dict[Logical, sa.types.TypeEngine[Any]] = {
    Logical.INTEGER: sa.BigInteger(),
    Logical.REAL: sa.Double(),
    Logical.DATE: sa.Date(),
    Logical.TIME: sa.Time(),
    Logical.TIMESTAMP: sa.DateTime(),
    Logical.TIMESTAMPTZ: sa.DateTime(timezone=True),
    Logical.BOOLEAN: sa.Boolean(),
    Logical.BLOB: sa.LargeBinary(),
    Logical.UUID: sa.Uuid(),
    Logical.JSON: _Word("JSON"),
}


def _type(column: Column) -> sa.types.TypeEngine[Any]:
    if column.type is Logical.DECIMAL:
        return sa.Numeric(column.precision, column.scale)
    return _types.get(column.type, sa.Text())


_any = _Kind(_type, objects.from_texts)
_mariadb = _Kind(
    lambda column: _Word(mariadb_values.declaration(column)),
    mariadb_values.stored,
    mariadb_values.SETTINGS,
    mariadb_values.TABLE_OPTIONS,
    mariadb_values.can_be_key,
)
_kinds = {
    "postgresql": _Kind(
        lambda column: _Word(postgres_values.declaration(column)),
        postgres_values.stored,
        [f"SET {name} = '{value}'" for name, value in postgres_texts.SETTINGS.items()],
    ),
    "mysql": _mariadb,
    "mariadb": _mariadb,
}


def is_empty(url: sa.URL) -> bool:
    """Tell whether a database has no table yet."""
    with engine_of(url).connect() as connection:
        return not sa.inspect(connection).get_table_names()


class SqlTarget:
    """An empty database that is being filled; a context, which empties it again where it fails."""

    def __init__(self, url: sa.URL, tables: Sequence[Table]) -> None:
        """Create the tables; Occupied where any table is there already.

        Raises ArchiveError where a column has no name, as in SQLite it may.
        """
        self._engine = engine_of(url)
        if nameless := [table.name for table in tables for c in table.columns if not c.name]:
            raise ArchiveError(
                f"a column of {nameless[0]} has no name, which only SQLite allows: restore into it"
            )
        self._kind = _kinds.get(self._engine.dialect.name, _any)
        self._tables = [unqualified(table) for table in tables]
        self._sql_tables = {table.name: _sql_table(table, self._kind) for table in self._tables}
        self._made: list[sa.Table] = []
        self._connection = self._engine.connect()
        for statement in self._kind.settings:
            self._connection.exec_driver_sql(statement)
        if sa.inspect(self._connection).get_table_names():
            self._connection.close()
            raise Occupied("the database to restore into is not empty: name an empty one")
        try:
            self._create()
        except BaseException:
            self._take_back()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._take_back()
        self._connection.close()

    def _create(self) -> None:
        for sql_table in self._sql_tables.values():
            sql_table.create(self._connection)
            self._made.append(sql_table)

    def _take_back(self) -> None:
        """Leave the database as empty as it was: the tables made here go, and no other."""
        with suppress(sa.exc.SQLAlchemyError):
            self._connection.rollback()
            for sql_table in self._made:
                sql_table.drop(self._connection, checkfirst=True)
            self._connection.commit()

    def fill(self, path: Path, table: Table) -> None:
        """Write a table's CSV file; ArchiveError where this kind of database cannot hold a value.

        Raises ValueError where the file is not of this table's shape.
        """
        for columns in csv_files.read(path, table):
            self.add(table, columns)

    def add(self, table: Table, columns: Columns) -> None:
        """Write some rows; ArchiveError where this kind of database cannot hold a value."""
        keys = [f"c{at}" for at in range(len(table.columns))]
        insert = sa.insert(self._sql_tables[table.name])
        try:
            values = zip(*map(self._kind.stored, table.columns, columns), strict=True)
            self._connection.execute(insert, [dict(zip(keys, row, strict=True)) for row in values])
        except (sa.exc.StatementError, ValueError, OverflowError) as error:
            if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
                raise
            raise self.unfit(table, error) from None

    def unfit(self, table: Table, error: Exception) -> ArchiveError:
        """Say that a row has no place here; the driver's own words may quote its values."""
        cause = type(getattr(error, "orig", None) or error).__name__
        return ArchiveError(
            f"{self._engine.dialect.name} cannot hold a row of {table.name} ({cause}): "
            "restore into a database of the source's kind, or into SQLite"
        )

    def finish(self) -> None:
        """Keep what was written."""
        self._connection.commit()

    def read(self, table: Table) -> Iterator[Columns]:
        """Give a table's rows back."""
        return read_rows(self._connection, unqualified(table))

    def digest(self, table: Table) -> TableDigest:
        """Digest what a table holds now."""
        return digest(table.types, self.read(table))

    def ask(self, sql: str) -> str:
        """Give a question's answer."""
        try:
            as_written = {"no_parameters": True}
            result = self._connection.exec_driver_sql(sql, execution_options=as_written)
            rows = result.fetchmany(2)
        finally:
            # A question that failed must not spoil the next one.
            self._connection.rollback()
        if len(rows) != 1 or len(rows[0]) != 1:
            raise ValueError("a question must return one row of one column")
        return answer_text(rows[0][0])

    def broken_references(self, table: Table) -> tuple[int, ...]:
        """Count for each foreign key the rows whose parent is missing."""
        by_name = {each.name: each for each in self._tables}
        counts = (
            self._connection.exec_driver_sql(
                broken_sql(by_name[table.name], key, by_name.get(key.parent), self._quoted_name)
            ).scalar_one()
            for key in table.foreign_keys
        )
        return tuple(counts)

    def _quoted_name(self, table: Table, column: str | None) -> str:
        if column is None:
            return qualified(self._connection, table)
        return self._connection.dialect.identifier_preparer.quote_identifier(column)


def unqualified(table: Table) -> Table:
    """Tables of other schemas come as `schema.name` into the default one."""
    return table.model_copy(update={"db_schema": None, "bare_name": table.name})


def _sql_table(table: Table, kind: _Kind) -> sa.Table:
    keys = [column for column in table.columns if column.name in table.primary_key]
    whole = all(kind.can_be_key(column) and not column.nullable for column in keys)
    key = table.primary_key if whole else ()
    columns = [
        sa.Column(
            sa.quoted_name(column.name, quote=True),
            kind.type(column),
            key=f"c{at}",
            nullable=column.nullable,
            primary_key=column.name in key,
            autoincrement=False,
        )
        for at, column in enumerate(table.columns)
    ]
    name = sa.quoted_name(table.name, quote=True)
    return sa.Table(name, sa.MetaData(), *columns, **kind.options)
