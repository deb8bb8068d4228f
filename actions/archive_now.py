"""Whether the archive that was proved is still what it was, and still what the source holds."""

from pathlib import Path

from actions.desk import Desk
from archive.bag import bag_problems
from archive.freshness import changed_since, rows_changed_since
from archive.manifest import load
from archive.restore import RestoreReport
from archive.seal import seal
from archive.sealed import is_sealed
from connectors.ports import OldSystem
from ledger.archives import Archived

_TABLES_AT_MOST = 5


def changed_since_proved(found: Archived) -> str | None:
    """Say what changed about an archive since it was proved: its seal, or a file's checksum."""
    path = Path(found.path)
    try:
        problems = [] if seal(path) == found.seal else ["its seal is another"]
        problems += bag_problems(path)
    except OSError as error:
        problems = [str(error.strerror)]
    return f"the archive {path.name} is not what was proved: {problems[0]}" if problems else None


def written_since(desk: Desk, found: Archived | None) -> str | None:
    """Say which tables of the source are no longer what was archived; None where all are.

    It reads the whole source. Raises what the source raises.
    """
    if found is None or desk.outside.old is None:
        return None
    tables = _changed(desk.outside.old, found)
    if not tables:
        return None
    more = f" and {len(tables) - _TABLES_AT_MOST} more" if len(tables) > _TABLES_AT_MOST else ""
    return f"written after the archive was made: {', '.join(tables[:_TABLES_AT_MOST])}{more}"


def _changed(old: OldSystem, found: Archived) -> tuple[str, ...]:
    path = Path(found.path)
    if not is_sealed(path):
        return changed_since(old, load(path))
    # What is inside opens for others alone; the ledger kept what the restoration compared.
    report = RestoreReport.model_validate(
        {name: found.report[name] for name in RestoreReport.model_fields if name in found.report}
    )
    rows = {table.name: table.source for table in report.tables}
    return rows_changed_since(old, rows, report.files)
