"""Export the old system into an archive, bring it back to life elsewhere, and compare."""

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from actions.desk import EXPORT, Desk, give_back, take_lease
from actions.drilling import LEFT_FILLED, drill_url, drilled
from actions.enclosing import enclosed, forget, open_store, plain_of, recipients, tidy
from actions.signing_key import signing_key
from actions.turn_switches import values_before
from archive.export import SUFFIX, Particulars, export
from archive.leftover import take_over
from archive.manifest import load
from archive.restore import RestoreReport, restore, verified
from archive.room import Forms
from archive.seal import seal
from archive.sealed import Sealed
from archive.verify import Verification
from connectors.archive_store import ArchiveStore, Copied
from connectors.errors import Misconfigured
from connectors.ports import OldSystem
from ledger import archives, leases
from ledger.archives import Archived
from rollout.calendar import local_day
from rollout.phases import DECOMMISSION

NAMES_AT_MOST = 99
"""Archives of one day."""


@dataclass(frozen=True)
class Exported:
    """What an export showed."""

    report: RestoreReport
    proved: bool
    """Whether the archive holds and what was restored from it is equal."""
    words: tuple[str, ...]

    @property
    def needs_person(self) -> bool:
        """Whether somebody must look."""
        return not self.proved


def export_old_system(desk: Desk, now: datetime) -> Exported:
    """Archive the old system, check and restore the archive, compare, record; give what was shown.

    Under a lease of its own, beside the ticks: BusyError where another worker is exporting. Raises
    ArchiveError and what the old system raises, and Misconfigured where the plan names no database.
    An archive that a dead worker left whole, made since the decommission came where it stands, is
    taken over and not made again.
    """
    lease = take_lease(desk, EXPORT)
    try:
        with _kept(desk, lease):
            # What is wrong with a key or a place is said before an export of hours.
            recipients(desk)
            if store := open_store(desk):
                store.check()
            drill = drill_url(desk)
            folder = _archive(desk, now, values_before(desk), store)
            shown = _shown(desk, folder, store, drill, now)
        done = _record(desk, lease, shown, now)
        if shown.sealed is not None:
            # Once it is recorded: what nobody knows of could be neither found nor proved anew.
            forget(plain_of(desk, folder), folder)
        return done
    finally:
        give_back(desk, lease)


def prove(folder: Path) -> RestoreReport:
    """Restore an archive into a database that is thrown away, and compare; Broken if it is."""
    drill = folder.with_name(f"{folder.name}.drill.sqlite")
    leftovers = [drill, drill.with_name(f"{drill.name}-journal")]
    _remove(leftovers)  # a dead worker's
    try:
        return restore(folder, URL.create("sqlite", database=str(drill)))
    finally:
        _remove(leftovers)


def _old(desk: Desk) -> OldSystem:
    if desk.outside.old is None:
        raise Misconfigured("the plan has no old_system.url, so there is nothing to export")
    return desk.outside.old


def _remove(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _archive(
    desk: Desk, now: datetime, switches: Mapping[str, str | None], store: ArchiveStore | None
) -> Path:
    """Give the place of a whole archive of the day: a dead worker's, or a new one.

    It lies there, or beside it (`plain_of`) where it is to be encrypted.
    """
    day = local_day(now, desk.plan.zone)
    room = desk.folder / desk.plan.decommission.archive.to
    tidy(desk)
    with desk.door.read() as tx:
        recorded = {a.path for a in archives.every(tx, desk.rollout)}
    for number in range(1, NAMES_AT_MOST + 1):
        again = f"-{number}" if number > 1 else ""
        folder = room / f"{desk.rollout}-{day}{again}"
        plain = plain_of(desk, folder)
        if not folder.exists() and not plain.exists():
            break
        if not recorded & {str(folder), str(plain)} and _is_ours(desk, plain):
            return folder
    else:
        raise Misconfigured(f"{room} holds {NAMES_AT_MOST} archives of {day}: see what makes them")
    room.mkdir(parents=True, exist_ok=True)
    plain = plain_of(desk, folder)
    ours = re.compile(rf"{re.escape(desk.rollout)}-\d{{4}}-\d\d-\d\d.*")
    take_over(plain.with_name(plain.name + SUFFIX), ours)
    forms = Forms(
        drill=desk.plan.decommission.archive.drill is None,
        encrypted=plain != folder,
        copied=store is not None and store.shares_disk(room),
    )
    export(_old(desk), plain, desk.told, _about(desk, now, switches, forms))
    return folder


def _about(
    desk: Desk, now: datetime, switches: Mapping[str, str | None], forms: Forms
) -> Particulars:
    decommission = desk.plan.decommission
    return Particulars(
        desk.rollout,
        now,
        decommission.questions,
        switches,
        decommission.archive.keep_until,
        signing_key(desk.door, desk.folder, now),
        decommission.archive.retention,
        decommission.archive.parquet,
        forms,
    )


def _is_ours(desk: Desk, folder: Path) -> bool:
    """Whether an archive nobody recorded is of this database, made since the freeze."""
    try:
        manifest = load(folder)
    except (OSError, ValueError):
        return False
    source = hashlib.sha256(_old(desk).fingerprint().encode()).hexdigest()
    since = desk.look().phases[DECOMMISSION].since
    return manifest.source_sha256 == source and manifest.made_at >= since


@dataclass(frozen=True)
class Shown:
    """What there is to record of an archive."""

    folder: Path
    report: RestoreReport
    checked: Verification
    sealed: Sealed | None = None
    """What its outside says, where it is encrypted."""
    copied: Copied | None = None

    @property
    def proved(self) -> bool:
        """Whether the archive holds and what was restored from it is equal."""
        return self.report.equal and self.checked.holds


def _shown(
    desk: Desk, folder: Path, store: ArchiveStore | None, drill: str | None, now: datetime
) -> Shown:
    """Prove an archive, then encrypt and copy it; the plain one stays until that is recorded."""
    plain = plain_of(desk, folder)
    report = drilled(plain, drill) if drill else prove(plain)
    shown = Shown(plain, report, verified(plain, report))
    if not shown.proved:
        return shown
    sealed = enclosed(desk, plain, folder, now)
    copied = store.put(folder, desk.plan.decommission.archive.keep_until) if store else None
    # By the name it is kept under.
    checked = replace(shown.checked, name=folder.name)
    return replace(shown, folder=folder, checked=checked, sealed=sealed, copied=copied)


def _record(desk: Desk, lease: leases.Lease, shown: Shown, now: datetime) -> Exported:
    report, checked, sealed = shown.report, shown.checked, shown.sealed
    said = report.model_dump(mode="json")
    words = [checked.line, report.line]
    if sealed is not None:
        # The seal people agree to is that of what is kept; the report has the one inside.
        said |= {"keys": [{"name": key.name, "id": key.id} for key in sealed.keys]}
        words.append(f"encrypted for {', '.join(key.name for key in sealed.keys)}")
    if shown.copied is not None:
        said |= {"copy": shown.copied.url}
        words.append(shown.copied.words)
    if desk.plan.decommission.archive.drill is not None:
        words.append(LEFT_FILLED)
    row = Archived(str(shown.folder), seal(shown.folder), shown.proved, said, now)
    with desk.door.write("record-archive") as tx:
        leases.renew(tx, lease)
        archives.record(tx, desk.rollout, row, "; ".join(words))
    return Exported(report, shown.proved, tuple(words))


@contextmanager
def _kept(desk: Desk, lease: leases.Lease) -> Iterator[None]:
    """Hold the lease however long the export takes; if it is lost, recording will say so."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease.seconds / 3):
            try:
                with desk.door.write("renew-export") as tx:
                    leases.renew(tx, lease)
            except leases.LeaseLostError:
                return

    keeper = threading.Thread(target=renew, daemon=True, name="export-lease")
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
