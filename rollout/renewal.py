"""The old system's subscription: the last day to give notice, and what a slip past it costs."""

from dataclasses import dataclass
from datetime import date, datetime

from config.plan import Plan
from rollout.calendar import local_day
from rollout.phases import DECOMMISSION, State
from rollout.retirement import off_on
from rollout.schedule import notice_to_cancel_by
from rollout.snapshot import Snapshot

NOTICE_GIVEN = f"{DECOMMISSION}/notice-given"
"""What a person confirms once the subscription is cancelled; it ends the countdown."""
SOON_DAYS = 30
"""So many days before the last day to give notice a person is asked for it."""


@dataclass(frozen=True, slots=True)
class Countdown:
    """Where the cancelling of a subscription stands on a day."""

    by: date
    """Last day to give notice."""
    renews: date
    days_left: int
    """To that day; below zero once it is past."""
    given: bool
    """Whether somebody confirmed that notice was given."""
    slip_days: int
    """Days from the renewal to the first day the old system may be off; 0 where it is off by
    then, or nobody can say."""
    costs: str
    """What a renewal costs, in words; empty where the plan does not say."""


def countdown(plan: Plan, snapshot: Snapshot, now: datetime) -> Countdown | None:
    """Count down to the last day; None where there is no subscription, or the system is off."""
    by, renews = notice_to_cancel_by(plan), plan.old_system.renews
    end = snapshot.phases.get(DECOMMISSION)
    gone = end is not None and end.state is State.RETIRED
    given = NOTICE_GIVEN in snapshot.confirmed
    if by is None or renews is None or (gone and given):
        return None
    off, costs = off_on(plan, snapshot, now), plan.old_system.renewal_costs
    return Countdown(
        by=by,
        renews=renews,
        days_left=(by - local_day(now, plan.zone)).days,
        given=given,
        slip_days=max(0, (off - renews).days) if off else 0,
        costs=f"{costs.amount:,} {costs.currency}" if costs else "",
    )


def countdown_words(plan: Plan, snapshot: Snapshot, now: datetime) -> str:
    """Say it in one line for reports and screens; empty where there is nothing to count."""
    at = countdown(plan, snapshot, now)
    if at is None:
        return ""
    name, price = plan.old_system.name, f" for {at.costs}" if at.costs else ""
    slip = (
        f"; it cannot be off before {_day(_off(at))}, {_days(at.slip_days)} after it renews"
        if at.slip_days
        else ""
    )
    if at.given:
        kept = f"; renewing it costs {at.costs}" if slip and at.costs else ""
        return f"notice given, {name} ends on {_day(at.renews)}{slip}{kept}"
    if at.days_left >= 0:
        left = "today" if at.days_left == 0 else f"{_days(at.days_left)} left"
        told = f"cancel {name} by {_day(at.by)} ({left}), or it renews"
    else:
        late = _days(-at.days_left)
        told = f"the last day to cancel {name} was {_day(at.by)}, {late} ago: it renews"
    return f"{told} on {_day(at.renews)}{price}{slip}"


def is_pressing(plan: Plan, snapshot: Snapshot, now: datetime) -> bool:
    """Whether a person should see to it now: the last day is near or past, and no notice given."""
    at = countdown(plan, snapshot, now)
    return at is not None and not at.given and at.days_left <= SOON_DAYS


def _off(at: Countdown) -> date:
    return date.fromordinal(at.renews.toordinal() + at.slip_days)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
