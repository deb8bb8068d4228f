"""Outages people record: the days on which a site could not work in the new tool."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from ledger import audit
from ledger.columns import OF
from ledger.tables import outage

_ALL = select(outage).where(outage.c.rollout == OF).order_by(outage.c.id)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An outage, in local days of the rollout."""

    id: int
    site: str | None
    """None: every site."""
    what: str
    first: date
    last: date | None
    """None: it goes on."""


def begin(
    tx: Connection, name: str, site: str | None, what: str, first: date, by: str, now: datetime
) -> int:
    """Record that an outage began on a day; gives its number."""
    query = select(func.coalesce(func.max(outage.c.id), 0) + 1).where(outage.c.rollout == name)
    number = int(tx.execute(query).scalar_one())
    row: dict[str, object] = {"site": site, "what": what, "first_day": first}
    tx.execute(insert(outage).values(rollout=name, id=number, **row))
    audit.append(tx, name, now, by, "outage.open", {"outage": number} | row)
    return number


def end(tx: Connection, name: str, number: int, last: date, by: str, now: datetime) -> bool:
    """Record the last day of an outage that goes on; False where there is none, or ends before."""
    here = (outage.c.rollout == name) & (outage.c.id == number)
    open_still = here & outage.c.last_day.is_(None) & (outage.c.first_day <= last)
    if tx.execute(update(outage).where(open_still).values(last_day=last)).rowcount != 1:
        return False
    audit.append(tx, name, now, by, "outage.close", {"outage": number, "last_day": last})
    return True


def recorded(tx: Connection, name: str) -> tuple[Recorded, ...]:
    """Give every outage of a rollout, oldest first."""
    rows = tx.execute(_ALL, {OF.key: name})
    return tuple(Recorded(r.id, r.site, r.what, r.first_day, r.last_day) for r in rows)
