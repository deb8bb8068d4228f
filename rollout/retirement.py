"""The interlock of the old system: what must hold before it is frozen, and before it goes."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.names import Severity
from config.plan import Phase, Plan
from rollout.calendar import local_day
from rollout.condition import Condition, Name
from rollout.dependents import SINCE_PROVED, attempted, clock_from, depending, quiet_on
from rollout.phases import DECOMMISSION, OVER, State
from rollout.schedule import freeze_from, notice_to_cancel_by
from rollout.snapshot import Snapshot
from rollout.steps import Kind, Step


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
    plan: Plan,
    snapshot: Snapshot,
    last_logins: Mapping[str, date] | None,
    now: datetime,
    *,
    attempts: Mapping[str, date] | None = None,
    lost_back_ups: Collection[str] = (),
) -> list[Condition]:
    """Give every condition, held or not.

    `last_logins`: day of the last log-in to the old system by address, from the plan's `logins`;
    None where the plan has none, and a person must confirm NOBODY_DEPENDS instead. `attempts`:
    day of the last attempt to log in, likewise; None where the plan has none. `lost_back_ups`:
    phases whose back-up is no longer there as it was made.
    """
    tried = attempted(plan, snapshot, attempts, now)
    found = [
        _phases(plan, snapshot),
        _adopted(plan, snapshot),
        *depending(plan, snapshot, last_logins, now),
        *([tried] if tried else []),
        _incidents(snapshot),
        _unknown(snapshot),
        _back_ups(plan, snapshot, lost_back_ups),
        _date(plan, snapshot, now),
    ]
    needed = plan.old_system.can_be_archived and snapshot.state(DECOMMISSION) in SINCE_PROVED
    return [*found, _archive(snapshot), *_keys(snapshot)] if needed else found


def _phases(plan: Plan, snapshot: Snapshot) -> Condition:
    open_ = [p.words for p in plan.phases if snapshot.state(p.name) not in OVER]
    skipped = len(plan.phases) - len(_kept(plan, snapshot))
    over = f"all {len(plan.phases)} phases passed"
    if skipped:
        over = f"{len(plan.phases) - skipped} passed, {skipped} skipped: nobody in it"
    return Condition(Name.PHASES, not open_, f"not passed: {', '.join(open_)}" if open_ else over)


def _kept(plan: Plan, snapshot: Snapshot) -> list[Phase]:
    """Give the phases that were not skipped."""
    return [p for p in plan.phases if snapshot.state(p.name) is not State.SKIPPED]


def _adopted(plan: Plan, snapshot: Snapshot) -> Condition:
    people = {p.key for p in snapshot.people.values() if p.in_scope}
    have, goal = len(people & snapshot.adopted), plan.decommission.after.adopted
    share = have / len(people) if people else 0.0
    holds = bool(people) and share >= goal
    sign = ">=" if holds else "<"
    words = f"adopted {have} of {len(people)} = {share:.1%} {sign} {goal:.0%}"
    return Condition(Name.ADOPTED, holds, words)


def _incidents(snapshot: Snapshot) -> Condition:
    bad = [i for i in snapshot.incidents if i.severity in (Severity.CRITICAL, Severity.MAJOR)]
    words = ", ".join(f"{i.severity} incident {i.id} is open" for i in bad)
    return Condition(Name.INCIDENTS, not bad, words or "no critical or major incident is open")


def _unknown(snapshot: Snapshot) -> Condition:
    count = len(snapshot.unknown())
    words = f"{count} effects of unknown fate: see `changeover unknown list`"
    return Condition(Name.UNKNOWN, not count, words if count else "every effect's fate is known")


def _back_ups(plan: Plan, snapshot: Snapshot, lost: Collection[str]) -> Condition:
    if not plan.old_system.url:
        return Condition(Name.BACK_UPS, holds=True, words="there is no database to back up")
    kept = _kept(plan, snapshot)
    missing = [p.words for p in kept if not snapshot.done(back_up_key(snapshot, p.name))]
    gone = [p.words for p in plan.phases if p.name in lost]
    said = [f"no back-up before: {', '.join(missing)}"] if missing else []
    said += [f"not there as it was made: the back-up before {', '.join(gone)}"] if gone else []
    words = "; ".join(said) or "a back-up for each phase, there as it was made"
    return Condition(Name.BACK_UPS, not said, words)


def back_up_key(snapshot: Snapshot, phase: str) -> str:
    """Give the key of the step that backs the old system up before a phase's present attempt."""
    at = snapshot.phases[phase]
    return Step(Kind.BACK_UP, phase, None, at.attempt, "-", at.since).key


def _date(plan: Plan, snapshot: Snapshot, now: datetime) -> Condition:
    earliest, today = freeze_on(plan, snapshot), local_day(now, plan.zone)
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


def _keys(snapshot: Snapshot) -> list[Condition]:
    """Say whose key has not shown yet that it opens the archive: to be seen while it cools off."""
    found = snapshot.archive
    if found is None or snapshot.state(DECOMMISSION) is not State.COOLING:
        return []
    waits = ", ".join(found.unopened)
    words = f"not shown yet for {waits}: `changeover archive opened WORD`"
    return [Condition(Name.KEYS, not waits, words if waits else "every key opens it")]


def freeze_on(plan: Plan, snapshot: Snapshot) -> date | None:
    """Give the first day the old system may be read-only.

    None while a phase has no dates, and where each was skipped.
    """
    ends = [snapshot.phases[p.name].dates.soak_ends_on for p in _kept(plan, snapshot)]
    known = [day for day in ends if day is not None]
    return freeze_from(plan, max(known)) if known and len(known) == len(ends) else None


def decommission_dates(plan: Plan, snapshot: Snapshot, today: date) -> DecommissionDates | None:
    """Give the days people are told of, none of them past; None while a phase has no dates.

    The decommission notice is due once this gives dates and a retire order is recorded.
    """
    begins = freeze_on(plan, snapshot)
    if begins is None:
        return None
    first = max(begins, today)
    return DecommissionDates(first, first + cooling_off(plan, snapshot), notice_to_cancel_by(plan))


def off_on(plan: Plan, snapshot: Snapshot, now: datetime) -> date | None:
    """Give the first day the old system may be off, as things stand; None where nobody can say.

    Somebody who tried to log in starts the cooling-off's clock anew, and holds the end up for the
    plan's idle days.
    """
    at, wait = snapshot.phases.get(DECOMMISSION), cooling_off(plan, snapshot)
    if at is None or at.state is State.RETIRED:
        return None
    quiet = quiet_on(plan, snapshot.attempted_on)
    if at.state is State.COOLING:
        clock = clock_from(plan, snapshot, snapshot.attempted_on)
        return max(local_day(clock + wait, plan.zone), quiet)
    begins, today = freeze_on(plan, snapshot), local_day(now, plan.zone)
    return None if begins is None else max(begins, today, quiet) + wait


def cooling_off(plan: Plan, snapshot: Snapshot) -> timedelta:
    """Give how long the old system stays frozen between approval and off."""
    own = plan.decommission.cooling_off
    return snapshot.ceremony.cooling_off if own is None else own


def digest(
    fingerprint: str,
    depending: list[str],
    seal: str | None = None,
    report: object = None,
    *,
    attempt: int = 1,
    terms: object = None,
) -> str:
    """Give what an approval is of: 64 hexadecimal digits over all that was looked at.

    `report` is what the restore showed, as JSON values; `attempt` that of the decommission, for
    what was approved before a thaw is used up; `terms` how it is done, as JSON values. Any change
    of any part gives another.
    """
    parts: dict[str, object] = {
        "fingerprint": fingerprint,
        "dependents": depending,
        "seal": seal,
        "report": report,
    }
    parts["attempt"] = attempt
    parts["terms"] = terms
    return _sha(json.dumps(parts, sort_keys=True, ensure_ascii=False))


def _sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
