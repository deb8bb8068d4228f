r"""The digest of a table's CSV file.

`archive.csv_files.read` gives each cell as a text of Python's, which a digest has no use for: here
Apache Arrow parts the file and joins its cells to rows again, thousands at a time. What it does not
take (a row larger than a block, a file that is none of the table's) is left to the plain way, which
also says what is wrong; so are columns whose cells must be written in another form. Arrow forgives
a quotation mark out of place; the drill's reader does not.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from archive import canonical, csv_files
from archive.canonical import Columns
from archive.digests import Digester, TableDigest, digest
from archive.schema import Logical, Table

BLOCK_OCTETS = 1 << 20
"""Parted at once. A row must fit in."""
_LOOSE = r"T|\.(\d*0)?(\D|$)"
"""As `archive.canonical` looks for moments that are not in their canonical form."""


def csv_digest(path: Path, table: Table) -> TableDigest:
    """Digest a file's rows; ValueError where the file is not of this table's shape."""
    if csv_files.header(path) == [column.name for column in table.columns]:
        try:
            return _digest(path, table)
        except pa.ArrowInvalid:
            pass
    return digest(table.types, csv_files.read(path, table))


def _digest(path: Path, table: Table) -> TableDigest:
    digester = Digester(table.types)
    names = [str(at) for at in range(len(table.columns))]
    texts = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    rows = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    blocks = csv.ReadOptions(
        use_threads=False, block_size=BLOCK_OCTETS, column_names=names, skip_rows_after_names=1
    )
    with csv.open_csv(path, blocks, rows, texts) as reader:
        for batch in reader:
            _add(digester, table.types, batch.columns)
    return digester.result()


def _add(digester: Digester, types: Sequence[Logical], columns: Sequence[pa.StringArray]) -> None:
    if any(canonical.UNIT.encode() in column.buffers()[2].to_pybytes() for column in columns):
        digester.add(_columns(columns))
        return
    cells = map(_cells, types, columns)
    rows = pc.binary_join_element_wise(canonical.letters(types), *cells, canonical.SEPARATOR)
    _, ends, octets = rows.buffers()
    text = memoryview(octets)
    bounds = np.frombuffer(ends, np.int32)[: len(rows) + 1].tolist()
    digester.add_rows(text[start:end] for start, end in pairwise(bounds))


def _cells(kind: Logical, column: pa.StringArray) -> pa.StringArray:
    """Give a column's cells as `archive.canonical.canonical_cells` does."""
    moments = kind in canonical.MOMENTS
    if kind is Logical.REAL or (
        moments and pc.any(pc.match_substring_regex(column, _LOOSE)).as_py()
    ):
        (values,) = _columns([column])
        return pa.array(canonical.canonical_cells(kind, values), pa.string())
    escaped = pc.starts_with(column, csv_files.ESCAPE)
    if not pc.any(escaped).as_py():
        return column
    rest = pc.if_else(escaped, pc.utf8_slice_codeunits(column, 1), column)
    return pc.if_else(pc.equal(column, csv_files.NULL), canonical.NULL, rest)


def _columns(columns: Sequence[pa.StringArray]) -> Columns:
    return [csv_files.unescaped(column.to_pylist()) for column in columns]
