"""Ask the approvers for what waits for them: one mail for each thing and approver, ever."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from actions.approval_words import approval_words
from actions.desk import Desk
from actions.mailing import mail, message_id_of, reply_to, sender_of
from actions.outcome import Outcome
from actions.retirement_awaited import awaited_approval
from actions.speaking import tool_words
from config.names import Notice
from connectors.errors import OutsideError
from ledger import audit, decisions
from ledger import steps as ledger_steps
from ledger.tables import rollout
from notices import words as w
from notices.mailbox import Mailbox
from notices.message import compose
from notices.rendering import render
from rollout.asking import Request, asking_steps, gates, no_longer_asked, overrides
from rollout.officials import entry_of
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import Snapshot
from rollout.steps import Step, StepState

EVIDENCE_AT_MOST = 16
_WAITING_STATES = frozenset({State.PLANNED, State.PROVED})
"""States of the decommission that wait for an approval before the next."""


@dataclass(frozen=True)
class _Asking:
    """One mail: what it asks, and of whom."""

    request: Request
    address: str


def ask_approvers(desk: Desk, now: datetime) -> Outcome:
    """Mail every approver of what waits, once; what can no longer be asked is skipped."""
    snapshot = desk.look()
    if snapshot.paused:
        return Outcome()
    due: dict[str, tuple[Step, _Asking]] = {}
    for request in awaited(desk, snapshot, now):
        found = asking_steps(desk.plan, snapshot, request, now)
        for step, address in found.values():
            real = step if desk.only_to is None else step.to_one_address()
            if not snapshot.over(real.key):
                due[real.key] = (real, _Asking(request, address))
    _skip(desk, no_longer_asked(snapshot), now)
    with desk.door.read() as tx:
        head = audit.head(tx, desk.rollout)
    return mail(
        desk,
        [step for step, _ in due.values()],
        lambda step: _message(desk, snapshot, step, due[step.key][1], head, now),
        now,
    )


def awaited(desk: Desk, snapshot: Snapshot, now: datetime) -> Iterator[Request]:
    """Give everything that waits for an approval now."""
    verdicts = _verdicts(desk, snapshot)
    waiting = {p for p, verdict in verdicts.items() if verdict.get("because") == "approval"}
    for request in gates(desk.plan, snapshot, waiting, _applied_by(desk), now):
        yield replace(request, evidence=_findings(verdicts[request.phase]))
    for request in overrides(desk.plan, snapshot, now):
        yield replace(request, evidence=_findings(verdicts.get(request.phase, {})))
    yield from _retirement(desk, snapshot, now)


def _verdicts(desk: Desk, snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """Give the newest verdict on each phase at its gate."""
    live = [p.name for p in desk.plan.phases if snapshot.state(p.name) is State.LIVE]
    with desk.door.read() as tx:
        return {name: decisions.newest_verdict(tx, desk.rollout, name) for name in live}


def _applied_by(desk: Desk) -> str:
    with desk.door.read() as tx:
        query = select(rollout.c.applied_by).where(rollout.c.name == desk.rollout)
        return str(tx.execute(query).scalar_one())


def _findings(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    """Give a report's findings in a line each; nothing has been looked at: that is said."""
    lines = [f"{f['needed']}: {f['now']}" for f in verdict.get("findings", ())]
    return tuple(lines[:EVIDENCE_AT_MOST]) or ("no look at the gate yet",)


def _retirement(desk: Desk, snapshot: Snapshot, now: datetime) -> Iterator[Request]:
    at = snapshot.phases.get(DECOMMISSION)
    asked = any(order.kind == OrderKind.RETIRE for order in snapshot.orders)
    if at is None or at.state not in _WAITING_STATES or not asked:
        return
    try:
        found = awaited_approval(desk, now)
    except OutsideError:
        # Taking the old system's end a step further has said so already; tomorrow is another day.
        return
    if found is not None:
        evidence = found.words[:EVIDENCE_AT_MOST]
        yield Request(
            found.subject,
            found.digest,
            found.requester,
            DECOMMISSION,
            at.attempt,
            found.needed,
            evidence,
        )


def _skip(desk: Desk, keys: list[str], now: datetime) -> None:
    if not keys:
        return
    marks = [(key, StepState.SKIPPED, "nobody waits for it any more") for key in keys]
    with desk.door.write("skip") as tx:
        ledger_steps.mark(tx, desk.held(), marks, now)


def _message(
    desk: Desk, snapshot: Snapshot, step: Step, asking: _Asking, head: str, now: datetime
) -> EmailMessage:
    plan, reader = desk.plan, entry_of(desk.plan, snapshot.people, asking.address)
    approval = approval_words(plan, snapshot, asking.request, reader.language, head)
    words = replace(official_words(desk, snapshot, asking.address), approval=approval)
    return compose(
        render(Notice.APPROVAL, reader.language, words),
        sender=sender_of(plan),
        to=Mailbox(reader.name, desk.only_to or asking.address),
        reply_to=reply_to(plan),
        message_id=message_id_of(plan, step.key),
        date=now,
        notice=Notice.APPROVAL,
        language=reader.language,
    )


def official_words(desk: Desk, snapshot: Snapshot, address: str) -> w.Words:
    """Give what every mail to an official says."""
    plan, reader = desk.plan, entry_of(desk.plan, snapshot.people, address)
    signed = plan.organisation.signed_by
    return w.Words(
        person=w.Person(reader.given, reader.name, reader.language),
        organisation=plan.organisation.name,
        signer=w.Signer(signed.name, signed.role),
        tool=tool_words(plan.new_tool, reader.language),
        old_system=w.OldSystem(plan.old_system.name),
    )
