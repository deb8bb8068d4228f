"""What an archive says of itself: `manifest.json`."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from archive.digests import TableDigest
from archive.originals import KeptFiles
from archive.schema import Part, Table, View
from archive.schema import Sequence as Counter

FILE = "manifest.json"
FORMAT: Literal["changeover-archive-1"] = "changeover-archive-1"


class ArchivedTable(Part):
    """A table, and what was read of it from the source."""

    table: Table
    file: str
    """Path of its CSV file inside the archive."""
    digest: TableDigest
    """Of the rows as the source gave them."""
    broken_references: tuple[int, ...]
    """For each foreign key of the table: rows whose parent was not there in the source either."""
    irregular: tuple[str, ...] = ()
    """Columns with a value that the usual form of their type does not have, such as an infinite
    date: other programs must take them for text."""


class Answer(Part):
    """A question of the plan, and the source's answer in the snapshot the tables come from."""

    ask: str
    sql: str
    answer: str


class Erasure(Part):
    """Rows that were taken out of an archive on request: what a proof of it needs, and no more."""

    at: datetime
    by: str
    """Who did it: best a role."""
    reason: str
    table: str
    """The table's id: t003."""
    rows: int
    """How many went."""
    before: TableDigest
    after: TableDigest
    predecessor: str
    """Seal of the archive it was taken out of."""
    files_not_searched: int = 0
    """Files kept as they were, `data/files.csv` has their names: no program looked for the rows in
    them. Whoever erased said that they had looked through them."""


class Manifest(Part):
    """Everything one needs to know of an archive to check it, or to restore from it."""

    format: Literal["changeover-archive-1"] = FORMAT
    rollout: str
    made_at: datetime
    """UTC."""
    source_sha256: str
    """Hash of the source's fingerprint: it tells which database this was without naming it."""
    dialect: str
    """Kind of database, as SQLAlchemy names it."""
    consistency: str
    """What kind of snapshot the tables were read in."""
    schema_sha256: str
    tables: tuple[ArchivedTable, ...]
    files: KeptFiles | None = None
    """Files kept as they are beside the tables."""
    parquet: bool = False
    """Whether the tables are there as Parquet, too."""
    views: tuple[View, ...]
    sequences: tuple[Counter, ...] = ()
    answers: tuple[Answer, ...]
    switches: dict[str, str | None]
    """Values the old system's switches had before it was frozen, by name."""
    keep_until: date | None
    retention: dict[str, date] = Field(default_factory=dict)
    """Table -> the day until which its rows are to be kept. Before it they are erased only where
    somebody says so expressly; from then on they should go. Other tables: as keep_until says."""
    erasures: tuple[Erasure, ...] = ()
    """What was erased from it since, oldest first."""
    attempts: int
    """How often the source was read: again after each change of its tables' shape."""

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(archived.digest.rows for archived in self.tables)

    def write(self, archive: Path) -> None:
        """Write it into an archive."""
        (archive / FILE).write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


def load(archive: Path) -> Manifest:
    """Read an archive's manifest; OSError or ValueError where it has none that can be read."""
    return Manifest.model_validate_json((archive / FILE).read_bytes())


def tables_of(manifest: Manifest) -> Sequence[Table]:
    """Give the tables' shapes, parents first."""
    return [archived.table for archived in manifest.tables]
