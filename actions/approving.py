"""A second person's yes: who may give it, and to whose request."""

import re
from datetime import datetime

from sqlalchemy import Connection, select

from config.plan import Plan
from ledger import decisions, records
from ledger.door import Door
from ledger.phases import standing
from ledger.snapshots import snapshot
from ledger.tables import rollout
from rollout.orders import OrderKind, gate_subject, order_digest
from rollout.overrides import Terms
from rollout.phases import State
from rollout.snapshot import ApprovalNow

_OF_RETIRING = ("freeze", "retire")
GATE = "gate:"


class NotApprovedError(Exception):
    """This person may not approve this. The message says who may, or what to approve."""


def approve(
    door: Door,
    plan: Plan,
    subject: str,
    digest: str,
    by: str,
    now: datetime,
    *,
    typed: bool = False,
) -> ApprovalNow:
    """Record an approval of exactly what `digest` names; NotApprovedError where it may not be.

    `typed`: the requester's own, where the organisation is so small that there is no second
    person; it starts to count after the ceremony's wait.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        msg = "a digest is 64 hexadecimal digits; the request for approval names it whole"
        raise NotApprovedError(msg)
    with door.write("approve") as tx:
        requester = _requester(tx, plan.rollout, subject, digest)
        _may(tx, plan, by, requester, typed=typed)
        given = ApprovalNow(subject, digest, requester, by, now)
        records.approve(tx, plan.rollout, given)
    return given


def _requester(tx: Connection, name: str, subject: str, digest: str) -> str:
    """Tell who asked: by the order behind the subject, else whoever applied the plan."""
    if subject.startswith(OrderKind.OVERRIDE):
        return _of_override(tx, name, subject, digest)
    if subject.partition(":")[0] in _OF_RETIRING:
        asked = records.last_order(tx, name, OrderKind.RETIRE)
        if asked is None:
            msg = "nobody asked to retire the old system: `changeover retire --reason`"
            raise NotApprovedError(msg)
        return asked.by
    if subject.startswith(GATE):
        _waits(tx, name, subject, digest)
    return str(tx.execute(select(rollout.c.applied_by).where(rollout.c.name == name)).scalar_one())


def _of_override(tx: Connection, name: str, subject: str, digest: str) -> str:
    phase = subject.partition(":")[2]
    asked = [
        order
        for order in records.open_orders(tx, name)
        if order.kind == OrderKind.OVERRIDE and Terms.read(order.target).phase == phase
    ]
    for order in asked:
        if order_digest(name, order) == digest:
            return order.by
    if asked:
        msg = f"no open override of {phase} has this digest: `changeover status` shows which do"
    else:
        msg = f"nobody asked for an override in {phase}: `changeover override {phase} FINDING`"
    raise NotApprovedError(msg)


def _waits(tx: Connection, name: str, subject: str, digest: str) -> None:
    """Refuse a yes to a gate that does not wait for one: approval is asked last, or not at all."""
    phase, _, attempt = subject.removeprefix(GATE).rpartition(":")
    verdict = decisions.newest_verdict(tx, name, phase)
    now = next((at for at in standing(tx, name).values() if at.name == phase), None)
    if now is None or str(now.attempt) != attempt or gate_subject(phase, now.attempt)[1] != digest:
        msg = f"{subject} with this digest is no gate of {name}; `changeover status` names those"
        raise NotApprovedError(msg)
    if now.state is not State.LIVE or verdict.get("because") != "approval":
        said = verdict.get("headline") or "nothing was judged yet."
        msg = f"the gate of {phase} does not wait for an approval yet: {said}"
        raise NotApprovedError(msg)


def _may(tx: Connection, plan: Plan, by: str, requester: str, *, typed: bool) -> None:
    if by.lower() == requester.lower():
        if typed and snapshot(tx, plan).ceremony.typed_wait is not None:
            return
        msg = f"{by} asked for this, and who asks never approves; {_who(plan, by)}"
        raise NotApprovedError(msg)
    if by.lower() not in {a.lower() for a in plan.approvers}:
        msg = f"{by} is no approver of {plan.rollout}; {_who(plan, requester)}"
        raise NotApprovedError(msg)


def _who(plan: Plan, but: str) -> str:
    others = [a for a in plan.approvers if a.lower() != but.lower()]
    return f"approvers are {', '.join(others)}" if others else "name others under `approvers`"
