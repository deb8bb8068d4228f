"""Comparing what the servers saw with what the ledger says, person by person."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from actions.create_accounts import external_id
from actions.desk import Desk
from config.names import Notice
from notices.message import message_id_for
from rehearsal.ground import Mail
from rehearsal.sight import Sight
from rollout.officials import address_of
from rollout.people import Person
from rollout.phases import State
from rollout.snapshot import Snapshot
from rollout.steps import Kind, StepState


def differences(
    desk: Desk, mails: Iterable[Mail], accounts: list[dict[str, object]], old: Path
) -> list[str]:
    """Give every difference between the world and the ledger, in words; none is right."""
    return [
        *_mails(desk, mails),
        *_accounts(desk, accounts),
        *_old_access(desk, old),
    ]


def _mails(desk: Desk, mails: Iterable[Mail]) -> list[str]:
    snapshot = desk.look()
    domain = desk.plan.mail.sender.rpartition("@")[2]
    sent = {
        message_id_for(f"{desk.rollout}/{key}", domain): key
        for key, step in snapshot.steps.items()
        if key.startswith("notice.") and step.state is StepState.DONE
    }
    seen = Counter((m.message_id, m.to.lower()) for m in mails)
    found = [f"{to} got {mid} {n} times" for (mid, to), n in seen.items() if n > 1]
    wanted = {
        (mid, str(address_of(desk.plan, snapshot.people, key.split(":")[2])).lower()): key
        for mid, key in sent.items()
    }
    found += [f"{key} is done but nothing came" for w, key in wanted.items() if w not in seen]
    unknown = set(snapshot.unknown())
    found += [
        f"{to} got {mid}, which the ledger does not have as sent"
        for mid, to in seen
        if (mid, to) not in wanted and not unknown
    ]
    return found


def _accounts(desk: Desk, accounts: list[dict[str, object]]) -> list[str]:
    snapshot = desk.look()
    by_id = {str(a["id"]): a for a in accounts}
    found = []
    for key, known in snapshot.accounts.items():
        seen = by_id.pop(known.id, None)
        if seen is None:
            found.append(f"{key}: the account {known.id} is not there")
        elif bool(seen.get("active", False)) != known.active:
            found.append(f"{key}: active is {seen.get('active')}, the ledger says {known.active}")
        elif known.ours and seen.get("externalId") != external_id(desk.rollout, key):
            found.append(f"{key}: the account bears another mark")
    ours = external_id(desk.rollout, "")
    more = [a for a in by_id.values() if str(a.get("externalId") or "").startswith(ours)]
    return found + [f"{a['userName']}: made by us, but not in the ledger" for a in more]


def _old_access(desk: Desk, old: Path) -> list[str]:
    access = desk.plan.old_system.person
    if access is None:
        return []
    snapshot = desk.look()
    with sqlite3.connect(f"file:{old}?mode=ro", uri=True) as database:
        seen = dict(database.execute("select lower(email), access from app_user"))
    database.close()
    found = []
    for person in snapshot.people.values():
        here = seen.get(person.entry.email.lower())
        wanted = access.to if _closed(snapshot, f"{person.phase}:{person.key}:") else "full"
        if here is not None and here != wanted:
            found.append(f"{person.key}: old access is {here}, the ledger says {wanted}")
    return found


def _closed(snapshot: Snapshot, of: str) -> bool:
    """Whether a person's old access is taken back: by attempts, the newest turn counts."""
    turns = [
        (int(key.split(":")[3]), key.startswith("old.reopen"))
        for key in snapshot.steps
        if key.startswith((f"old.close:{of}", f"old.reopen:{of}")) and snapshot.done(key)
    ]
    return bool(turns) and not max(turns)[1]


def undone(desk: Desk, mails: Iterable[Mail], phase: str, before: Sight, after: Sight) -> list[str]:
    """Give every difference about a rolling back, seen just before and just after; none is right.

    Who was moved worked in the new tool before, and after it their account is as it was found,
    the old system takes their orders, and they were told in their language. Nobody else's account
    or access changed.
    """
    found = []
    if after.ledger.state(phase) is not State.ROLLED_BACK:
        found.append(f"{phase} is {after.ledger.state(phase)}, not rolled back")
    members = before.ledger.members(phase)
    if not members:
        found.append(f"nobody was in {phase}, so nothing was undone")
    domain = desk.plan.mail.sender.rpartition("@")[2]
    received: dict[str, list[Mail]] = {}
    for mail in mails:
        received.setdefault(mail.message_id, []).append(mail)
    attempt = before.ledger.phases[phase].attempt
    for person in members:
        of = f"{phase}:{person.key}:{attempt}"
        found += _account_undone(person, of, before, after)
        found += _old_undone(desk, person, of, before, after)
        told = message_id_for(f"{desk.rollout}/notice.{Notice.ROLLBACK}:{of}:-", domain)
        found += _told_undone(person, received.get(told, []))
    return found + _others(members, before, after)


def _account_undone(person: Person, of: str, before: Sight, after: Sight) -> list[str]:
    account = before.ledger.accounts.get(person.key)
    if account is None:
        return [f"{person.key}: had no account to roll back"]
    found = []
    moved = before.ledger.done(f"{Kind.ACTIVATE}:{of}:-")
    if before.open.get(account.id) is not (moved or account.was_active):
        found.append(f"{person.key}: before, open was {before.open.get(account.id)}")
    if after.open.get(account.id) is not account.was_active:
        found.append(f"{person.key}: after, open is {after.open.get(account.id)}, not as found")
    if moved and not after.ledger.done(f"{Kind.CLOSE}:{of}:rollback"):
        found.append(f"{person.key}: the ledger does not say that the account was undone")
    if after.ledger.accounts[person.key].activated_on is not None:
        found.append(f"{person.key}: the ledger still counts them as moved")
    return found


def _old_undone(desk: Desk, person: Person, of: str, before: Sight, after: Sight) -> list[str]:
    access, email = desk.plan.old_system.person, person.entry.email.lower()
    if access is None or email not in before.access:
        return []
    found = []
    if before.ledger.done(f"{Kind.CLOSE_OLD}:{of}:-"):
        if before.access[email] != access.to or email in before.works:
            found.append(f"{person.key}: before, the old system was still theirs")
        if not after.ledger.done(f"{Kind.REOPEN_OLD}:{of}:-"):
            found.append(f"{person.key}: the ledger does not say that old access was given back")
    if after.access[email] == access.to or email not in after.works:
        found.append(f"{person.key}: after, the old system does not let them work")
    return found


def _told_undone(person: Person, mails: list[Mail]) -> list[str]:
    if len(mails) != 1:
        return [f"{person.key}: got {len(mails)} mails that it is rolled back"]
    spoken = str(mails[0].message["Content-Language"])
    found = []
    if mails[0].to.lower() != person.entry.email.lower():
        found.append(f"{person.key}: their mail went to {mails[0].to}")
    if spoken != person.entry.language:
        found.append(f"{person.key}: reads {person.entry.language}, was told in {spoken}")
    return found


def _others(members: list[Person], before: Sight, after: Sight) -> list[str]:
    own = {before.ledger.accounts[p.key].id for p in members if p.key in before.ledger.accounts}
    emails = {p.entry.email.lower() for p in members}
    found = [
        f"the account {id_} of another phase changed"
        for id_ in before.open.keys() | after.open.keys()
        if id_ not in own and before.open.get(id_) != after.open.get(id_)
    ]
    return found + [
        f"{email}: their old access changed, though they are in another phase"
        for email in before.access
        if email not in emails and before.access[email] != after.access.get(email)
    ]
