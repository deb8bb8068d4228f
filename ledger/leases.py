"""Leases: who may work on a rollout, with a fencing token, on the database's own clock."""

from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Float,
    TextClause,
    Update,
    bindparam,
    insert,
    literal_column,
    select,
    text,
    update,
)

from ledger.door import beside_snapshots
from ledger.holders import holder_of
from ledger.tables import lease

_CLOCKS = {
    "sqlite": "(julianday('now') - 2440587.5) * 86400.0",
    "postgresql": "extract(epoch FROM clock_timestamp())",
}


class LeaseLostError(Exception):
    """Another worker has taken over; what this one had claimed is left to it."""


class BusyError(Exception):
    """Another worker is at work; this one has nothing to do."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a rollout for one purpose."""

    rollout: str
    purpose: str
    token: int
    """Grows with every holder: a claim of an older token is a dead worker's."""
    seconds: float
    left_by: str = ""
    """Run of the worker that died with it; empty where it was given back, or had no run."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """A lease that was not given back."""

    run: str
    """Run of who holds it; may be empty."""
    alive: bool
    """False where it has run out, or the holder's process is certainly gone."""


def _clock(tx: Connection) -> TextClause:
    return text(f"SELECT {_CLOCKS[tx.dialect.name]}")


def acquire(tx: Connection, rollout: str, purpose: str, holder: str, seconds: float) -> Lease:
    """Take the lease if it is free, has run out, or its holder's process is certainly gone.

    `holder`: a `ledger.holders.Holder` as written; any other words are a holder of whom nothing
    is known. BusyError says who holds it, how long yet.
    """
    now = float(tx.execute(_clock(tx)).scalar_one())
    mine = (lease.c.rollout == rollout) & (lease.c.purpose == purpose)
    held = tx.execute(select(lease).where(mine)).first()
    who = holder_of(held.holder) if held is not None else None
    if held is not None and held.until > now and not (who and who.is_gone):
        name, yet = who.name if who else held.holder, held.until - now
        msg = f"{name} is at work on {rollout} ({purpose}), for {yet:.0f} s yet"
        raise BusyError(msg)
    new = {"holder": holder, "until": now + seconds}
    if held is None:
        with beside_snapshots(tx):
            tx.execute(insert(lease).values(rollout=rollout, purpose=purpose, token=1, **new))
        return Lease(rollout, purpose, 1, seconds)
    with beside_snapshots(tx):
        tx.execute(update(lease).where(mine).values(token=held.token + 1, **new))
    left_by = who.run if who is not None and held.until > 0 else ""
    return Lease(rollout, purpose, held.token + 1, seconds, left_by)


def kept(tx: Connection, rollout: str, purpose: str) -> Keeping | None:
    """Tell of a lease that was not given back; None where it was, or was never taken."""
    mine = (lease.c.rollout == rollout) & (lease.c.purpose == purpose) & (lease.c.until > 0)
    held = tx.execute(select(lease).where(mine)).first()
    if held is None:
        return None
    who = holder_of(held.holder)
    ran_out = held.until <= float(tx.execute(_clock(tx)).scalar_one())
    return Keeping(who.run if who else "", alive=not (ran_out or (who and who.is_gone)))


def _renewing(clock: str) -> Update:
    now = literal_column(f"({clock})", Float)
    mine = (
        (lease.c.rollout == bindparam("whose"))
        & (lease.c.purpose == bindparam("what_for"))
        & (lease.c.token == bindparam("by"))
        & (lease.c.until > now)
    )
    return update(lease).where(mine).values(until=now + bindparam("longer", type_=Float))


_RENEWS = {dialect: _renewing(clock) for dialect, clock in _CLOCKS.items()}
"""By dialect, written once: every mark of a step renews."""


def renew(tx: Connection, held: Lease) -> None:
    """Check the lease in the caller's transaction and hold it longer; LeaseLostError if lost."""
    its = {"whose": held.rollout, "what_for": held.purpose, "by": held.token}
    with beside_snapshots(tx):
        kept = tx.execute(_RENEWS[tx.dialect.name], its | {"longer": held.seconds})
    if kept.rowcount != 1:
        msg = f"the lease on {held.rollout} ({held.purpose}) ran out or was taken over"
        raise LeaseLostError(msg)


def release(tx: Connection, held: Lease) -> None:
    """Give the lease back, if it is still held."""
    mine = (
        (lease.c.rollout == held.rollout)
        & (lease.c.purpose == held.purpose)
        & (lease.c.token == held.token)
    )
    with beside_snapshots(tx):
        tx.execute(update(lease).where(mine).values(until=0.0))
