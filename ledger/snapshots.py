"""Filling a snapshot: everything planning may know, read at one moment."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from config.plan import Plan
from ledger import archive_keys, attempts, keepers, people, phases, probes, records
from ledger.columns import OF
from ledger.door import Door
from ledger.evidence_tables import answer, archived, attendance, decision
from ledger.tables import rollout, step
from rollout.fates import Fates
from rollout.quarters import last_asked
from rollout.snapshot import AccountNow, ArchiveNow, Snapshot
from rollout.steps import StepNow, StepState

_WHOLE = select(rollout).where(rollout.c.name == OF)
_STEPS = select(step.c.key, step.c.state, step.c.at, step.c.detail).where(step.c.rollout == OF)
_TRAINED = select(attendance.c.person).where(attendance.c.rollout == OF, attendance.c.attended)
_LAST_ANSWERS = (
    select(answer.c.person, func.max(answer.c.at))
    .where(answer.c.rollout == OF, answer.c.person.is_not(None))
    .group_by(answer.c.person)
)
_NEWEST = select(decision.c.phase, decision.c.document).where(
    decision.c.rollout == OF,
    decision.c.id.in_(
        select(func.max(decision.c.id)).where(decision.c.rollout == OF).group_by(decision.c.phase)
    ),
)
_ARCHIVE = select(archived).where(archived.c.rollout == OF).order_by(archived.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of a rollout as a whole."""

    name: str
    plan: str
    """The plan's text, as it was applied."""
    digest: str
    folder: str
    rehearsal: bool
    only_to: str | None
    paused_at: datetime | None
    paused_by: str | None
    pause_reason: str | None
    ticked_at: datetime | None


class UnknownRolloutError(Exception):
    """No such rollout is recorded. The message says how to record one."""


def recorded(tx: Connection, name: str) -> Recorded:
    """Give a rollout's record; UnknownRolloutError where there is none."""
    r = tx.execute(_WHOLE, {OF.key: name}).first()
    if r is None:
        msg = f"no rollout {name} is recorded in this ledger; `changeover apply` records one"
        raise UnknownRolloutError(msg)
    return Recorded(**{f: getattr(r, f) for f in Recorded.__dataclass_fields__})


class Looks:
    """The newest snapshot of one rollout, filled again only where its ledger may have changed."""

    def __init__(self) -> None:
        """Begin with none."""
        self._last: tuple[object, Snapshot] | None = None

    def look(self, door: Door, plan: Plan) -> Snapshot:
        """Give the rollout as it is now."""
        with door.engine.connect() as bare:  # no transaction, to learn that nothing has changed
            if self._last is not None and self._last[0] == door.state(bare):
                return self._last[1]
        with door.read() as tx:
            # The state first: what is read after it is at least as new as it says.
            state = door.state(tx)
            last = self._last
            if last is None or last[0] != state:
                known = last[1] if last else None
                last = self._last = (state, snapshot(tx, plan, known))
        return last[1]


def snapshot(tx: Connection, plan: Plan, known: Snapshot | None = None) -> Snapshot:
    """Fill the snapshot of a rollout in the caller's transaction.

    People and accounts that are as in a `known` one are the same objects, for they are many.
    """
    name = plan.rollout
    whole = recorded(tx, name)
    accounts = people.accounts(tx, name, known.accounts if known else {})
    newest = _newest(tx, name)
    steps = _steps(tx, name)
    return Snapshot(
        rollout=name,
        rehearsal=whole.rehearsal,
        paused=whole.paused_at is not None,
        people=people.everyone(tx, name, known.people if known else {}),
        phases=phases.standing(tx, name),
        steps=steps,
        accounts=accounts,
        only_to=whole.only_to,
        confirmed=records.confirmed(tx, name),
        incidents=records.open_incidents(tx, name),
        orders=records.open_orders(tx, name),
        approvals=records.approvals(tx, name),
        adopted=_adopted(newest),
        trained=_trained(tx, name),
        answered=_answered(tx, name, accounts),
        asked=last_asked(steps),
        archive=_archive(tx, name),
        keepers=keepers.every(tx, name),
        signer=archive_keys.newest(tx, name),
        unapproved=_unapproved(newest),
        probe=probes.newest(tx, name),
        attempted_on=attempts.newest(tx, name),
    )


AT_ONCE = {"yield_per": 10_000}
"""Rows of steps in memory at once; a large rollout has a million."""
_STATES = {str(state): state for state in StepState}


def _steps(tx: Connection, name: str) -> Fates:
    rows = tx.execute(_STEPS, {OF.key: name}, execution_options=AT_ONCE)
    return Fates(_fates(rows.tuples()))


def _fates(rows: Iterable[tuple[str, str, datetime, str]]) -> Iterator[tuple[str, StepNow]]:
    # Most steps are alike but for their key: each kind of fate is made once.
    made: dict[object, StepNow] = {}
    for key, state, at, detail in rows:
        fate = (state, at, detail)
        now = made.get(fate)
        if now is None:
            now = made[fate] = StepNow(_STATES[state], at, detail)
        yield key, now


def _trained(tx: Connection, name: str) -> frozenset[str]:
    return frozenset(tx.execute(_TRAINED, {OF.key: name}).scalars())


def _answered(tx: Connection, name: str, accounts: Mapping[str, AccountNow]) -> frozenset[str]:
    """People who answered since they were activated: the baseline is no answer to the phase."""
    last = tx.execute(_LAST_ANSWERS, {OF.key: name}).all()
    began = {key: account.activated_on for key, account in accounts.items()}
    return frozenset(who for who, at in last if (day := began.get(who)) and at.date() > day)


def _newest(tx: Connection, name: str) -> dict[str, dict[str, Any]]:
    """Give the document of each phase's newest decision."""
    return dict(tx.execute(_NEWEST, {OF.key: name}).tuples().all())


def _adopted(newest: Mapping[str, dict[str, Any]]) -> frozenset[str]:
    """People the newest decision of each phase counts as adopters."""
    return frozenset(key for d in newest.values() for key in d.get("adopters", []))


def _unapproved(newest: Mapping[str, dict[str, Any]]) -> frozenset[str]:
    found = {p: d.get("decision", {}).get("verdict", {}) for p, d in newest.items()}
    return frozenset(p for p, verdict in found.items() if verdict.get("because") == "approval")


def _archive(tx: Connection, name: str) -> ArchiveNow | None:
    r = tx.execute(_ARCHIVE, {OF.key: name}).first()
    if r is None:
        return None
    opened = archive_keys.opened(tx, name, r.seal)
    keys = {key["name"]: key["id"] for key in r.report.get("keys", ())}
    return ArchiveNow(
        r.path,
        r.seal,
        r.proved,
        r.made_at,
        r.report.get("signer"),
        tuple(keys),
        frozenset(who for who, key in keys.items() if key in opened),
        r.report.get("copy"),
    )
