"""What an archive is made from, as a database connector provides it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, NamedTuple, Protocol, runtime_checkable

from archive.canonical import Columns
from archive.digests import TableDigest
from archive.originals import Original
from archive.schema import SourceSchema, Table


class Copier(Protocol):
    """Writes one table's rows in the archive's form, and digests them, where the table lies."""

    def csv(self, file: BinaryIO, tell: Callable[[int], None]) -> int:
        """Write the rows of the table's CSV file, without its header; gives their number."""
        ...

    def digest(self) -> TableDigest:
        """Give the digest of the rows."""
        ...


class Size(NamedTuple):
    """About how large a table is, as its source reckons without reading it."""

    rows: int
    octets: int


@runtime_checkable
class Weighed(Protocol):
    """A look that knows how large its tables are."""

    def sizes(self, tables: Sequence[Table]) -> Mapping[str, Size]:
        """Give each table's size by its name; one that is not known is left out."""
        ...


class Snapshot(Protocol):
    """One unchanging look at a whole database, read-only."""

    dialect: str
    """Kind of database, as SQLAlchemy names it."""
    consistency: str
    """What kind of snapshot this is, in words for the manifest."""

    def schema(self) -> SourceSchema:
        """Give the tables with their columns' types; UnknownType where one has no exact form."""
        ...

    def read(self, table: Table) -> Iterator[Columns]:
        """Give a table's rows in batches of a few megabytes; Unfit where a value does not fit."""
        ...

    def copier(self, table: Table) -> Copier | None:
        """Give what copies a table faster than `read`; None where there is no such way."""
        ...

    def beside(self) -> AbstractContextManager["Snapshot | None"]:
        """Open a second look at the same moment, for another thread; None where none can be."""
        ...

    def originals(self) -> Sequence[Original]:
        """Give the files to be kept as they are: attachments, or what an export came in."""
        ...

    def ask(self, sql: str) -> str:
        """Give the one value a SELECT returns, as `archive.answers` writes it."""
        ...


class Source(Protocol):
    """A database that can be archived."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Look at it."""
        ...

    def schema_hash(self) -> str:
        """Give the hash of its schema as it stands now, outside any snapshot."""
        ...

    def fingerprint(self) -> str:
        """Tell which database this is."""
        ...
