"""Rows by the thousand, as columns of Apache Arrow's.

A table's rows as Python's own texts (`archive.canonical.Columns`) are what most of the archive
wants. Where millions are only read to be digested, or to be written elsewhere, no text need ever be
an object: an Arrow column is one piece of memory, and its cells are joined and parted in C.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from archive import canonical
from archive.digests import Digester
from archive.schema import Logical

Batch = Sequence[pa.StringArray]
"""Some rows, column by column: each value's text in its type's form, null for NULL."""


def texts(*values: str) -> pa.StringArray:
    """Give some texts as a column.

    pa.array and pa.scalar import pandas, to see whether they are handed any of its objects; that
    takes longer than many a table.
    """
    octets = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, octets)], dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(values), pa.py_buffer(ends), pa.py_buffer(b"".join(octets))
    )


NOTHING = pa.nulls(1, pa.string())[0]
_NAN = texts("NaN")[0]
_SEPARATOR = texts(canonical.SEPARATOR)[0]


def add(digester: Digester, types: Sequence[Logical], batch: Batch) -> None:
    """Count a batch's rows into a digest."""
    if any(map(has_unit, batch)):
        digester.add([column.to_pylist() for column in batch])
    else:
        add_cells(digester, types, [*map(cells, types, batch)])


def add_cells(digester: Digester, types: Sequence[Logical], cells: Batch) -> None:
    """Count rows in by their canonical cells, but for null in place of NULL's."""
    rows = pc.binary_join_element_wise(
        texts(canonical.letters(types))[0],
        *cells,
        _SEPARATOR,
        null_handling="replace",
        null_replacement=canonical.NULL,
    )
    _, ends, octets = rows.buffers()
    text = octets.to_pybytes()
    bounds = np.frombuffer(ends, np.int32)[: len(rows) + 1].tolist()
    digester.add_rows(text[start:end] for start, end in pairwise(bounds))


def has_unit(column: pa.StringArray) -> bool:
    """Tell whether there may be a unit separator in a column's texts."""
    octets = column.buffers()[2]
    return octets is not None and canonical.UNIT.encode() in octets.to_pybytes()


def bits(numbers: pa.DoubleArray) -> pa.StringArray:
    """Give real numbers' bits as `archive.canonical` writes them."""
    count = len(numbers)
    values = np.frombuffer(numbers.buffers()[1], np.float64, count, 8 * numbers.offset)
    digits = values.astype(">f8").tobytes().hex().encode()
    ends = np.arange(0, 16 * count + 1, 16, dtype=np.int32)
    words = pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(digits))
    # There are many NaNs, and no source promises to keep which one it was.
    words = pc.if_else(pc.is_nan(numbers), _NAN, words)
    return pc.if_else(pc.is_valid(numbers), words, NOTHING)


def cells(kind: Logical, column: pa.StringArray) -> pa.StringArray:
    """Give a column's canonical cells; pa.ArrowInvalid where a real number is none."""
    if kind is Logical.REAL:
        return bits(pc.cast(column, pa.float64()))
    moments = kind in canonical.MOMENTS
    if moments and pc.any(pc.match_substring_regex(column, canonical.LOOSE)).as_py():
        given = canonical.canonical_cells(kind, column.drop_null().to_pylist())
        return pc.replace_with_mask(column, pc.is_valid(column), pa.array(given, pa.string()))
    return column
