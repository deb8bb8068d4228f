"""What people record: orders, approvals, confirmations, incidents, tokens, pauses."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from config.names import Severity
from ledger import audit
from ledger.columns import OF
from ledger.tables import approval, confirmation, incident, order, rollout, token
from rollout.approving import LAPSE
from rollout.snapshot import ApprovalNow, IncidentNow, OrderNow

_OPEN_ORDERS = (
    select(order).where(order.c.rollout == OF, order.c.ended_at.is_(None)).order_by(order.c.id)
)
_APPROVALS = select(approval).where(approval.c.rollout == OF).order_by(approval.c.id)
_CONFIRMED = select(confirmation.c.item).where(confirmation.c.rollout == OF)
_OPEN_INCIDENTS = (
    select(incident)
    .where(incident.c.rollout == OF, incident.c.closed_at.is_(None))
    .order_by(incident.c.id)
)


def _next_id(tx: Connection, table: Table, name: str) -> int:
    query = select(func.coalesce(func.max(table.c.id), 0) + 1).where(table.c.rollout == name)
    return int(tx.execute(query).scalar_one())


def pause(tx: Connection, name: str, by: str, reason: str, now: datetime) -> None:
    """Pause a rollout at once; needs no lease. No effect starts from here on."""
    here = rollout.c.name == name
    values = {"paused_at": now, "paused_by": by, "pause_reason": reason}
    tx.execute(update(rollout).where(here, rollout.c.paused_at.is_(None)).values(**values))
    audit.append(tx, name, now, by, "rollout.pause", {"why": reason})


def unpause(tx: Connection, name: str, by: str, reason: str, now: datetime) -> None:
    """Take a rollout's pause back; the tick does this for a recorded order."""
    values = {"paused_at": None, "paused_by": None, "pause_reason": None}
    tx.execute(update(rollout).where(rollout.c.name == name).values(**values))
    audit.append(tx, name, now, by, "rollout.resume", {"why": reason})


def add_order(
    tx: Connection, name: str, kind: str, target: str, by: str, reason: str, now: datetime
) -> int:
    """Record what a person asks for; the next tick carries it out. Gives its number."""
    number = _next_id(tx, order, name)
    row = {"kind": kind, "target": target, "by": by, "reason": reason, "at": now}
    tx.execute(insert(order).values(rollout=name, id=number, **row))
    audit.append(tx, name, now, by, f"order.{kind}", {"target": target, "why": reason})
    return number


def end_order(tx: Connection, name: str, number: int, outcome: str, now: datetime) -> None:
    """Record what became of an order."""
    here = (order.c.rollout == name) & (order.c.id == number)
    tx.execute(update(order).where(here).values(ended_at=now, outcome=outcome))
    audit.append(tx, name, now, "changeover", "order.end", {"order": number, "outcome": outcome})


def open_orders(tx: Connection, name: str) -> tuple[OrderNow, ...]:
    """Give the orders not yet carried out, oldest first."""
    rows = tx.execute(_OPEN_ORDERS, {OF.key: name})
    return tuple(OrderNow(r.id, r.kind, r.target, r.by, r.reason, r.at) for r in rows)


def every_order(tx: Connection, name: str, kind: str) -> list[tuple[OrderNow, str | None]]:
    """Give every order of a kind with what became of it, oldest first; None: it is still open."""
    here = (order.c.rollout == name) & (order.c.kind == kind)
    rows = tx.execute(select(order).where(here).order_by(order.c.id))
    return [(OrderNow(r.id, r.kind, r.target, r.by, r.reason, r.at), r.outcome) for r in rows]


def last_order(tx: Connection, name: str, kind: str) -> OrderNow | None:
    """Give the newest order of a kind, carried out or not."""
    here = (order.c.rollout == name) & (order.c.kind == kind)
    r = tx.execute(select(order).where(here).order_by(order.c.id.desc()).limit(1)).first()
    return None if r is None else OrderNow(r.id, r.kind, r.target, r.by, r.reason, r.at)


def approve(tx: Connection, name: str, given: ApprovalNow) -> None:
    """Record an approval; who may approve is decided before (actions.approving).

    One given again within LAPSE changes nothing; later it counts from its new moment.
    """
    here = (approval.c.rollout == name) & (approval.c.subject == given.subject)
    here &= (approval.c.digest == given.digest) & (approval.c.by == given.by)
    row = {"subject": given.subject, "digest": given.digest, "requester": given.requester}
    before = tx.execute(select(approval.c.at).where(here)).first()
    if before is None:
        number = _next_id(tx, approval, name)
        values = row | {"rollout": name, "by": given.by, "at": given.at}
        tx.execute(insert(approval).values(id=number, **values))
    elif given.at > before.at + LAPSE:
        tx.execute(update(approval).where(here).values(requester=given.requester, at=given.at))
    else:
        return
    audit.append(tx, name, given.at, given.by, "approval", row)


def approvals(tx: Connection, name: str) -> tuple[ApprovalNow, ...]:
    """Give every approval, oldest first."""
    rows = tx.execute(_APPROVALS, {OF.key: name})
    return tuple(ApprovalNow(r.subject, r.digest, r.requester, r.by, r.at) for r in rows)


def confirm(tx: Connection, name: str, item: str, by: str, now: datetime) -> None:
    """Record that a person confirms a checklist item; a second time changes nothing."""
    if item not in confirmed(tx, name):
        tx.execute(insert(confirmation).values(rollout=name, item=item, by=by, at=now))
        audit.append(tx, name, now, by, "confirm", {"item": item})


def withdraw(tx: Connection, name: str, items: Collection[str], by: str, now: datetime) -> None:
    """Take back that items are confirmed: a person confirms them anew. The audit trail keeps it."""
    gone = sorted(confirmed(tx, name).intersection(items))
    if gone:
        here = (confirmation.c.rollout == name) & confirmation.c.item.in_(gone)
        tx.execute(delete(confirmation).where(here))
        audit.append(tx, name, now, by, "confirm.withdraw", {"items": gone})


def confirmed(tx: Connection, name: str) -> frozenset[str]:
    """Give the confirmed items, `phase/item`."""
    return frozenset(tx.execute(_CONFIRMED, {OF.key: name}).scalars())


def open_incident(
    tx: Connection,
    name: str,
    severity: Severity,
    title: str,
    by: str,
    now: datetime,
    *,
    phase: str | None = None,
    workaround: str | None = None,
) -> int:
    """Record an incident; gives its number."""
    number = _next_id(tx, incident, name)
    row: dict[str, object] = {"severity": severity, "title": title, "phase": phase}
    row["workaround"] = workaround
    values = row | {"opened_at": now, "opened_by": by}
    tx.execute(insert(incident).values(rollout=name, id=number, **values))
    audit.append(tx, name, now, by, "incident.open", {"incident": number} | row)
    return number


def update_incident(
    tx: Connection,
    name: str,
    number: int,
    by: str,
    now: datetime,
    *,
    severity: Severity | None = None,
    workaround: str | None = None,
) -> bool:
    """Change an open incident; False where there is none."""
    values: dict[str, object] = {"severity": severity, "workaround": workaround}
    values = {k: v for k, v in values.items() if v is not None}
    if not values or not _change(tx, name, number, values):
        return False
    audit.append(tx, name, now, by, "incident.update", {"incident": number} | values)
    return True


def close_incident(
    tx: Connection, name: str, number: int, by: str, now: datetime, words: str = ""
) -> bool:
    """Close an open incident, with what it was and what mended it; False where there is none."""
    values: dict[str, object] = {"closed_at": now, "closed_by": by}
    if not _change(tx, name, number, values):
        return False
    said = {"why": words} if words else {}
    audit.append(tx, name, now, by, "incident.close", {"incident": number} | values | said)
    return True


def _change(tx: Connection, name: str, number: int, values: Mapping[str, object]) -> bool:
    here = (incident.c.rollout == name) & (incident.c.id == number) & incident.c.closed_at.is_(None)
    return tx.execute(update(incident).where(here).values(**values)).rowcount == 1


def open_incidents(tx: Connection, name: str) -> tuple[IncidentNow, ...]:
    """Give the open incidents, oldest first."""
    rows = tx.execute(_OPEN_INCIDENTS, {OF.key: name})
    return tuple(
        IncidentNow(str(r.id), Severity(r.severity), r.title, r.opened_at, r.workaround, r.phase)
        for r in rows
    )


def new_token() -> str:
    """Give a new personal token: 256 random bits; nobody has it yet."""
    return secrets.token_urlsafe(32)


def keep_token(
    tx: Connection, name: str, who: str, secret: str, by: str, now: datetime, how: str
) -> None:
    """Let a token prove who somebody is from now on; only its SHA-256 is kept, their earlier ends.

    `how` is told in the audit trail: shown, or mailed.
    """
    here = (token.c.rollout == name) & (token.c.name == who)
    tx.execute(token.delete().where(here))
    tx.execute(insert(token).values(rollout=name, name=who, hash=_hash(secret), at=now))
    audit.append(tx, name, now, by, "token.made", {"for": who, "how": how})


def make_token(tx: Connection, name: str, who: str, by: str, now: datetime) -> str:
    """Make a person's token anew and give it, to be shown to them."""
    secret = new_token()
    keep_token(tx, name, who, secret, by, now, "shown")
    return secret


def owner(tx: Connection, name: str, secret: str) -> str | None:
    """Tell whose a token is; None where it is nobody's."""
    here = (token.c.rollout == name) & (token.c.hash == _hash(secret))
    found = tx.execute(select(token.c.name).where(here)).first()
    return found.name if found else None


def has_tokens(tx: Connection, name: str) -> bool:
    """Whether anybody has a token yet."""
    return tx.execute(select(token.c.name).where(token.c.rollout == name)).first() is not None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
