"""The digest of a table's CSV file."""

from pathlib import Path

import pyarrow as pa

from archive import arrow_cells, csv_batches, csv_files
from archive.digests import Digester, TableDigest, digest
from archive.schema import Table


def csv_digest(path: Path, table: Table) -> TableDigest:
    """Digest a file's rows; ValueError where the file is not of this table's shape."""
    digester = Digester(table.types)
    try:
        for batch in csv_batches.read(path, table):
            arrow_cells.add(digester, table.types, batch)
    except pa.ArrowInvalid:
        # A cell that Arrow takes for no value of its type: the plain way says what it is.
        return digest(table.types, csv_files.read(path, table))
    return digester.result()
