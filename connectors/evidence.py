"""Tables of evidence: what their columns are called, and how typed frames are made of rows.

Dates in the future and ids given twice are kept, for it is the gates that judge evidence. Rows
told twice alike are kept once, and where exports of several days overlap the newest counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, cast

from connectors.ports import Sheet

TableName = Literal[
    "activity", "attendance", "answers", "tickets", "workflows", "old_work", "measures"
]
Kind = Literal["address", "text", "day", "moment", "number", "truth"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    kind: Kind
    needed: bool = False
    """Whether a source must have it; one that it lacks is empty."""
    filled: bool = False
    """Whether each row must have a value there."""
    otherwise: object = None
    """What stands in every row where a source lacks the column."""


_WORK: dict[str, Column] = {
    "email": Column("address", needed=True),
    "day": Column("day", needed=True),
    "workflow": Column("text", needed=True, filled=True),
    "times": Column("number", otherwise=1.0),
}
"""One row a person, day and workflow, in the new system and in the old."""

TABLES: dict[TableName, dict[str, Column]] = {
    "activity": {
        "email": Column("address", needed=True),
        "day": Column("day", needed=True),
    },
    "attendance": {
        "email": Column("address", needed=True),
        "training": Column("text", needed=True, filled=True),
        "day": Column("day", needed=True),
        "attended": Column("truth", otherwise=True),
    },
    "answers": {
        "id": Column("text", needed=True, filled=True),
        "email": Column("address"),
        "at": Column("moment", needed=True, filled=True),
        "satisfaction": Column("number"),
        "nps": Column("number"),
        "comment": Column("text"),
    },
    "tickets": {
        "id": Column("text", needed=True, filled=True),
        "email": Column("address"),
        "opened": Column("day", needed=True, filled=True),
        "closed": Column("day"),
        "tier": Column("number"),
    },
    "workflows": _WORK,
    "old_work": _WORK,
    "measures": {
        "email": Column("address", needed=True),
        "day": Column("day", needed=True),
        "value": Column("number", needed=True),
    },
}
"""Columns of each table, by our names."""

PIECE_ROWS = 200_000
"""Rows of one piece, where a table is read so: a few ten MB."""

_KEYS: dict[TableName, list[str]] = {
    "attendance": ["email", "training", "day"],
    "answers": ["id"],
    "tickets": ["id"],
    "workflows": ["email", "day", "workflow"],
    "old_work": ["email", "day", "workflow"],
    "measures": ["email", "day"],
}
"""What a later export's row replaces an earlier one's by: a ticket is closed in the second."""

_PROVES: dict[TableName, list[str]] = {
    "activity": ["email", "day"],
    "attendance": ["email", "day"],
    "workflows": ["email", "day"],
    "old_work": ["email", "day"],
    "measures": ["email", "day", "value"],
}
"""A row without these says nothing, and is left out: an empty date of a usage report is "never"."""


def sheet_of(
    table: TableName,
    columns: Mapping[str, Sequence[object]],
    as_of: datetime | None,
    told: Sequence[int] | None = None,
) -> Sheet:
    """Make the typed frame of a table from columns of values, all equally long.

    Addresses and texts become str (missing: NaN), days datetime.date or None, moments UTC
    datetimes (missing: NaT), numbers float (missing: NaN), truths bool. `told` gives each row the
    number of the export it comes from, where there are several; the highest is the newest.
    """
    import pandas as pd  # noqa: PLC0415 - half a second, which a command that asks nothing saves

    rows = max(map(len, columns.values()), default=0)
    arrays: dict[str, Any] = {}
    for name, column in TABLES[table].items():
        values = columns.get(name, [column.otherwise] * rows)
        arrays[name] = pd.Series(cast("Any", values), dtype=_DTYPES[column.kind]).array
    frame = pd.DataFrame(arrays)
    if not rows:
        return Sheet(frame, as_of)
    if told is not None and table in _KEYS:
        told_in = pd.Series(told, dtype="int64")
        keys = [frame[key] for key in _KEYS[table]]
        newest = told_in.groupby(keys, dropna=False).transform("max")
        frame = frame[told_in == newest]
    if table in _PROVES:
        frame = frame.dropna(subset=_PROVES[table])
    return Sheet(frame.drop_duplicates(ignore_index=True), as_of)


_DTYPES: dict[Kind, str] = {
    "address": "str",
    "text": "str",
    "day": "object",
    "moment": "datetime64[us, UTC]",
    "number": "float64",
    "truth": "bool",
}


@cache
def nothing(table: TableName) -> Sheet:
    """Give the empty sheet of a source that was never heard; nobody writes into a sheet."""
    return sheet_of(table, {}, None)


class NoEvidence:
    """A table the plan names no source for (`connectors.ports.Evidence`)."""

    def __init__(self, table: TableName) -> None:
        """Take which."""
        self._table = table

    def read(self, now: datetime) -> Sheet:  # noqa: ARG002 - there is nothing at any moment
        """Give an empty sheet that was never heard."""
        return nothing(self._table)

    def pieces(self, now: datetime) -> Iterator[Sheet]:
        """Give that one."""
        yield self.read(now)
