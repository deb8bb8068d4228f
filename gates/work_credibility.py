"""Whether readings of the work can be believed: numbers that cannot be, and nothing to judge."""

from collections.abc import Callable
from typing import Any

from config.names import Metric
from gates.work_readings import (
    AccountsReading,
    ActiveDailyReading,
    CompletingReading,
    DependentsReading,
    ImpactReading,
    MeasureReading,
    SupportReading,
    WorkflowsReading,
    WorkMovedReading,
)


def more(some: int, what: str, of: int) -> str:
    """Say that there are more than can be; nothing where there are not."""
    return f"{some} {what} of only {of}" if some > of else ""


def _accounts(reading: AccountsReading) -> str:
    return more(reading.opened, "accounts", reading.cohort)


def _active_daily(reading: ActiveDailyReading) -> str:
    return more(max(reading.active, default=0), "active", reading.cohort)


def _completing(reading: CompletingReading) -> str:
    return more(reading.completed, "who completed workflows", reading.cohort)


def _dependents(reading: DependentsReading) -> str:
    moved = more(reading.moved, "moved", reading.cohort)
    return moved or more(len(reading.dependents), "dependents", reading.moved)


def _impact(reading: ImpactReading) -> str:
    return next(filter(None, map(_muddled, reading.measures)), "")


def _muddled(measure: MeasureReading) -> str:
    """Say what cannot be of an effect: an estimate outside its interval, or half of one."""
    for ends in (
        (measure.low, measure.change, measure.high),
        (measure.share_low, measure.share, measure.share_high),
    ):
        known = [end for end in ends if end is not None]
        if len(known) not in {0, 3} or known != sorted(known):
            return f"{measure.name}: an interval from {ends[0]} by {ends[1]} to {ends[2]}"
    return ""


IMPOSSIBLE: dict[Metric, Callable[[Any], str]] = {
    Metric.ACCOUNTS: _accounts,
    Metric.ACTIVE_DAILY: _active_daily,
    Metric.COMPLETING: _completing,
    Metric.DEPENDENTS: _dependents,
    Metric.IMPACT: _impact,
}
"""Says what a reading's numbers cannot be; empty where they can."""


def _nobody_moved(reading: DependentsReading) -> str:
    if not reading.cohort:
        return NOBODY
    return "" if reading.moved else "nobody of this phase has moved"


def _no_workflows(reading: WorkflowsReading) -> str:
    return "" if reading.tried else "the plan names no key workflows"


def _no_work(reading: WorkMovedReading) -> str:
    none = not reading.new + reading.old
    return "no work was recorded in either system in the last 7 days" if none else ""


def _no_hours(reading: SupportReading) -> str:
    if not reading.cohort:
        return NOBODY
    return "" if reading.tiers else "no tier of support has hours to compare with"


def _no_measures(reading: ImpactReading) -> str:
    return "" if reading.measures else "the plan names no measures"


NOBODY = "nobody is in this phase"

MISSING: dict[Metric, Callable[[Any], str]] = {
    Metric.WORKFLOWS: _no_workflows,
    Metric.WORK_MOVED: _no_work,
    Metric.DEPENDENTS: _nobody_moved,
    Metric.SUPPORT: _no_hours,
    Metric.IMPACT: _no_measures,
    Metric.CHECKLIST: lambda _: "",
}
"""Says that there is nothing to judge; a metric that is not here needs a cohort."""
