"""Who was asked to keep the archive: what was sent must be known to be taken back."""

from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select

from ledger.evidence_tables import keeper_invited
from rollout.invited import Invited


def every(tx: Connection, rollout: str) -> tuple[Invited, ...]:
    """Give everybody who was written to, oldest first."""
    query = select(keeper_invited.c.sent).where(keeper_invited.c.rollout == rollout)
    rows = tx.execute(query.order_by(keeper_invited.c.at, keeper_invited.c.step)).scalars()
    return tuple(map(_form().validate_python, rows))


def record(tx: Connection, rollout: str, sent: Invited) -> None:
    """Record what is about to be sent; nothing where that step is known."""
    if any(each.step == sent.step for each in every(tx, rollout)):
        return
    row = {"step": sent.step, "sent": _form().dump_python(sent, mode="json"), "at": sent.at}
    tx.execute(insert(keeper_invited).values(rollout=rollout, **row))


@cache
def _form() -> TypeAdapter[Invited]:
    # Made when one is there: hardly any look at a ledger finds one.
    return TypeAdapter(Invited)
