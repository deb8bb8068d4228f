"""A table's CSV file (`archive.csv_files`), read by Apache Arrow."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from archive import csv_files
from archive.arrow_cells import NOTHING, Batch, texts
from archive.schema import Table

BLOCK_OCTETS = 1 << 20
"""Read at once. A row that does not fit is read the plain way, and what follows it."""
_NULL = texts(csv_files.NULL)[0]


def read(path: Path, table: Table) -> Iterator[Batch]:
    """Give a file's rows in batches; ValueError where the file is not of this table's shape.

    Arrow forgives a quotation mark out of place, and an empty line where there is one column, which
    `csv_files.read` does not.
    """
    done = 0
    try:
        for batch in _quickly(path, table):
            yield batch
            done += len(batch[0])
    except pa.ArrowInvalid:
        yield from _plainly(path, table, done)


def _quickly(path: Path, table: Table) -> Iterator[Batch]:
    csv_files.check_header(path, table)
    names = [str(at) for at in range(len(table.columns))]
    as_texts = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    rows = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    blocks = csv.ReadOptions(
        use_threads=False, block_size=BLOCK_OCTETS, column_names=names, skip_rows_after_names=1
    )
    with csv.open_csv(path, blocks, rows, as_texts) as reader:
        for batch in reader:
            if batch.num_rows:
                yield [*map(_unescaped, batch.columns)]


def _plainly(path: Path, table: Table, done: int) -> Iterator[Batch]:
    """Give the rows after those already done."""
    for columns in csv_files.read(path, table):
        count = len(columns[0])
        if done < count:
            yield [pa.array(values[done:], pa.string()) for values in columns]
        done = max(0, done - count)


def _unescaped(column: pa.StringArray) -> pa.StringArray:
    escaped = pc.starts_with(column, csv_files.ESCAPE)
    if not pc.any(escaped).as_py():
        return column
    rest = pc.if_else(escaped, pc.utf8_slice_codeunits(column, 1), column)
    return pc.if_else(pc.equal(column, _NULL), NOTHING, rest)
