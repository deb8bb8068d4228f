"""When enough people have said yes to exactly one thing that cannot be undone."""

from datetime import datetime, timedelta

from config.plan import Plan
from rollout.snapshot import ApprovalNow, Snapshot

LAPSE = timedelta(hours=24)
"""Within how long all approvals of one thing must come."""


def approved(
    plan: Plan,
    snapshot: Snapshot,
    subject: str,
    digest: str,
    needed: int,
    now: datetime,
    *,
    requester: str | None = None,
) -> bool:
    """Tell whether enough people said yes to exactly this.

    Approvers are named in the plan, differ from each other and from whoever asked (`requester`, and
    whoever any of these approvals was asked by), and all say so within LAPSE: an incomplete set
    lapses. Where the ceremony has a typed wait, the requester's own counts once that has passed.
    """
    given, asking = _given(snapshot, subject, digest, requester)
    if _typed(given, asking, snapshot.ceremony.typed_wait, now):
        return True
    return counted(plan, snapshot, subject, digest, requester=requester) >= needed


def counted(
    plan: Plan, snapshot: Snapshot, subject: str, digest: str, *, requester: str | None = None
) -> int:
    """Give the most approvers who said yes to exactly this within LAPSE of each other."""
    given, asking = _given(snapshot, subject, digest, requester)
    allowed = {a.lower() for a in plan.approvers} - asking
    others = [a for a in given if a.by.lower() in allowed]
    windows = (len({b.by.lower() for b in others if a.at <= b.at <= a.at + LAPSE}) for a in others)
    return max(windows, default=0)


def _given(
    snapshot: Snapshot, subject: str, digest: str, requester: str | None
) -> tuple[list[ApprovalNow], set[str]]:
    """Give the approvals of exactly this, and everybody who asked for it."""
    given = [a for a in snapshot.approvals if (a.subject, a.digest) == (subject, digest)]
    return given, {a.requester.lower() for a in given} | {(requester or "").lower()}


def _typed(
    given: list[ApprovalNow], asking: set[str], wait: timedelta | None, now: datetime
) -> bool:
    if wait is None:
        return False
    return any(a.by.lower() in asking and now - a.at >= wait for a in given)
