"""Overrides: asked for by one person, approved by another, and what a gate is told of them."""

import json
from datetime import datetime

from actions.ask_for import ask_for
from actions.desk import Desk
from config.plan import Plan
from gates.decision import Decision, from_json
from gates.findings import Finding
from gates.override import Override, level
from gates.overruling import may_be_overridden
from ledger import decisions
from ledger.door import Door
from ledger.snapshots import snapshot
from rollout.asking import override_approved
from rollout.orders import OrderKind, order_digest, phase_of
from rollout.overrides import DAYS_AT_MOST, Terms
from rollout.phases import NotAllowedError, Verb
from rollout.snapshot import OrderNow, Snapshot


def ask_override(
    door: Door,
    plan: Plan,
    phase: str,
    finding: str,
    days: int,
    by: str,
    reason: str,
    now: datetime,
) -> tuple[OrderNow, Finding]:
    """Record who asks to override a finding of a phase's newest decision; gives that finding.

    NotAllowedError where the finding does not hold the phase, or does more than hold it.
    """
    if not 1 <= days <= DAYS_AT_MOST:
        msg = f"an override counts for 1 to {DAYS_AT_MOST} days, not {days}; say --days"
        raise NotAllowedError(msg)
    with door.read() as tx:
        look = snapshot(tx, plan)
        at = phase_of(look, phase)
        at.move(Verb.PASS_GATE, "asked for")
        kept = decisions.of_phase(tx, plan.rollout, phase)
    if not kept or kept[-1].attempt != at.attempt:
        msg = f"{phase} has not been looked at yet, so that nothing holds it"
        raise NotAllowedError(msg)
    found = _holding(from_json(json.dumps(kept[-1].document)), phase, finding)
    terms = Terms(phase, found.metric.value, kept[-1].id, days)
    return ask_for(door, plan, OrderKind.OVERRIDE, terms.target, by, reason, now), found


def _holding(decision: Decision, phase: str, name: str) -> Finding:
    may = [f for f in decision.verdict.findings if may_be_overridden(decision.gate, f)]
    names = ", ".join(f.metric.value for f in may) or "nothing that may be overridden"
    for finding in decision.verdict.findings:
        if finding.metric.value != name.replace("-", "_"):
            continue
        if finding in may:
            return finding
        does = finding.does.replace("_", " ")
        said = f"it {does}s the phase" if finding.blocks else "it does not hold the phase"
        msg = f"{name} cannot be overridden: {said}; {phase} is held by {names}"
        raise NotAllowedError(msg)
    msg = f"the gate of {phase} has no finding {name}; it is held by {names}"
    raise NotAllowedError(msg)


def overrides_of(desk: Desk, look: Snapshot, phase: str, now: datetime) -> tuple[Override, ...]:
    """Give a phase's overrides that enough other people have approved, oldest first."""
    found: list[Override] = []
    for order in look.orders:
        if order.kind != OrderKind.OVERRIDE or Terms.read(order.target).phase != phase:
            continue
        if override_approved(desk.plan, look, order, now):
            found += _override(desk, look, order)
    return tuple(found)


def _override(desk: Desk, look: Snapshot, order: OrderNow) -> list[Override]:
    terms = Terms.read(order.target)
    with desk.door.read() as tx:
        kept = decisions.one(tx, desk.rollout, terms.decision)
    if kept is None:
        return []
    decision = from_json(json.dumps(kept.document))
    digest = order_digest(look.rollout, order)
    return [
        Override(
            id=order.id,
            metric=f.metric,
            attempt=kept.attempt,
            decision=terms.decision,
            state=f.state,
            was=f.reason,
            level=level(decision.reading(f.metric)),
            asked_by=order.by,
            approved_by=tuple(a.by for a in look.approvals if a.digest == digest),
            reason=order.reason,
            until=terms.until(order.at),
        )
        for f in decision.verdict.findings
        if f.metric.value == terms.finding
    ]
