"""What waits for a second person's yes, who is asked for it, and the mails that ask.

Each approver is asked once for exactly one thing (its digest), never whoever asked for it; where
an organisation is so small that there is nobody else, the requester is told how to confirm it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from config.names import Notice
from config.plan import Plan
from rollout.approving import approved
from rollout.officials import official_key
from rollout.orders import OrderKind, gate_subject, order_digest
from rollout.overrides import Terms, subject_of
from rollout.phases import State
from rollout.snapshot import OrderNow, Snapshot
from rollout.steps import Step

KIND = f"notice.{Notice.APPROVAL}"
DIGEST_SHOWN = 32
"""Hexadecimal digits of a digest that tell one request from another in a step's key."""


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that waits for approval."""

    subject: str
    digest: str
    requester: str
    phase: str
    """A phase, or the decommission."""
    attempt: int
    needed: int
    """How many are to say yes."""
    evidence: tuple[str, ...]
    reason: str = ""
    """What the requester gave as reason, if anything."""


def gates(
    plan: Plan,
    snapshot: Snapshot,
    waiting: Collection[str],
    requester: str,
    now: datetime,
) -> Iterator[Request]:
    """Give the gates among `waiting` (phases whose newest look waits) not yet approved."""
    for phase in plan.phases:
        at = snapshot.phases[phase.name]
        if at.state is not State.LIVE or phase.name not in waiting:
            continue
        subject, digest = gate_subject(at.name, at.attempt)
        needed = snapshot.ceremony.approvers
        if not approved(plan, snapshot, subject, digest, needed, now):
            yield Request(subject, digest, requester, at.name, at.attempt, needed, ())


def overrides(plan: Plan, snapshot: Snapshot, now: datetime) -> Iterator[Request]:
    """Give the overrides asked for and not yet approved."""
    for order in snapshot.orders:
        if order.kind != OrderKind.OVERRIDE:
            continue
        terms = Terms.read(order.target)
        at, subject = snapshot.phases[terms.phase], subject_of(terms.phase)
        if override_approved(plan, snapshot, order, now):
            continue
        digest, needed = order_digest(snapshot.rollout, order), snapshot.ceremony.approvers
        reason = f"{terms.finding.replace('_', ' ')}: {order.reason}"
        yield Request(subject, digest, order.by, at.name, at.attempt, needed, (), reason=reason)


def override_approved(plan: Plan, snapshot: Snapshot, order: OrderNow, now: datetime) -> bool:
    """Whether enough people besides the one who asks have said yes to an override."""
    subject = subject_of(Terms.read(order.target).phase)
    digest, needed = order_digest(snapshot.rollout, order), snapshot.ceremony.approvers
    return approved(plan, snapshot, subject, digest, needed, now, requester=order.by)


def asked(plan: Plan, snapshot: Snapshot, request: Request) -> list[str]:
    """Give the addresses to ask: approvers who have not said yes, never the requester.

    Where nobody else may approve and the ceremony has a typed wait, the requester alone.
    """
    requester = request.requester.lower()
    others = [a for a in plan.approvers if a.lower() != requester]
    if not others:
        return [request.requester] if snapshot.ceremony.typed_wait is not None else []
    given = {
        a.by.lower()
        for a in snapshot.approvals
        if (a.subject, a.digest) == (request.subject, request.digest)
    }
    return [a for a in others if a.lower() not in given]


def asking_steps(
    plan: Plan, snapshot: Snapshot, request: Request, now: datetime
) -> dict[str, tuple[Step, str]]:
    """Give the mails that ask for one thing and are not settled, with their addresses, by key."""
    found: dict[str, tuple[Step, str]] = {}
    for address in asked(plan, snapshot, request):
        occurrence = request.digest[:DIGEST_SHOWN]
        key = official_key(address)
        step = Step(KIND, request.phase, key, request.attempt, occurrence, now)
        if not snapshot.over(step.key):
            found[step.key] = (step, address)
    return found


_OVER = frozenset(
    {
        State.PASSED,
        State.ROLLING_BACK,
        State.ROLLED_BACK,
        State.ABANDONED,
        State.SKIPPED,
        State.COOLING,
        State.RETIRED,
    }
)
"""States in which nothing asked of the present attempt matters any more."""


def no_longer_asked(snapshot: Snapshot) -> list[str]:
    """Give the keys of mails begun, for what can no longer be asked."""
    found = []
    for key in snapshot.steps:
        if not key.startswith(f"{KIND}:") or snapshot.over(key):
            continue
        _, phase, _, attempt, _ = key.split(":")
        at = snapshot.phases[phase]
        if at.state in _OVER or str(at.attempt) != attempt:
            found.append(key)
    return sorted(found)
