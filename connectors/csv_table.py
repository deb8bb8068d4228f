"""Evidence from a CSV file, or from every CSV file of a folder something drops exports into."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from config.outside import CsvTable
from connectors import cells, csv_file
from connectors.csv_file import CsvFile
from connectors.errors import Misconfigured, Unreachable
from connectors.evidence import PIECE_ROWS, TABLES, Column, Kind, TableName, nothing, sheet_of
from connectors.ports import Sheet

_FILES = 10_000


class CsvEvidence:
    """One table of evidence in CSV (`connectors.ports.Evidence`)."""

    def __init__(self, table: TableName, spec: CsvTable, folder: Path) -> None:
        """Take the table's name, what the plan says of it, and the plan's folder. Opens nothing.

        Raises Misconfigured where the plan names a column nobody knows.
        """
        for name in spec.columns:
            if name not in TABLES[table]:
                known = ", ".join(TABLES[table])
                raise Misconfigured(f"{table}: `columns` names {name!r}; we know {known}")
        self._table = table
        self._spec = spec
        self._root = folder

    def read(self, now: datetime) -> Sheet:  # noqa: ARG002 - a file has a time of its own
        """Read all of it; as of the newest file's time of writing, None where there is no file.

        Raises Misconfigured with file, line and column for what cannot be read.
        """
        found = self._files()
        if not found:
            return nothing(self._table)
        reading = _Reading(self._table, self._spec)
        for number, file in self._opened(found):
            reading.take(file, number)
        told = reading.told if len(found) > 1 else None
        return sheet_of(self._table, reading.columns, _written(found), told)

    def pieces(self, now: datetime) -> Iterator[Sheet]:  # noqa: ARG002 - as above
        """Read it a piece at a time, the oldest file first; errors as `read` has them."""
        found = self._files()
        if not found:
            yield nothing(self._table)
        reading = _Reading(self._table, self._spec)
        for number, file in self._opened(found):
            while reading.take(file, number, PIECE_ROWS):
                yield sheet_of(self._table, reading.columns, _written(found))
                reading.forget()

    def _opened(self, found: Sequence[tuple[float, Path]]) -> Iterator[tuple[int, CsvFile]]:
        for number, (_, path) in enumerate(found):
            name = path.relative_to(self._root) if path.is_relative_to(self._root) else path
            with csv_file.opened(path, str(name)) as file:
                yield number, file

    def _files(self) -> list[tuple[float, Path]]:
        """Give what files there are with their times of writing, newest last."""
        try:
            if self._spec.file is not None:
                paths = [self._root / self._spec.file]
            else:
                folder = self._root / str(self._spec.folder)
                paths = [p for p in folder.iterdir() if _is_export(p)]
            if len(paths) > _FILES:
                said = f"{len(paths)} files, more than {_FILES}; move old ones away"
                raise Misconfigured(f"{self._spec.folder}: {said}")
            return sorted((path.stat().st_mtime, path) for path in paths)
        except (FileNotFoundError, NotADirectoryError):
            # Not delivered yet. A gate says so, and lets nothing pass on it.
            return []
        except OSError as error:
            place = self._spec.file or self._spec.folder
            raise Unreachable(f"{place}: {error.strerror or type(error).__name__}") from None


def _written(found: Sequence[tuple[float, Path]]) -> datetime:
    """Tell when the newest file was written."""
    return datetime.fromtimestamp(found[-1][0], tz=UTC)


def _is_export(path: Path) -> bool:
    # What begins so is somebody's open document, or still being written.
    return path.suffix.lower() == ".csv" and not path.name.startswith((".", "~"))


class _Reading:
    """Columns of values, growing file by file."""

    def __init__(self, table: TableName, spec: CsvTable) -> None:
        self._spec = spec
        self._known = TABLES[table]
        self._table = table
        self.columns: dict[str, list[object]] = {name: [] for name in self._known}
        self.told: list[int] = []
        readers = _readers(spec.dates)
        # A history repeats its days and addresses a thousand times: each is read once.
        self._readers: dict[str, _Once] = {
            name: _Once(readers[column.kind]) for name, column in self._known.items()
        }

    def forget(self) -> None:
        """Begin anew, but for what texts mean."""
        self.columns = {name: [] for name in self._known}
        self.told = []

    def take(self, file: CsvFile, number: int, at_most: int | None = None) -> int:
        """Add a file's rows, or the next of them; gives how many."""
        places = self._places(file)
        missing = [name for name in self._known if name not in places]
        wanted = [
            (place, self.columns[name], self._readers[name], self._known[name])
            for name, place in places.items()
        ]
        before = len(self.told)
        for row in islice(csv_file.rows(file), at_most):
            for place, values, reader, column in wanted:
                text = row.cells[place]
                try:
                    value = reader[text]
                    if value is None and column.filled:
                        raise ValueError("must not be empty")  # noqa: TRY301 - as any bad cell
                except ValueError as error:
                    raise file.wrong(row.line, f"{file.header[place]}: {error}") from None
                values.append(value)
            self.told.append(number)
        for name in missing:
            self.columns[name] += [self._known[name].otherwise] * (len(self.told) - before)
        return len(self.told) - before

    def _places(self, file: CsvFile) -> Mapping[str, int]:
        places = {}
        for name, column in self._known.items():
            header = self._spec.columns.get(name, name)
            place = file.place(header)
            if place is not None:
                places[name] = place
            elif name in self._spec.columns or column.needed:
                raise file.wrong(file.header_line, self._no_column(name, column, header))
        return places

    def _no_column(self, name: str, column: Column, header: str) -> str:
        why = f"which holds the {column.kind} {name} of {self._table}"
        return f"no column {header!r}, {why}; write `columns: {{{name}: ITS HEADER}}` in the plan"


class _Once(dict[str, object]):
    """What texts mean, each read once."""

    def __init__(self, reader: Callable[[str], object]) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, text: str) -> object:
        value = self._reader(text)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value


_REMEMBERED = 200_000
"""Texts a column remembers: comments are all different."""


def _readers(dates: str | None) -> dict[Kind, Callable[[str], object]]:
    return {
        "address": cells.address_or_nobody,
        "text": lambda text: text or None,
        "day": partial(cells.day, form=dates),
        "moment": partial(cells.moment, form=dates),
        "number": cells.number,
        "truth": cells.yes_no,
    }
