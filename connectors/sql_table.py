"""Evidence from a database: a query whose columns bear our names."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import sqlalchemy as sa

from config.outside import SqlTable
from connectors import cells
from connectors.errors import Misconfigured
from connectors.evidence import PIECE_ROWS, TABLES, Kind, TableName, sheet_of
from connectors.old_sql_engine import engines_of, reading
from connectors.old_sql_failures import told_plainly
from connectors.ports import Sheet
from connectors.switch_sql import checked_select

_ROWS = 20_000_000
_BATCH_ROWS = 10_000


class SqlEvidence:
    """One table of evidence in a database (`connectors.ports.Evidence`), only ever read."""

    def __init__(self, table: TableName, spec: SqlTable, url: str) -> None:
        """Take the table's name, what the plan says of it, and the URL with its password.

        Opens nothing. Raises Misconfigured where the URL is none, Refused where the query is no
        SELECT.
        """
        self._table = table
        self._query = checked_select(spec.query, set())
        self._engines = engines_of(url, table)

    def __repr__(self) -> str:
        shown = self._engines.url.render_as_string(hide_password=True)
        return f"SqlEvidence({self._table}, {shown})"

    def read(self, now: datetime) -> Sheet:
        """Ask the query; as of now, for a database answers with what it holds.

        Raises Misconfigured for a query that cannot be, a column that is missing or unknown, or a
        value of another kind, with its row's number; Unreachable where the database is not there.
        """
        columns: dict[str, list[object]] = {}
        for names, batch, before in self._batches():
            self._take(names, batch, columns, before)
        return sheet_of(self._table, columns, now)

    def pieces(self, now: datetime) -> Iterator[Sheet]:
        """Ask the query and give its rows a piece at a time; errors as `read` has them."""
        columns: dict[str, list[object]] = {}
        rows = 0
        for names, batch, before in self._batches():
            self._take(names, batch, columns, before)
            rows += len(batch)
            if rows >= PIECE_ROWS:
                yield sheet_of(self._table, columns, now)
                columns, rows = {}, 0
        yield sheet_of(self._table, columns, now)

    def _batches(self) -> Iterator[tuple[list[str], Sequence[sa.Row[tuple[object, ...]]], int]]:
        """Ask the query; gives the columns' names, rows, and how many came before those."""
        with (
            told_plainly(f"reading {self._table}", self._engines.url),
            reading(self._engines.to_read) as (connection, _),
        ):
            result = connection.execution_options(stream_results=True).execute(
                sa.text(self._query.replace(":", r"\:"))
            )
            names = list(result.keys())
            self._check(names)
            rows = 0
            for batch in result.partitions(_BATCH_ROWS):
                yield names, batch, rows
                rows += len(batch)
                if rows > _ROWS:
                    raise Misconfigured(f"{self._table}: more than {_ROWS} rows; narrow the query")

    def _check(self, names: Sequence[str]) -> None:
        known = TABLES[self._table]
        for name in names:
            if name not in known:
                raise self._wrong(f"unknown column {name!r}; we know {', '.join(known)}")
            if names.count(name) > 1:
                raise self._wrong(f"the column {name!r} comes twice; name it once")
        for name, column in known.items():
            if column.needed and name not in names:
                raise self._wrong(f"no column {name!r}; write `... AS {name}` in the query")

    def _take(
        self,
        names: Sequence[str],
        batch: Sequence[sa.Row[tuple[object, ...]]],
        columns: dict[str, list[object]],
        before: int,
    ) -> None:
        for index, name in enumerate(names):
            column, values = TABLES[self._table][name], columns.setdefault(name, [])
            reader = _READERS[column.kind]
            for number, row in enumerate(batch, before + 1):
                try:
                    value = reader(row[index])
                    if value is None and column.filled:
                        raise ValueError("must not be empty")  # noqa: TRY301 - as any bad value
                except ValueError as error:
                    raise self._wrong(f"row {number}: {name}: {error}") from None
                values.append(value)

    def _wrong(self, message: str) -> Misconfigured:
        return Misconfigured(f"the query of {self._table}: {message}")


def _text(value: object) -> str:
    """Write a value that is no text as one, so that what a cell may be is said in one place."""
    if isinstance(value, bytes):
        raise ValueError("bytes are no text; convert them in the query")  # noqa: TRY004 - a cell's
    if isinstance(value, float | Decimal) and float(value).is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else cells.day(_text(value))


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return cells.moment(_text(value))


def _number(value: object) -> float | None:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return float(value)
    return cells.number(_text(value))


_READERS: dict[Kind, Callable[[object], object]] = {
    "address": lambda value: cells.address_or_nobody(_text(value)),
    "text": lambda value: _text(value) or None,
    "day": _day,
    "moment": _moment,
    "number": _number,
    "truth": lambda value: value if isinstance(value, bool) else cells.yes_no(_text(value)),
}
