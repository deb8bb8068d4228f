"""What was done with an archive outside the schedule: entries of the audit trail."""

from datetime import datetime
from pathlib import Path

from archive.manifest import Erasure
from archive.seal import seal
from ledger import audit
from ledger.door import Door


def note_erased(door: Door, into: Path, done: Erasure, by: str, table: str) -> None:
    """Record that rows were erased from an archive into another; none of them, nor a condition."""
    data = {
        "from": done.predecessor,
        "into": into.resolve().name,
        "seal": seal(into),
        "table": table,
        "rows": done.rows,
        "reason": done.reason,
        "answers": done.by,
        "files not searched": done.files_not_searched,
    }
    with door.write("archive-erased") as tx:
        audit.append(tx, door.rollout, done.at, by, "archive.erased", data)


def note_looked(door: Door, archive: Path, who: str, at: datetime) -> None:
    """Record that somebody looked at an archive's tables; at which pages, its own log knows."""
    data = {"archive": archive.resolve().name, "seal": seal(archive)}
    with door.write("archive-looked") as tx:
        audit.append(tx, door.rollout, at, who, "archive.looked", data)
