"""Who looks after the archive once the old system is off, and when they open it, year by year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from config.archive import Keeper
from config.names import Notice
from config.plan import Plan
from rollout.calendar import country_of, local_day, next_working
from rollout.invited import Invited
from rollout.officials import official_key
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import Snapshot
from rollout.steps import Step, StepState

KIND = f"notice.{Notice.KEEPER}"
TAKEN_BACK = f"notice.{Notice.KEEPER_CHANGE}"
TIMES_AT_MOST = 99
"""How often the same person may be asked to keep the archive, and let off again."""
_REACHED = frozenset({StepState.DONE, StepState.UNKNOWN})
"""Fates of an invitation that may be in a calendar."""


@dataclass(frozen=True, slots=True)
class KeeperMail:
    """A mail to who keeps the archive, or to who kept it until now."""

    step: Step
    to: Keeper | Invited
    """Who is to keep it; or what was sent to somebody who does no longer."""


def keeper_mails(plan: Plan, snapshot: Snapshot, now: datetime) -> list[KeeperMail]:
    """Give the mails that hand the archive over, once the old system is off, and take it back.

    Each is sent once. Whoever keeps it again after somebody else did is asked anew.
    """
    end = snapshot.phases.get(DECOMMISSION)
    off = end is not None and end.state is State.RETIRED
    if end is None or not off or snapshot.archive is None or snapshot.paused:
        return []
    keeper = plan.decommission.archive.keeper
    found = [*_taken_back(snapshot, keeper, end.attempt, local_day(now, plan.zone), now)]
    if keeper is not None:
        step = _asking(snapshot, keeper, end.attempt, now)
        if not snapshot.over(step.key):
            found.append(KeeperMail(step, keeper))
    return found


def _taken_back(
    snapshot: Snapshot, keeper: Keeper | None, attempt: int, today: date, now: datetime
) -> Iterator[KeeperMail]:
    for sent in snapshot.keepers:
        fate = snapshot.steps.get(sent.step)
        stays = keeper is not None and official_key(keeper.email) == official_key(sent.address)
        if stays or fate is None or fate.state not in _REACHED or sent.until < today:
            continue
        occurrence = sent.step.rpartition(":")[2]
        step = _back(official_key(sent.address), attempt, occurrence, now)
        if not snapshot.over(step.key):
            yield KeeperMail(step, sent)


def _asking(snapshot: Snapshot, keeper: Keeper, attempt: int, now: datetime) -> Step:
    """Give the step of the first mail to a keeper that was not taken back."""
    key = official_key(keeper.email)
    for number in range(1, TIMES_AT_MOST):
        occurrence = "-" if number == 1 else str(number)
        if not snapshot.over(_back(key, attempt, occurrence, now).key):
            break
    return Step(KIND, DECOMMISSION, key, attempt, occurrence, now)


def _back(key: str, attempt: int, occurrence: str, now: datetime) -> Step:
    return Step(TAKEN_BACK, DECOMMISSION, key, attempt, occurrence, now)


def first_opening(plan: Plan, snapshot: Snapshot) -> date | None:
    """Give the first of the yearly days: a working day, a year after the old system went off.

    None where the archive need not be kept so long.
    """
    until = plan.decommission.archive.keep_until
    off_on = local_day(snapshot.phases[DECOMMISSION].since, plan.zone)
    try:
        a_year_on = off_on.replace(year=off_on.year + 1)
    except ValueError:  # 29 February
        a_year_on = date(off_on.year + 1, 3, 1)
    country = country_of(plan.zone)
    first = next_working(a_year_on, {country} if country else set())
    return None if until is None or first > until else first
