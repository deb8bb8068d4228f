"""Who looks after the archive once the old system is off, and when they open it, year by year."""

from datetime import date, datetime

from config.archive import Keeper
from config.names import Notice
from config.plan import Plan
from rollout.calendar import country_of, local_day, next_working
from rollout.officials import official_key
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import Snapshot
from rollout.steps import Step

KIND = f"notice.{Notice.KEEPER}"


def keeper_step(plan: Plan, snapshot: Snapshot, now: datetime) -> tuple[Step, Keeper] | None:
    """Give the mail that hands the archive over, once the old system is off; None once it went."""
    keeper, end = plan.decommission.archive.keeper, snapshot.phases.get(DECOMMISSION)
    off = end is not None and end.state is State.RETIRED
    if keeper is None or end is None or not off or snapshot.archive is None or snapshot.paused:
        return None
    step = Step(KIND, DECOMMISSION, official_key(keeper.email), end.attempt, "-", now)
    return None if snapshot.over(step.key) else (step, keeper)


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
