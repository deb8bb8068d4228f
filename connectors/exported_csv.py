"""A CSV file of an export as a table: every cell as it is written, none trimmed, none dropped."""

import csv
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from archive.canonical import Columns
from connectors.csv_file import Encoding, delimiter_of, text_of
from connectors.errors import Misconfigured
from connectors.exported_header import checked

BATCH_ROWS = 500


def header(path: Path, name: str, encoding: Encoding) -> list[str]:
    """Give the names of the columns; Misconfigured where the first line has none."""
    return checked(next(_records(path, name, encoding), (0, []))[1], name)


def batches(path: Path, name: str, encoding: Encoding) -> Iterator[Columns]:
    """Give the rows, 500 at a time; Misconfigured, with the line, where one has other cells.

    An empty line is no row, but where the table has one column: there it is an empty text.
    """
    records = _records(path, name, encoding)
    width = len(checked(next(records, (0, []))[1], name))
    while some := list(islice(records, BATCH_ROWS)):
        rows = []
        for line, cells in some:
            if not cells and width > 1:
                continue
            row = cells or [""]
            if len(row) != width:
                raise Misconfigured(
                    f"{name}:{line}: {len(row)} cells, and the first line has {width}; is a text "
                    "with the delimiter not quoted?"
                )
            rows.append(row)
        if rows:
            yield [*zip(*rows, strict=True)]


def _records(path: Path, name: str, encoding: Encoding) -> Iterator[tuple[int, list[str]]]:
    # The default limit of 128 KiB for a cell is one of the module, not of a reader.
    csv.field_size_limit(sys.maxsize)
    try:
        with text_of(path, name, encoding) as stream:
            first = stream.readline()
            stream.seek(0)
            reader = csv.reader(stream, delimiter=delimiter_of(first), strict=True)
            line = 1
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
    except csv.Error as error:
        raise Misconfigured(f"{name}: {error}; is a quote left open?") from None
    except OSError as error:
        raise Misconfigured(f"{name} cannot be read: {error.strerror}") from None
