"""An SQLite database that gives and takes its rows as Arrow's batches, by way of ADBC.

By that driver's plain calls: its DB-API imports pandas, which takes longer than most archives.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import adbc_driver_sqlite
import pyarrow as pa
from adbc_driver_manager import AdbcConnection, AdbcStatement, Error, IntegrityError
from adbc_driver_sqlite import StatementOptions


class SqliteBatches:
    """An open database; a context. Raises sqlite3.Error, as whoever works with SQLite expects."""

    def __init__(self, uri: str) -> None:
        """Open it, by a `file:` URI in SQLite's manner."""
        with _as_sqlite_tells():
            self._database = adbc_driver_sqlite.connect(uri)
            self._connection = AdbcConnection(self._database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def run(self, statement: str, rows: pa.RecordBatch | None = None) -> None:
        """Run a statement; with rows, once for each, its columns in place of question marks."""
        with _as_sqlite_tells(), AdbcStatement(self._connection) as prepared:
            prepared.set_sql_query(statement)
            if rows is not None:
                prepared.prepare()
                prepared.bind(rows)
            prepared.execute_update()

    def select(self, statement: str, at_once: int) -> Iterator[pa.RecordBatch]:
        """Give a query's rows, so many at a time.

        A column has the type of the first rows' values; text where they are NULL.
        """
        with _as_sqlite_tells(), AdbcStatement(self._connection) as query:
            query.set_options(**{StatementOptions.BATCH_ROWS.value: str(at_once)})
            query.set_sql_query(statement)
            stream, _ = query.execute_query()
            with pa.RecordBatchReader.from_stream(stream) as reader:
                yield from reader

    def close(self) -> None:
        """Let go of it; more than once is as good."""
        with _as_sqlite_tells():
            self._connection.close()
            self._database.close()


@contextmanager
def _as_sqlite_tells() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise sqlite3.IntegrityError(str(error)) from error
    except (Error, pa.ArrowException, OSError) as error:
        raise sqlite3.OperationalError(str(error)) from error
