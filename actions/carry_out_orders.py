"""Carry out what people asked for: resume, roll back, try again, abandon, skip."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from actions.desk import Desk
from actions.move_dates import write_dates
from ledger import leases, phases, records, snapshots
from rollout.moves import retry_dates
from rollout.orders import OrderKind, phase_of
from rollout.overrides import Terms
from rollout.phase_day import PhaseDay
from rollout.phases import NotAllowedError, PhaseNow, State, Verb
from rollout.skips import skip
from rollout.snapshot import OrderNow, Snapshot

_VERBS = {"roll-back": Verb.ROLL_BACK, "abandon": Verb.ABANDON, "try-again": Verb.TRY_AGAIN}


def carry_out_orders(desk: Desk, now: datetime) -> list[str]:
    """Carry out every open order, oldest first; one that is not possible ends with the reason.

    An override is carried out by the gate's next look; here it ends where that cannot be.
    """
    said: list[str] = []
    for order in desk.look().orders:
        if order.kind == "resume":
            outcome = _resume(desk, desk.look(), order, now)
        elif order.kind == OrderKind.OVERRIDE:
            lapsed = _lapsed(desk.look(), order, now)
            if lapsed is None:
                continue
            outcome = lapsed
        elif order.kind == OrderKind.SKIP:
            outcome = _skip(desk, order, now)
        elif order.kind in _VERBS:
            outcome = _move(desk, desk.look(), order, now)
        else:
            continue
        with desk.door.write("end-order") as tx:
            records.end_order(tx, desk.rollout, order.id, outcome, now)
        said.append(f"{order.kind} {order.target}: {outcome}")
    return said


def _lapsed(snapshot: Snapshot, order: OrderNow, now: datetime) -> str | None:
    """Say how an override ended without its gate looking again; None while it stands."""
    terms = Terms.read(order.target)
    at = snapshot.phases[terms.phase]
    if now >= terms.until(order.at):
        return f"lapsed: it counted for {terms.days} days"
    if at.state not in {State.LIVE, State.PAUSED}:
        return f"lapsed: {terms.phase} is {at.state}"
    return None


def _record(
    desk: Desk,
    at: PhaseNow,
    verb: Verb,
    order: OrderNow,
    now: datetime,
    along: Callable[[Connection], None] | None = None,
) -> str:
    """Record a person's transition, and in the same commit what goes along with it."""
    try:
        move = at.move(verb, order.reason)
    except NotAllowedError as error:
        return f"not done: {error}"
    with desk.door.write("order") as tx:
        leases.renew(tx, desk.held())
        phases.record(tx, desk.rollout, move, order.by, now)
        if along is not None:
            along(tx)
    return f"{at.name} is {move.end}"


def _move(desk: Desk, snapshot: Snapshot, order: OrderNow, now: datetime) -> str:
    at = snapshot.phases.get(order.target)
    if at is None:
        return f"not done: there is no phase {order.target}"
    verb = _VERBS[order.kind]
    if verb is not Verb.TRY_AGAIN:
        return _record(desk, at, verb, order, now)

    def begin_again(tx: Connection) -> None:
        spec = desk.plan.phase(order.target)
        dates = retry_dates(PhaseDay(desk.plan, snapshot, spec, now))
        write_dates(tx, desk.rollout, dates, now)
        # What was true before it failed is to be looked at again.
        asked = (*desk.plan.checklist_of(spec), *desk.plan.asked_at_gate(spec))
        records.withdraw(tx, desk.rollout, asked, order.by, now)

    return _record(desk, at, verb, order, now, begin_again)


def _skip(desk: Desk, order: OrderNow, now: datetime) -> str:
    """Skip a phase, unless somebody came into it since that was asked for."""
    with desk.door.write("order") as tx:
        leases.renew(tx, desk.held())
        # Looked at in the transaction that skips: a changed plan may put people there meanwhile.
        look = snapshots.snapshot(tx, desk.plan)
        try:
            move = skip(look, phase_of(look, order.target), order.reason)
        except NotAllowedError as error:
            return f"not done: {error}"
        phases.record(tx, desk.rollout, move, order.by, now)
    return f"{order.target} is skipped: nobody is in it"


def _resume(desk: Desk, snapshot: Snapshot, order: OrderNow, now: datetime) -> str:
    """Resume the rollout, or one phase; nothing starts unchecked: the next look judges anew."""
    done: list[str] = []
    if snapshot.paused and order.target in {"rollout", desk.rollout}:
        with desk.door.write("resume") as tx:
            records.unpause(tx, desk.rollout, order.by, order.reason, now)
        done.append("the rollout goes on")
    paused = [at for at in snapshot.phases.values() if at.state is State.PAUSED]
    whole = order.target in {"rollout", desk.rollout}
    chosen = [at for at in paused if whole or at.name == order.target]
    done += [_record(desk, at, Verb.RESUME, order, now) for at in chosen]
    return "; ".join(done) or f"not done: {order.target} is not paused"
