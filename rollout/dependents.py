"""Who and what still depends on the old system."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from config.plan import Plan
from rollout.calendar import local_day
from rollout.condition import Condition, Name
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import Snapshot

NOBODY_DEPENDS = f"{DECOMMISSION}/nobody-depends"
"""What a person confirms where the plan has no `logins` to look at."""

SINCE_PROVED = frozenset({State.PROVED, State.COOLING})
"""States in which everything since they began counts, however long ago that was."""

_SHOWN_AT_MOST = 10


def moved_item(integration: str) -> str:
    """Name what a person confirms once an integration has moved to the new tool."""
    return f"{DECOMMISSION}/moved-{integration}"


def depending(
    plan: Plan, snapshot: Snapshot, last_logins: Mapping[str, date] | None, now: datetime
) -> list[Condition]:
    """Give the conditions that say whether anybody or anything still depends on it."""
    return [
        _log_ins(plan, snapshot, last_logins, now),
        _excluded(snapshot),
        _joiners(snapshot),
        _integrations(plan, snapshot),
    ]


def dependents(
    plan: Plan, snapshot: Snapshot, last_logins: Mapping[str, date] | None, now: datetime
) -> list[str]:
    """Give everybody and everything that still depends on the old system, by key."""
    recent = logged_in(plan, snapshot, last_logins or {}, now)
    named = (f"integration-{name}" for name in _not_moved(plan, snapshot))
    return sorted({*_left_out(snapshot), *recent, *_without_account(snapshot), *named})


def logged_in(
    plan: Plan, snapshot: Snapshot, last_logins: Mapping[str, date], now: datetime
) -> list[str]:
    """Give who logged in to the old system of late: keys, or `unknown-` and a hash of the address.

    Of late: within the plan's idle days, or on a day after the present state of the decommission
    began once it is proved, so that a log-in between two distant looks is not missed.
    """
    at = snapshot.phases[DECOMMISSION]
    after = local_day(now, plan.zone) - timedelta(days=plan.decommission.idle_days)
    if at.state in SINCE_PROVED:
        after = min(after, local_day(at.since, plan.zone))
    return keys_of(snapshot, [email for email, day in last_logins.items() if day > after])


def tried(plan: Plan, snapshot: Snapshot, attempts: Mapping[str, date], now: datetime) -> list[str]:
    """Give who tried to log in within the plan's idle days: keys, as `logged_in` does."""
    after = local_day(now, plan.zone) - timedelta(days=plan.decommission.idle_days)
    return keys_of(snapshot, [email for email, day in attempts.items() if day > after])


def attempted(
    plan: Plan, snapshot: Snapshot, attempts: Mapping[str, date] | None, now: datetime
) -> Condition | None:
    """Say whether anybody tried to log in of late; None where the plan has no `attempts`."""
    if attempts is None:
        return None
    recent, days = tried(plan, snapshot, attempts, now), plan.decommission.idle_days
    if not recent:
        return Condition(Name.ATTEMPTS, holds=True, words=f"no attempt within {days} days")
    words = f"{len(recent)} tried to log in within {days} days, help them: {shown(recent)}"
    return Condition(Name.ATTEMPTS, holds=False, words=words)


def clock_from(plan: Plan, snapshot: Snapshot, attempted_on: date | None) -> datetime:
    """Give when the cooling-off's clock began: anew after the last day on which anybody tried."""
    began = snapshot.phases[DECOMMISSION].since
    if attempted_on is None or attempted_on < local_day(began, plan.zone):
        return began
    # The attempt is known by its day alone: the clock begins when that is over.
    midnight = datetime.combine(attempted_on + timedelta(days=1), time(), ZoneInfo(plan.zone))
    return max(began, midnight.astimezone(UTC))


def quiet_on(plan: Plan, attempted_on: date | None) -> date:
    """Give the first day on which an attempt to log in is so long ago that it holds up nothing."""
    if attempted_on is None:
        return date.min
    return attempted_on + timedelta(days=plan.decommission.idle_days)


def keys_of(snapshot: Snapshot, addresses: Collection[str]) -> list[str]:
    """Give the people of addresses by key; a stranger as `unknown-` and a hash of the address."""
    keys = {p.entry.email.lower(): p.key for p in snapshot.people.values()}
    return sorted(keys.get(email, f"unknown-{_hash(email)}") for email in addresses)


def shown(keys: list[str]) -> str:
    """Name the first of some keys, and how many more there are."""
    more = f" and {len(keys) - _SHOWN_AT_MOST} more" if len(keys) > _SHOWN_AT_MOST else ""
    return ", ".join(keys[:_SHOWN_AT_MOST]) + more


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
    words = f"{len(recent)} logged in within {days} days or since it was frozen: {shown(recent)}"
    return Condition(Name.LOG_INS, holds=False, words=words)


def _excluded(snapshot: Snapshot) -> Condition:
    keys = _left_out(snapshot)
    words = f"{len(keys)} left out of the rollout stay on it: {shown(keys)}"
    return Condition(Name.EXCLUDED, not keys, words if keys else "nobody was left out")


def _left_out(snapshot: Snapshot) -> list[str]:
    return sorted(p.key for p in snapshot.people.values() if p.excluded and p.left_on is None)


def _joiners(snapshot: Snapshot) -> Condition:
    keys = _without_account(snapshot)
    words = f"{len(keys)} have no open account in the new tool: {shown(keys)}"
    return Condition(Name.JOINERS, not keys, words if keys else "everybody has an open account")


def _without_account(snapshot: Snapshot) -> list[str]:
    people = (p.key for p in snapshot.people.values() if p.in_scope)
    accounts = snapshot.accounts
    return sorted(k for k in people if k not in accounts or not accounts[k].active)


def _integrations(plan: Plan, snapshot: Snapshot) -> Condition:
    named = plan.old_system.integrations
    if not named:
        return Condition(Name.INTEGRATIONS, holds=True, words="the plan names no integration")
    left = _not_moved(plan, snapshot)
    if not left:
        return Condition(Name.INTEGRATIONS, holds=True, words=f"all {len(named)} have moved")
    waits = ", ".join(f"{named[name]} (confirm {moved_item(name)})" for name in left)
    return Condition(Name.INTEGRATIONS, holds=False, words=f"not moved yet: {waits}")


def _not_moved(plan: Plan, snapshot: Snapshot) -> list[str]:
    return [n for n in plan.old_system.integrations if moved_item(n) not in snapshot.confirmed]


def _hash(words: str) -> str:
    return sha256(words.encode()).hexdigest()[:8]
