"""The interlock of the old system: what must hold before it is frozen, and before it goes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from config.names import Severity
from config.plan import Plan
from rollout.calendar import local_day
from rollout.phases import DECOMMISSION, State
from rollout.schedule import freeze_from, notice_to_cancel_by
from rollout.snapshot import Snapshot
from rollout.steps import Kind, Step

NOBODY_DEPENDS = f"{DECOMMISSION}/nobody-depends"
"""What a person confirms where the plan has no `logins` to look at."""

_SHOWN_AT_MOST = 10


class Name(StrEnum):
    """The conditions."""

    PHASES = "phases"
    ADOPTED = "adopted"
    LOG_INS = "log-ins"
    EXCLUDED = "excluded"
    JOINERS = "joiners"
    INCIDENTS = "incidents"
    UNKNOWN = "unknown"
    BACK_UPS = "back-ups"
    DATE = "date"
    ARCHIVE = "archive"


DEPENDING = frozenset({Name.LOG_INS, Name.EXCLUDED, Name.JOINERS})
"""Conditions that say whether anybody still depends on the old system."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold, with its reason in numbers."""

    name: Name
    holds: bool
    words: str


@dataclass(frozen=True, slots=True)
class DecommissionDates:
    """The days people are told of."""

    freeze_on: date
    """First day the old system may be read-only."""
    off_on: date
    """First day it may be off: the cooling-off is over."""
    cancel_by: date | None
    """Last day to cancel its subscription; None where it has none."""


def conditions(
    plan: Plan, snapshot: Snapshot, last_logins: Mapping[str, date] | None, now: datetime
) -> list[Condition]:
    """Give every condition, held or not.

    `last_logins`: day of the last log-in to the old system by address, from the plan's `logins`;
    None where the plan has none, and a person must confirm NOBODY_DEPENDS instead.
    """
    found = [
        _phases(plan, snapshot),
        _adopted(plan, snapshot),
        _log_ins(plan, snapshot, last_logins, now),
        _excluded(snapshot),
        _joiners(snapshot),
        _incidents(snapshot),
        _unknown(snapshot),
        _back_ups(plan, snapshot),
        _date(plan, snapshot, now),
    ]
    needed = plan.old_system.url and snapshot.state(DECOMMISSION) in _NEEDING_ARCHIVE
    return [*found, _archive(snapshot)] if needed else found


_NEEDING_ARCHIVE = frozenset({State.PROVED, State.COOLING})


def _phases(plan: Plan, snapshot: Snapshot) -> Condition:
    open_ = [p.words for p in plan.phases if snapshot.state(p.name) is not State.PASSED]
    words = f"not passed: {', '.join(open_)}" if open_ else f"all {len(plan.phases)} phases passed"
    return Condition(Name.PHASES, not open_, words)


def _adopted(plan: Plan, snapshot: Snapshot) -> Condition:
    people = {p.key for p in snapshot.people.values() if p.in_scope}
    have, goal = len(people & snapshot.adopted), plan.decommission.after.adopted
    share = have / len(people) if people else 0.0
    holds = bool(people) and share >= goal
    sign = ">=" if holds else "<"
    words = f"adopted {have} of {len(people)} = {share:.1%} {sign} {goal:.0%}"
    return Condition(Name.ADOPTED, holds, words)


def _log_ins(
    plan: Plan, snapshot: Snapshot, last_logins: Mapping[str, date] | None, now: datetime
) -> Condition:
    if last_logins is None:
        holds = NOBODY_DEPENDS in snapshot.confirmed
        missing = f"the plan has no `logins` to look at: confirm {NOBODY_DEPENDS}"
        return Condition(Name.LOG_INS, holds, "confirmed by a person" if holds else missing)
    recent = logged_in(plan, snapshot, last_logins, now)
    days = plan.decommission.idle_days
    if not recent:
        return Condition(Name.LOG_INS, holds=True, words=f"no log-in within {days} days")
    words = f"{len(recent)} logged in within {days} days or since it was frozen: {_keys(recent)}"
    return Condition(Name.LOG_INS, holds=False, words=words)


def logged_in(
    plan: Plan, snapshot: Snapshot, last_logins: Mapping[str, date], now: datetime
) -> list[str]:
    """Give who logged in to the old system of late: keys, or `unknown-` and a hash of the address.

    Of late: within the plan's idle days, or on a day after the present state of the decommission
    began once it is proved, so that a log-in between two distant looks is not missed.
    """
    at = snapshot.phases[DECOMMISSION]
    keys = {p.entry.email.lower(): p.key for p in snapshot.people.values()}
    after = local_day(now, plan.zone) - timedelta(days=plan.decommission.idle_days)
    if at.state in _NEEDING_ARCHIVE:
        after = min(after, local_day(at.since, plan.zone))
    recent = (email for email, day in last_logins.items() if day > after)
    return sorted(keys.get(email, f"unknown-{_sha(email)[:8]}") for email in recent)


def _excluded(snapshot: Snapshot) -> Condition:
    keys = sorted(p.key for p in snapshot.people.values() if p.excluded and p.left_on is None)
    words = f"{len(keys)} left out of the rollout stay on it: {_keys(keys)}" if keys else "nobody"
    return Condition(Name.EXCLUDED, not keys, words)


def _joiners(snapshot: Snapshot) -> Condition:
    keys = _without_account(snapshot)
    words = f"{len(keys)} have no open account in the new tool: {_keys(keys)}"
    return Condition(Name.JOINERS, not keys, words if keys else "everybody has an open account")


def _without_account(snapshot: Snapshot) -> list[str]:
    people = (p.key for p in snapshot.people.values() if p.in_scope)
    accounts = snapshot.accounts
    return sorted(k for k in people if k not in accounts or not accounts[k].active)


def _incidents(snapshot: Snapshot) -> Condition:
    bad = [i for i in snapshot.incidents if i.severity in (Severity.CRITICAL, Severity.MAJOR)]
    words = ", ".join(f"{i.severity} incident {i.id} is open" for i in bad)
    return Condition(Name.INCIDENTS, not bad, words or "no critical or major incident is open")


def _unknown(snapshot: Snapshot) -> Condition:
    count = len(snapshot.unknown())
    words = f"{count} effects of unknown fate: see `changeover unknown list`"
    return Condition(Name.UNKNOWN, not count, words if count else "every effect's fate is known")


def _back_ups(plan: Plan, snapshot: Snapshot) -> Condition:
    if not plan.old_system.url:
        return Condition(Name.BACK_UPS, holds=True, words="there is no database to back up")
    missing = [p.words for p in plan.phases if not snapshot.done(_back_up_key(snapshot, p.name))]
    words = f"no back-up before: {', '.join(missing)}" if missing else "a back-up for each phase"
    return Condition(Name.BACK_UPS, not missing, words)


def _back_up_key(snapshot: Snapshot, phase: str) -> str:
    at = snapshot.phases[phase]
    return Step(Kind.BACK_UP, phase, None, at.attempt, "-", at.since).key


def _date(plan: Plan, snapshot: Snapshot, now: datetime) -> Condition:
    earliest, today = _freeze_on(plan, snapshot), local_day(now, plan.zone)
    if earliest is None:
        return Condition(Name.DATE, holds=False, words="the last phase has no date yet")
    if plan.decommission.begins == "at-once":
        return Condition(Name.DATE, holds=True, words="at once, where everything else holds")
    sign = ">=" if today >= earliest else "<"
    return Condition(Name.DATE, today >= earliest, f"{today} {sign} {earliest}, its first day")


def _archive(snapshot: Snapshot) -> Condition:
    found = snapshot.archive
    if found is None:
        return Condition(Name.ARCHIVE, holds=False, words="there is no archive")
    words = f"seal {found.seal[:16]}, {'restored and equal' if found.proved else 'NOT PROVED'}"
    return Condition(Name.ARCHIVE, found.proved and bool(found.seal), words)


def _freeze_on(plan: Plan, snapshot: Snapshot) -> date | None:
    ends = [snapshot.phases[p.name].dates.soak_ends_on for p in plan.phases]
    known = [day for day in ends if day is not None]
    return freeze_from(plan, max(known)) if len(known) == len(ends) else None


def decommission_dates(plan: Plan, snapshot: Snapshot) -> DecommissionDates | None:
    """Give the days people are told of; None while a phase has no dates.

    The decommission notice is due once this gives dates and a retire order is recorded.
    """
    freeze_on = _freeze_on(plan, snapshot)
    if freeze_on is None:
        return None
    return DecommissionDates(
        freeze_on, freeze_on + cooling_off(plan, snapshot), notice_to_cancel_by(plan)
    )


def cooling_off(plan: Plan, snapshot: Snapshot) -> timedelta:
    """Give how long the old system stays frozen between approval and off."""
    own = plan.decommission.cooling_off
    return snapshot.ceremony.cooling_off if own is None else own


def dependents(
    plan: Plan, snapshot: Snapshot, last_logins: Mapping[str, date] | None, now: datetime
) -> list[str]:
    """Give everybody who still depends on the old system, by key."""
    excluded = {p.key for p in snapshot.people.values() if p.excluded and p.left_on is None}
    recent = logged_in(plan, snapshot, last_logins or {}, now)
    return sorted(excluded.union(recent, _without_account(snapshot)))


def digest(
    fingerprint: str,
    depending: list[str],
    seal: str | None = None,
    report: object = None,
    *,
    attempt: int = 1,
) -> str:
    """Give what an approval is of: 64 hexadecimal digits over all that was looked at.

    `report` is what the restore showed, as JSON values; `attempt` that of the decommission, for
    what was approved before a thaw is used up. Any change of any part gives another.
    """
    parts: dict[str, object] = {
        "fingerprint": fingerprint,
        "dependents": depending,
        "seal": seal,
        "report": report,
    }
    parts["attempt"] = attempt
    return _sha(json.dumps(parts, sort_keys=True, ensure_ascii=False))


def _keys(keys: list[str]) -> str:
    more = f" and {len(keys) - _SHOWN_AT_MOST} more" if len(keys) > _SHOWN_AT_MOST else ""
    return ", ".join(keys[:_SHOWN_AT_MOST]) + more


def _sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
