"""How overrides turned out, in lines for `changeover history`."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from config.plan import Plan
from ledger import decisions
from ledger.decisions import Decided
from rollout.asking import override_approved
from rollout.calendar import local_day
from rollout.orders import order_digest
from rollout.overrides import Terms
from rollout.phases import State
from rollout.snapshot import OrderNow, Snapshot


def lines(
    plan: Plan,
    look: Snapshot,
    orders: list[tuple[OrderNow, str | None]],
    decided: Mapping[int, Decided],
    now: datetime,
) -> Iterator[str]:
    """Give a few lines for each override: who, why, what the gate had said, what came of it."""
    for order, outcome in orders:
        terms = Terms.read(order.target)
        yield f"override {order.id}: {terms.finding} in {terms.phase}, {_who(look, order)}"
        yield f"  because      {order.reason}"
        yield f"  gate said    {_said(decided.get(terms.decision), terms)}"
        yield f"  came of it   {outcome or _stands(plan, look, order, now)}"
        yield f"  the phase    {_goal(plan, look, terms.phase, now)}"


def _who(look: Snapshot, order: OrderNow) -> str:
    digest = order_digest(look.rollout, order)
    given = [a.by for a in look.approvals if a.digest == digest]
    return f"asked by {order.by}, approved by {', '.join(given) or 'nobody'}"


def _said(decided: Decided | None, terms: Terms) -> str:
    if decided is None:
        return "the decision is not there"
    findings: list[dict[str, Any]] = decided.document["verdict"]["findings"]
    reason = next((f["reason"] for f in findings if f["metric"] == terms.finding), "nothing of it")
    return f"{reason} ({decisions.name_of(decided.id)})"


def _stands(plan: Plan, look: Snapshot, order: OrderNow, now: datetime) -> str:
    until = local_day(Terms.read(order.target).until(order.at), plan.zone)
    if override_approved(plan, look, order, now):
        return f"it counts until {until}"
    return f"it waits for an approval, until {until}"


def _goal(plan: Plan, look: Snapshot, phase: str, now: datetime) -> str:
    """Say whether the phase has reached its goal since."""
    at = look.phases[phase]
    keys = {p.key for p in look.members(phase)}
    have = len(keys & look.adopted)
    share = have / len(keys) if keys else 0.0
    said = f"{at.state.value.replace('_', ' ')}; {have} of {len(keys)} = {share:.0%} have adopted"
    gate = plan.gate_of(plan.phase(phase))
    if gate.adopted is None or at.dates.launch is None or at.state is State.SKIPPED:
        return said
    goal = gate.adopted.goal
    by = at.dates.launch + timedelta(days=goal.days)
    if share >= goal.share:
        return f"{said}: its goal of {goal.share:.0%} is reached"
    if local_day(now, plan.zone) > by or at.state is State.ABANDONED:
        return f"{said}: its goal of {goal.share:.0%} by {by} is missed"
    return f"{said}: its goal is {goal.share:.0%} by {by}"
