"""CSV as it comes from the field: its encoding, its delimiter, its header, its rows by line.

Delimiters are counted in the header, not sniffed; every cell stays text ("NA" is Namibia); what
cannot be read for certain is refused with file and line.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TextIO

from connectors.errors import Misconfigured, Unreachable

Encoding = Literal["utf-8", "cp1252"]

_DELIMITERS = ",;\t|"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8 = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Row:
    """One record."""

    line: int
    """Line of the file it begins on, from 1."""
    cells: Sequence[str]
    """As many as the header has, trimmed."""


@dataclass
class CsvFile:
    """A file being read: its header first, then its rows, once."""

    name: str
    """What messages call it: the path as the plan has it."""
    header: list[str] = field(default_factory=list)
    header_line: int = 1
    records: Iterator[Row] = field(default_factory=lambda: iter(()))

    def wrong(self, line: int, message: str) -> Misconfigured:
        """Make the error for a line."""
        return Misconfigured(f"{self.name}:{line}: {message}")

    def place(self, header: str) -> int | None:
        """Give the index of a header's column; None where it is missing.

        Misconfigured where it stands there twice: either could be meant.
        """
        found = [index for index, name in enumerate(self.header) if name == header]
        if len(found) > 1:
            raise self.wrong(
                self.header_line,
                f"the column {header!r} stands there {len(found)} times; keep one",
            )
        return found[0] if found else None


@contextmanager
def opened(path: Path, name: str, encoding: Encoding = "utf-8") -> Iterator[CsvFile]:
    """Open a CSV file and read its header; `name` stands in messages.

    Raises Misconfigured where it is missing, empty or no CSV, naming file and line, and
    Unreachable where the disk or share does not give it. The same may come while reading rows.
    """
    file = CsvFile(name)
    try:
        with text_of(path, name, encoding) as stream:
            _read_header(file, stream)
            yield file
    except FileNotFoundError:
        raise Misconfigured(
            f"{name}: there is no such file; put it there or mend the plan"
        ) from None
    except (PermissionError, IsADirectoryError, NotADirectoryError) as error:
        raise Misconfigured(f"{name}: {error.strerror}; let us read it, or mend the plan") from None
    except OSError as error:
        raise Unreachable(f"{name}: {error.strerror or type(error).__name__}") from None


def rows(file: CsvFile) -> Iterator[Row]:
    """Give the file's records in order, those without any content left out."""
    width = len(file.header)
    for row in file.records:
        if not any(row.cells):
            continue
        if len(row.cells) != width:
            said = f"has {len(row.cells)} cells and the header {width}"
            raise file.wrong(row.line, f"{said}; is a text with the delimiter not quoted?")
        yield row


@contextmanager
def text_of(path: Path, name: str, encoding: Encoding) -> Iterator[TextIO]:
    """Open a file in its encoding; Misconfigured, with the line, where it is in another."""
    with path.open("rb") as raw:
        start = raw.read(3)
        if start[:2] in _UTF_16:
            codec = "utf-16"
        elif start == _UTF_8 or encoding == "utf-8":
            codec = "utf-8-sig"
        else:
            codec = _utf_8_if_it_is(path)
    with path.open(encoding=codec, newline="") as stream:
        try:
            yield stream
        except UnicodeDecodeError:
            raise Misconfigured(_undecodable(path, name, codec)) from None


def _utf_8_if_it_is(path: Path) -> str:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _undecodable(path: Path, name: str, codec: str) -> str:
    # Only on the way to an error is the file read again, for the line.
    content = path.read_bytes()
    line = 1
    try:
        content.decode(codec)
    except UnicodeDecodeError as error:
        line += content.count(b"\n", 0, error.start)
    said = codec.removesuffix("-sig")
    return f"{name}:{line}: not {said}; save it as UTF-8, or write `encoding: cp1252` in the plan"


def _read_header(file: CsvFile, stream: TextIO) -> None:
    first = stream.readline()
    before = 0
    if first.lower().startswith("sep=") and len(first.rstrip("\r\n")) == 5:
        # Excel's own hint, which is no header.
        first, before = stream.readline(), 1
    delimiter = delimiter_of(first)
    # A quoted header may go on over several lines, so the reader gets the first one back.
    file.records = _records(file, _Again(first, stream), delimiter, before)
    header = next(file.records, None)
    if header is None or not any(header.cells):
        raise file.wrong(before + 1, "there is no header; the first line names the columns")
    file.header, file.header_line = list(header.cells), header.line


class _Again:
    """A stream with its first line put back."""

    def __init__(self, first: str, rest: TextIO) -> None:
        self._first: str | None = first
        self._rest = rest

    def __iter__(self) -> "_Again":
        return self

    def __next__(self) -> str:
        if self._first is not None:
            line, self._first = self._first, None
            if line:
                return line
        return next(self._rest)


def _records(file: CsvFile, lines: Iterator[str], delimiter: str, before: int) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = before + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise file.wrong(line, f"{error}; is a quote left open?") from None
        yield Row(line, [cell.strip() for cell in cells])
        line = before + reader.line_num + 1


def delimiter_of(header: str) -> str:
    """Tell what parts the columns, by counting outside of quotes; a comma where nothing does."""
    bare = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=bare.count) if any(d in bare for d in _DELIMITERS) else ","
