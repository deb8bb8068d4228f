"""Until when a table's rows are to be kept."""

from collections.abc import Mapping, Sequence
from datetime import date

from archive.errors import ArchiveError
from archive.manifest import Manifest
from archive.schema import Table


def retention_of(
    wanted: Mapping[str, date | int], tables: Sequence[Table], made_on: date
) -> dict[str, date]:
    """Give each table's day from a plan's days and years; ArchiveError for a table there is not."""
    names = {table.name for table in tables}
    if unknown := sorted({*wanted} - names):
        raise ArchiveError(
            f"decommission.archive.retention names {unknown[0]}, and the source has no such table: "
            f"it has {', '.join(sorted(names)[:10])}"
        )
    return {name: _day(until, made_on) for name, until in wanted.items()}


def overdue(manifest: Manifest, today: date) -> list[str]:
    """Give the tables whose own day has passed and which still have rows: they should go."""
    rows = {each.table.name: each.digest.rows for each in manifest.tables}
    return [name for name, day in manifest.retention.items() if day < today and rows.get(name)]


def _day(until: date | int, made_on: date) -> date:
    if isinstance(until, date):
        return until
    try:
        return made_on.replace(year=made_on.year + until)
    except ValueError:  # 29 February
        return date(made_on.year + until, 3, 1)
