"""A workbook (XLSX) of an export as tables, one a sheet, its cells as text.

A cell's text is what is stored in it, not what a program shows: 0.1, 2026-03-31 10:00:00, true; a
day without a time is the day alone; a formula is the value it had when the file was last saved. An
empty cell is NULL, and a line of empty cells no row.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from archive.canonical import Columns
from archive.objects import duration_text, real_text
from connectors.errors import Misconfigured
from connectors.exported_header import checked

BATCH_ROWS = 500


def headers(path: Path, name: str) -> dict[str, list[str]]:
    """Give the column names of every sheet, hidden ones too; Misconfigured where one has none."""
    with _opened(path, name, formulas=False) as book:
        return {
            sheet.title: _header(_lines(sheet), f"{name}, sheet {sheet.title}")
            for sheet in book.worksheets
        }


def unpacked(path: Path) -> int:
    """Give the octets of all that a workbook packs: it is a ZIP file."""
    with ZipFile(path) as packed:
        return sum(part.file_size for part in packed.infolist())


def batches(path: Path, name: str, sheet: str) -> Iterator[Columns]:
    """Give a sheet's rows, 500 at a time; Misconfigured, with the line, where one cannot be one."""
    place = f"{name}, sheet {sheet}"
    with (
        _opened(path, name, formulas=False) as values,
        _opened(path, name, formulas=True) as formulas,
    ):
        shown, written = _lines(values[sheet]), _lines(formulas[sheet])
        width = len(_header(shown, place))
        next(written, None)
        rows = _rows(zip(shown, written, strict=True), width, place)
        while some := list(islice(rows, BATCH_ROWS)):
            yield [*zip(*some, strict=True)]


@contextmanager
def _opened(path: Path, name: str, *, formulas: bool) -> Iterator[Any]:
    try:
        with warnings.catch_warnings():
            # Of what is in the file beside its cells and is not read: it is kept as it is.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(path, read_only=True, data_only=not formulas)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise Misconfigured(
            f"{name} is no workbook that can be read ({type(error).__name__}): save it anew as "
            "XLSX, without a password, or leave out its rows in the plan"
        ) from None
    except OSError as error:
        raise Misconfigured(f"{name} cannot be read: {error.strerror}") from None
    try:
        yield book
    finally:
        book.close()


def _lines(sheet: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401 - its stubs know it not
    # What the file says of its own size may be wrong, and rows beyond it would be lost.
    sheet.reset_dimensions()
    yield from sheet.iter_rows()


def _header(lines: Iterator[Sequence[Any]], place: str) -> list[str]:
    cells = [_text(cell.value, place) or "" for cell in next(lines, ())]
    while cells and not cells[-1]:
        cells.pop()
    return checked(cells, place)


def _rows(
    lines: Iterator[tuple[Sequence[Any], Sequence[Any]]], width: int, place: str
) -> Iterator[list[str | None]]:
    for number, (shown, written) in enumerate(lines, start=2):
        for value, formula in zip(shown, written, strict=True):
            if value.value is None and formula.value is not None:
                raise Misconfigured(
                    f"{place}, line {number}: a formula has no value: open the file in a "
                    "spreadsheet program and save it"
                )
        cells = [_text(cell.value, f"{place}, line {number}") for cell in shown]
        if not any(cell is not None for cell in cells):
            continue
        if any(cell is not None for cell in cells[width:]):
            raise Misconfigured(f"{place}, line {number}: more cells than the first line has names")
        yield [*cells[:width], *[None] * (width - len(cells))]


def _text(value: object, place: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return real_text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value)
    raise Misconfigured(f"{place}: a cell holds {type(value).__name__}, which has no text here")
