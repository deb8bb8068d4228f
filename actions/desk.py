"""The desk an action works at: the plan as it was applied, the ledger, the outside, the lease."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from archive.copying import Progress, quiet
from config.loading import parse
from config.plan import Plan
from config.secrets import secret_finder
from connectors.opening import open_outside
from ledger import leases
from ledger.door import Door
from ledger.holders import this_process
from ledger.opening import open_ledger
from ledger.place import ledger_url
from ledger.snapshots import Looks, recorded

if TYPE_CHECKING:
    from connectors.opening import Outside
    from rollout.snapshot import Snapshot

TICK = "tick"
EXPORT = "export"
LEASE_SECONDS = 120.0
LEASE_VARIABLE = "CHANGEOVER_LEASE_SECONDS"


@dataclass(frozen=True)
class Desk:
    """Where an action finds what it needs; `lease` is None where it may only read or record."""

    plan: Plan
    folder: Path
    door: Door
    outside: "Outside"
    lease: leases.Lease | None = None
    only_to: str | None = None
    run: str = ""
    """Id of the Prefect run at work; its leases name it, so that it is found if it dies."""
    told: Progress = field(default=quiet, repr=False, compare=False)
    """Hears how far an export is."""
    looks: Looks = field(default_factory=Looks, repr=False, compare=False)

    @property
    def rollout(self) -> str:
        """The rollout's name."""
        return self.plan.rollout

    def look(self) -> "Snapshot":
        """Give the rollout as it is now."""
        return self.looks.look(self.door, self.plan)

    def held(self) -> leases.Lease:
        """Give the lease; LeaseLostError where this desk has none."""
        if self.lease is None:
            msg = f"this worker holds no lease on {self.rollout}; it may read, not act"
            raise leases.LeaseLostError(msg)
        return self.lease


def open_desk(rollout: str, lease: leases.Lease | None = None, url: str | None = None) -> Desk:
    """Open the desk of a recorded rollout."""
    door = open_ledger(url or ledger_url(), rollout)
    with door.read() as tx:
        whole = recorded(tx, rollout)
    plan = _plan(whole.plan, f"{rollout} (as applied)")
    folder = Path(whole.folder)
    outside = open_outside(plan, folder, secret_finder(folder))
    return Desk(plan, folder, door, outside, lease, whole.only_to)


@lru_cache(maxsize=8)
def _plan(text: str, where: str) -> Plan:
    """Read a plan; a worker opens a desk for each task, over the same plan."""
    return parse(text, where)


@contextmanager
def at_desk(
    rollout: str, lease: leases.Lease | None = None, url: str | None = None
) -> Iterator[Desk]:
    """Open a desk and close it after use."""
    desk = open_desk(rollout, lease, url)
    try:
        yield desk
    finally:
        desk.outside.close()
        desk.door.engine.dispose()


def lease_seconds() -> float:
    """Tell how long a lease is held: CHANGEOVER_LEASE_SECONDS, else two minutes."""
    return float(os.environ.get(LEASE_VARIABLE, LEASE_SECONDS))


def take_lease(desk: Desk, purpose: str = TICK) -> leases.Lease:
    """Take the lease for a purpose; BusyError says who holds it."""
    holder = str(this_process(desk.run))
    with desk.door.write("take-lease") as tx:
        return leases.acquire(tx, desk.rollout, purpose, holder, lease_seconds())


def give_back(desk: Desk, lease: leases.Lease) -> None:
    """Give a lease back."""
    with desk.door.write("give-back") as tx:
        leases.release(tx, lease)
