"""Look whether the old system still answers: until it is off it is the way back."""

from datetime import datetime
from hashlib import sha256

from actions.desk import Desk
from actions.outcome import Outcome
from connectors.errors import OutsideError
from ledger import leases, probes
from rollout.calendar import local_day
from rollout.phases import DECOMMISSION, State
from rollout.probe import ProbeNow, same_item, worrying

BY = "changeover"


def probe_old_system(desk: Desk, now: datetime) -> Outcome:
    """Look at it once a day, and again each time while something is wrong; record what was seen.

    Nothing where the plan gives no address, or once it is off. That it does not answer is told in
    words and counts as refused, never raised: the rest of the day goes on without it.
    """
    snapshot = desk.look()
    end = snapshot.phases.get(DECOMMISSION)
    if not desk.plan.old_system.can_be_probed or (end is not None and end.state is State.RETIRED):
        return Outcome()
    last = snapshot.probe
    seen_today = last is not None and local_day(last.at, desk.plan.zone) == local_day(
        now, desk.plan.zone
    )
    if last is not None and seen_today and not worrying(last):
        return Outcome()
    known = last.known if last is not None else ""
    if last is not None and last.is_another and same_item(last) in snapshot.confirmed:
        known = last.fingerprint
    found = _looked(desk, known, now)
    with desk.door.write("probe") as tx:
        leases.renew(tx, desk.held())
        probes.record(tx, desk.rollout, found, BY, now)
    said = worrying(found)
    # That it answers is nothing done: a day on which nothing else is due stays one.
    return Outcome(refused=1, words=(said,)) if said else Outcome()


def _looked(desk: Desk, known: str, now: datetime) -> ProbeNow:
    try:
        old = desk.outside.old
        assert old is not None  # noqa: S101 - the plan gives an address
        fingerprint = sha256(old.fingerprint().encode()).hexdigest()
    except OutsideError as error:
        return ProbeNow(now, answered=False, words=str(error), fingerprint="", known=known)
    return ProbeNow(now, True, "", fingerprint, known or fingerprint)  # noqa: FBT003 - as above
