"""An SQLite database that is being written, by the thousand rows (`archive.arrow_cells`).

What `archive.sqlite_values` says of how values are stored is done here.
"""

from binascii import a2b_base64
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from archive import arrow_cells
from archive.arrow_cells import NOTHING, Batch
from archive.schema import Column, Logical
from archive.sqlite_batches import SqliteBatches

Stored = tuple[str, list["pa.Array[Any]"]]
"""A value as an SQL expression, and what its question marks stand for."""


_NAN = arrow_cells.texts("NaN")[0]
_BOOLEANS = arrow_cells.texts("false", "true")


class Filler:
    """A new file and its tables. Whoever is done with it closes it."""

    def __init__(self, path: Path, definitions: Iterable[str]) -> None:
        """Begin the file; sqlite3.Error where it cannot be written."""
        self._database = SqliteBatches(path.resolve().as_uri())
        # A file that was not finished is thrown away, so it needs no journal.
        for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN"):
            self._database.run(statement)
        for statement in definitions:
            self._database.run(statement)

    def add(self, quoted_name: str, columns: Sequence[Column], batch: Batch) -> None:
        """Write rows into a table; ValueError where a text is not of its column's type."""
        stored = [_stored(*each) for each in zip(columns, batch, strict=True)]
        marks = ", ".join(mark for mark, _ in stored)
        values = [array for _, arrays in stored for array in arrays]
        rows = pa.RecordBatch.from_arrays(values, [str(at) for at in range(len(values))])
        self._database.run(f"INSERT INTO {quoted_name} VALUES ({marks})", rows)  # noqa: S608 quoted

    def finish(self) -> None:
        """Keep what was written, and close."""
        self._database.run("COMMIT")
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _stored(column: Column, texts: pa.StringArray) -> Stored:
    form = _forms.get(column.type)
    return form(texts) if form else ("?", [texts])


def _integer(texts: pa.StringArray) -> Stored:
    return "?", [pc.cast(texts, pa.int64())]


def _real(texts: pa.StringArray) -> Stored:
    """SQLite takes NaN for NULL, so that it stands as a text."""
    odd = pc.equal(texts, _NAN)
    if not pc.any(odd).as_py():
        return "?", [pc.cast(texts, pa.float64())]
    numbers = pc.cast(pc.if_else(odd, NOTHING, texts), pa.float64())
    return "coalesce(?, ?)", [numbers, pc.if_else(odd, texts, NOTHING)]


def _boolean(texts: pa.StringArray) -> Stored:
    values = pc.index_in(texts, _BOOLEANS)
    if values.null_count > texts.null_count:
        raise ValueError("a boolean is neither true nor false")
    return "?", [pc.cast(values, pa.int64())]


def _blob(texts: pa.StringArray) -> Stored:
    values = [b"" if text is None else _octets(text) for text in texts.to_pylist()]
    ends = np.cumsum([0, *map(len, values)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(values))]
    octets = pa.Array.from_buffers(pa.binary(), len(values), buffers)
    return "?", [pc.if_else(pc.is_valid(texts), octets, pa.nulls(1, pa.binary())[0])]


def _variant(texts: pa.StringArray) -> Stored:
    """Each value stands in the column of its kind, and is NULL in the others."""
    values: dict[str, list[Any]] = {kind: [None] * len(texts) for kind in _kinds}
    for at, text in enumerate(texts.to_pylist()):
        if text is not None:
            values[text[:1]][at] = _kinds[text[:1]][0](text[1:])
    arrays = [pa.array(values[kind], type_) for kind, (_, type_) in _kinds.items()]
    return f"coalesce({', '.join('?' * len(arrays))})", arrays


def _octets(text: str) -> bytes:
    return a2b_base64(text, strict_mode=True)


_kinds: dict[str, tuple[Callable[[str], Any], pa.DataType]] = {
    "i": (int, pa.int64()),
    "r": (float, pa.float64()),
    "t": (str, pa.string()),
    "b": (_octets, pa.binary()),
}
_forms: dict[Logical, Callable[[pa.StringArray], Stored]] = {
    Logical.INTEGER: _integer,
    Logical.REAL: _real,
    Logical.BOOLEAN: _boolean,
    Logical.BLOB: _blob,
    Logical.VARIANT: _variant,
}
