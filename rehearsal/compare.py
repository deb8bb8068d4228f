"""Comparing what the servers saw with what the ledger says, person by person."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from actions.create_accounts import external_id
from actions.desk import Desk
from notices.message import message_id_for
from rehearsal.ground import Mail
from rollout.officials import address_of
from rollout.snapshot import Snapshot
from rollout.steps import StepState


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
