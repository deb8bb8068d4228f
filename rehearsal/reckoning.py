"""The reckoning after a run: what the servers saw, against the ledger and a reference run."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from ledger import audit
from notices.message import message_id_for
from rehearsal.servers.mail import received
from rehearsal.servers.scim import users
from rehearsal.six_people import IT, TOKEN, SixPeople
from rollout.snapshot import Snapshot
from rollout.steps import FINAL, Kind, StepState

_MAILED = {StepState.DONE: {1}, StepState.UNKNOWN: {0, 1}}
"""Mails a notice's step may have reached the relay with, by its state; any other state: none."""


@dataclass(frozen=True)
class Seen:
    """What the servers hold of one run, by the people's names."""

    mails: Counter[tuple[str, str]]
    """(Message-ID, recipient's name) -> how many."""
    accounts: Mapping[str, tuple[bool, ...]]
    """Name -> whether each account of that name is active."""
    access: Mapping[str, str]
    """Name -> access to the old system."""


@dataclass(frozen=True)
class Ended:
    """How a run ended: what the servers saw, and what the ledger says."""

    rollout: str
    seen: Seen
    look: Snapshot


@dataclass
class Reckoning:
    """What does not add up. All empty but `unknown`: all is well."""

    duplicates: list[str] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def look_at(world: SixPeople, maildir: Path) -> Ended:
    """Read the servers and the ledger; what was read is taken off the servers.

    Raises BrokenChainError where the audit trail no longer holds together.
    """
    seen = Seen(_mails(world, maildir), _accounts(world), _access(world))
    with world.desk() as desk:
        with desk.door.read() as tx:
            audit.trail(tx, world.rollout)
        return Ended(world.rollout, seen, desk.look())


def _mails(world: SixPeople, maildir: Path) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for mail in received(maildir):
        name, _, domain = mail.to.partition("@")
        if domain == world.domain:
            found[mail.message_id, name] += 1
            mail.path.unlink()
    return found


def _accounts(world: SixPeople) -> dict[str, tuple[bool, ...]]:
    found: dict[str, tuple[bool, ...]] = {}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=world.scim_url, headers=headers, trust_env=False) as client:
        for user in users(world.scim_url, TOKEN):
            name, _, domain = str(user["userName"]).partition("@")
            if domain == world.domain:
                found[name] = (*found.get(name, ()), bool(user.get("active", False)))
                client.delete(f"/Users/{user['id']}").raise_for_status()
    return found


def _access(world: SixPeople) -> dict[str, str]:
    with closing(sqlite3.connect(world.place / "old.sqlite")) as old:
        rows = old.execute("select email, access from app_user").fetchall()
    return {str(email).partition("@")[0]: str(access) for email, access in rows}


def reckon(ended: Ended, reference: Ended) -> Reckoning:
    """Compare a run with its own ledger, and both with the reference run."""
    found = Reckoning()
    steps = ended.look.steps
    found.unknown = sorted(k for k, s in steps.items() if s.state is StepState.UNKNOWN)
    _reckon_mails(ended, found)
    _reckon_accounts(ended, found)
    excused = {_person_of(key) for key in found.unknown}
    _reckon_steps(ended, reference, excused, found)
    _reckon_ends(ended, reference, excused, found)
    return found


def _reckon_mails(ended: Ended, found: Reckoning) -> None:
    """Each message once, to its own person, and as the ledger has it."""
    left = Counter(ended.seen.mails)
    for key, step in ended.look.steps.items():
        if not key.startswith("notice."):
            continue
        name = _name_of(ended.look, key)
        mails = left.pop((message_id(ended.rollout, key), name), 0)
        if mails > 1:
            found.duplicates.append(f"{key}: {mails} mails")
        elif mails not in _MAILED.get(step.state, {0}):
            found.unaccounted.append(f"{key}: the ledger says {step.state}, {mails} mails came")
    found.unaccounted += [f"{mid} came to {name}; no step is its" for mid, name in left]


def message_id(rollout: str, key: str) -> str:
    """Give the Message-ID of a step's mail."""
    return message_id_for(f"{rollout}/{key}", IT.rpartition("@")[2])


def _reckon_accounts(ended: Ended, found: Reckoning) -> None:
    """One account each, as active as the ledger says; old access as the steps left it."""
    look = ended.look
    for name, shown in ended.seen.accounts.items():
        if len(shown) > 1:
            found.duplicates.append(f"{name} has {len(shown)} accounts")
    names = {p.key: p.entry.email.partition("@")[0] for p in look.people.values()}
    for key, account in look.accounts.items():
        shown = ended.seen.accounts.get(names[key], ())
        if shown[:1] != (account.active,):
            found.unaccounted.append(f"account of {key}: ledger {account.active}, service {shown}")
    for key, name in names.items():
        closed, reopened = (
            any(_is_done(look, k) for k in look.steps if k.startswith(kind) and f":{key}:" in k)
            for kind in (Kind.CLOSE_OLD, Kind.REOPEN_OLD)
        )
        access = "read" if closed and not reopened else "full"
        if ended.seen.access[name] != access:
            found.unaccounted.append(f"old access of {key}: it is {ended.seen.access[name]}")


def _reckon_steps(ended: Ended, reference: Ended, excused: set[str], found: Reckoning) -> None:
    """Planned is sent + refused + unknown + skipped, and planned is what the reference did."""
    ours, theirs = ended.look.steps, reference.look.steps
    for key in sorted(ours.keys() | theirs.keys()):
        if key in ours and ours[key].state not in FINAL:
            found.unaccounted.append(f"{key} was left {ours[key].state}")
        elif key not in theirs:
            found.duplicates.append(f"{key}: the reference run did no such thing")
        elif _person_of(key) in excused:
            continue
        elif key not in ours:
            found.unaccounted.append(f"{key} is missing")
        elif ours[key].state is not theirs[key].state:
            found.differences.append(f"{key}: {ours[key].state}, not {theirs[key].state}")


def _reckon_ends(ended: Ended, reference: Ended, excused: set[str], found: Reckoning) -> None:
    spared = {ended.look.people[p].entry.email.partition("@")[0] for p in excused if p != "-"}
    for what in ("accounts", "access"):
        ours, theirs = getattr(ended.seen, what), getattr(reference.seen, what)
        found.differences += [
            f"{what} of {name}: {ours.get(name)}, not {theirs.get(name)}"
            for name in sorted((ours.keys() | theirs.keys()) - spared)
            if ours.get(name) != theirs.get(name)
        ]
    for name, at in ended.look.phases.items():
        other = reference.look.phases[name]
        if (at.state, at.attempt, at.dates) != (other.state, other.attempt, other.dates):
            found.differences.append(f"{name} is {at.state}, not {other.state}")


def _is_done(look: Snapshot, key: str) -> bool:
    return look.steps[key].state is StepState.DONE


def _person_of(key: str) -> str:
    return key.split(":")[2]


def _name_of(look: Snapshot, key: str) -> str:
    return look.people[_person_of(key)].entry.email.partition("@")[0]
