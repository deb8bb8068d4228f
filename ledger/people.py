"""People, their accounts and their old access in the ledger."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from config.names import Language
from ledger.columns import OF
from ledger.tables import account, old_value, person
from rollout.people import Entry, Person
from rollout.snapshot import AccountNow

AT_ONCE = {"yield_per": 10_000}
"""Rows in memory at once, besides what is made of them."""
_EVERYONE = select(person).where(person.c.rollout == OF).order_by(person.c.key)
_ACCOUNTS = select(account).where(account.c.rollout == OF)
_BY_EMAIL = select(person.c.email, person.c.key).where(person.c.rollout == OF)
_LANGUAGES = {str(language): language for language in Language}
_ENTRY = ("identity", "email", "given", "family", "site", "department", "pilot", "volunteer")


def everyone(
    tx: Connection, rollout: str, known: Mapping[str, Person] = MappingProxyType({})
) -> dict[str, Person]:
    """Give everybody the rollout ever knew, by key; who is as in `known` is that very object."""
    once = Once()
    rows = tx.execute(_EVERYONE, {OF.key: rollout}, execution_options=AT_ONCE)
    found = (_person(r, once) for r in rows)
    return {p.key: _same(known.get(p.key), p) for p in found}


class Once(dict[Any, Any]):
    """Keeps one object of those that are equal: many people have the same department."""

    def __missing__(self, value: Any) -> Any:  # noqa: ANN401 - whatever it is
        """Keep the first."""
        self[value] = value
        return value


T = TypeVar("T")


def _same(before: T | None, now: T) -> T:
    """Give what was there before where it is equal."""
    return before if before is not None and before == now else now


def _person(r: Row[Any], once: Once) -> Person:
    entry = Entry(
        identity=r.identity,
        email=r.identity if r.email == r.identity else r.email,
        given=once[r.given],
        family=once[r.family],
        site=once[r.site],
        department=once[r.department],
        language=_LANGUAGES[r.language],
        pilot=r.pilot,
        volunteer=r.volunteer,
        usage=r.usage,
        manager=once[r.manager],
        active=r.left_on is None,
    )
    joined, phase, reason = once[r.joined_on], once[r.phase], once[r.reason]
    return Person(r.key, entry, joined, phase, reason, r.left_on, r.excluded)


def _columns(p: Person) -> dict[str, object]:
    entry = p.entry
    own = {name: getattr(entry, name) for name in _ENTRY}
    own |= {"language": entry.language, "usage": entry.usage, "manager": entry.manager}
    own |= {"joined_on": p.joined_on, "left_on": p.left_on, "excluded": p.excluded}
    return own | {"phase": p.phase, "reason": p.reason}


def next_number(tx: Connection, rollout: str) -> int:
    """Give the number of the next new person: keys are p00001 and on, and say nothing of them."""
    count = select(func.count()).select_from(person).where(person.c.rollout == rollout)
    return int(tx.execute(count).scalar_one()) + 1


def add(tx: Connection, rollout: str, people: Iterable[Person]) -> None:
    """Add new people."""
    rows = [{"rollout": rollout, "key": p.key} | _columns(p) for p in people]
    if rows:
        tx.execute(insert(person), rows)


def change(tx: Connection, rollout: str, people: Iterable[Person]) -> None:
    """Write what changed about people."""
    for p in people:
        here = (person.c.rollout == rollout) & (person.c.key == p.key)
        tx.execute(update(person).where(here).values(**_columns(p)))


def accounts(
    tx: Connection, rollout: str, known: Mapping[str, AccountNow] = MappingProxyType({})
) -> dict[str, AccountNow]:
    """Give the accounts of people, by their key; one that is as in `known` is that very object."""
    rows = tx.execute(_ACCOUNTS, {OF.key: rollout}, execution_options=AT_ONCE)
    once = Once()
    found = (
        (r.person, AccountNow(r.id, r.ours, r.was_active, r.active, once[r.activated_on]))
        for r in rows
    )
    return {key: _same(known.get(key), a) for key, a in found}


def set_accounts(tx: Connection, rollout: str, found: Mapping[str, AccountNow]) -> None:
    """Write accounts, in place of what was known of them."""
    for key, a in found.items():
        here = (account.c.rollout == rollout) & (account.c.person == key)
        tx.execute(delete(account).where(here))
        row = {"id": a.id, "ours": a.ours, "was_active": a.was_active, "active": a.active}
        row |= {"activated_on": a.activated_on}
        tx.execute(insert(account).values(rollout=rollout, person=key, **row))


def keep_old_value(
    tx: Connection, rollout: str, switch: str, who: str, before: str | None, now: datetime
) -> None:
    """Keep the value a switch had before the rollout first touched it; once kept, it stays."""
    if old_before(tx, rollout, switch, who) is None:
        row = {"switch": switch, "person": who, "before": before, "at": now}
        tx.execute(insert(old_value).values(rollout=rollout, **row))


def old_before(tx: Connection, rollout: str, switch: str, who: str) -> tuple[str | None] | None:
    """Give the kept value of a switch as a tuple of one; None where none was kept."""
    query = select(old_value.c.before).where(
        old_value.c.rollout == rollout, old_value.c.switch == switch, old_value.c.person == who
    )
    found = tx.execute(query).first()
    return None if found is None else (found.before,)


def forget_old_value(tx: Connection, rollout: str, switch: str, who: str) -> None:
    """Forget a kept value once the switch is back."""
    tx.execute(
        delete(old_value).where(
            old_value.c.rollout == rollout, old_value.c.switch == switch, old_value.c.person == who
        )
    )


def by_email(tx: Connection, rollout: str) -> dict[str, str]:
    """Give keys by address in small letters."""
    rows = tx.execute(_BY_EMAIL, {OF.key: rollout})
    return {email.lower(): key for email, key in rows.all()}
