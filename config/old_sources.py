"""What a plan says of an old system that shows no database: a folder, or an HTTP source."""

from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from config.values import Part

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""Some words."""
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/]*)*$", max_length=200)]
"""A JSON pointer (RFC 6901), such as /data/items; empty for the whole document."""
Count = Annotated[int, Field(ge=0)]

SHEETS = frozenset({".xlsx", ".xlsm"})
TABLES = frozenset({".csv", ".tsv", ".txt"})


class ExportedFile(Part):
    """A file of an export, and what its source says is in it."""

    file: Text
    """Path in the export's folder."""
    rows: Count | dict[Text, Count] | None = None
    """Rows its source says it has, the header not counted; of a workbook, those of each sheet.
    None: it is kept as it is, and not read as a table."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Checksum its source says it has."""
    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    """Of a CSV file; tried after a byte-order mark."""

    @model_validator(mode="after")
    def _rows_as_it_has_them(self) -> Self:
        kind = PurePosixPath(self.file).suffix.lower()
        sheets = isinstance(self.rows, dict)
        if self.rows is None or (sheets and kind in SHEETS) or (not sheets and kind in TABLES):
            return self
        if kind in SHEETS:
            msg = f"{self.file} is a workbook; write the rows of each sheet: {{Sheet1: 12}}"
        elif kind in TABLES:
            msg = f"{self.file} is one table; write its rows as one number"
        else:
            msg = f"{self.file} cannot be read as a table; leave out rows to keep it as it is"
        raise ValueError(msg)


class ExportedFolder(Part):
    """A folder inside an export whose files are kept as they are."""

    folder: Text
    """Path in the export's folder."""
    files: Annotated[int, Field(ge=1)]
    """How many files its source says lie in it and in its own folders."""


def _file_or_folder(value: object) -> str:
    """Tell which of the two is meant, so that only what is wrong with that one is said."""
    named = value if isinstance(value, dict) else vars(value) if isinstance(value, Part) else {}
    return "folder" if "folder" in named and "file" not in named else "file"


Exported = Annotated[
    Annotated[ExportedFile, Tag("file")] | Annotated[ExportedFolder, Tag("folder")],
    Discriminator(_file_or_folder),
]


class FolderSource(Part):
    """A folder of exported files: complete when every file is there that its source stated."""

    kind: Literal["folder"]
    folder: Text
    """Relative to the plan's folder."""
    contains: tuple[Exported, ...] = Field(min_length=1)
    """Everything in it. A file that is not named here stops the export, as one that is missing."""


class NextLink(Part):
    """The answer says where the next page is."""

    by: Literal["link"]
    next: Pointer | None = None
    """Where in the answer its address stands; none: in the header Link (RFC 8288)."""


class PageNumber(Part):
    """Pages are asked for by number, until all rows of the stated total are there."""

    by: Literal["number"]
    parameter: Text = "page"
    first: Annotated[int, Field(ge=0, le=1)] = 1
    """Number of the first page."""


class Cursor(Part):
    """The answer gives a word by which the next page is asked for; none on the last."""

    by: Literal["cursor"]
    parameter: Text = "cursor"
    next: Pointer
    """Where in the answer the word stands."""


class JsonTable(Part):
    """A table behind an address that gives its rows in pages."""

    path: Text
    """After the source's address; with a query where it needs one (`/customers?size=100`)."""
    rows: Pointer = ""
    """Where in an answer its list of rows stands."""
    key: Pointer = "/id"
    """Where in a row stands what no other row has."""
    total: Pointer | None = None
    """Where in an answer the number of all rows stands …"""
    total_header: Text | None = None
    """… or in which header. One of the two is needed: without it nobody knows what is missing."""
    page: Annotated[NextLink | PageNumber | Cursor, Field(discriminator="by")]
    """How the next page is had."""

    @model_validator(mode="after")
    def _says_its_total(self) -> Self:
        if (self.total is None) == (self.total_header is None):
            said = "neither" if self.total is None else "both"
            msg = f"write total or total_header, so that a missing row is seen; here: {said}"
            raise ValueError(msg)
        return self


class JsonSource(Part):
    """A service that gives its tables as JSON, page by page (RFC 8259 over HTTP)."""

    kind: Literal["json"]
    url: Text
    """Address that every table's path comes after."""
    token: Text | None = None
    """Bearer token; write secret:NAME."""
    per_second: int | None = Field(default=None, ge=1, le=1000)
    """Calls a second the service allows; none: as fast as it answers."""
    tables: dict[Text, JsonTable] = Field(min_length=1)
    """By the name the table gets in the archive."""


Source = Annotated[FolderSource | JsonSource, Field(discriminator="kind")]
