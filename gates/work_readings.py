"""Readings of the work itself: who does it where, what support it costs, what moving did."""

from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from config.names import Metric
from config.values import Part
from gates.measured import Measured, Number


class AccountsReading(Measured):
    """People of the cohort whose account is open now; source: the ledger's accounts."""

    metric: Literal[Metric.ACCOUNTS] = Metric.ACCOUNTS
    opened: NonNegativeInt
    """People whose account is open."""
    missing: tuple[str, ...] = ()
    """Keys of the others."""


class ActiveDailyReading(Measured):
    """People active on each of the last seven days, up to yesterday; source: activity."""

    metric: Literal[Metric.ACTIVE_DAILY] = Metric.ACTIVE_DAILY
    active: tuple[NonNegativeInt, ...] = Field(max_length=7)
    """People a day, oldest day first."""

    @property
    def mean(self) -> float:
        """People active on a working day: the mean of the five fullest days."""
        return sum(sorted(self.active)[-WORKING_DAYS:]) / WORKING_DAYS


WORKING_DAYS = 5


class CompletingReading(Measured):
    """People who completed key workflows from their activation to yesterday; source: workflows."""

    metric: Literal[Metric.COMPLETING] = Metric.COMPLETING
    completed: NonNegativeInt
    """People who completed one of them, or all, as the criterion asks."""
    missing: tuple[str, ...] = ()
    """Keys of the others."""


class Tried(Part):
    """How many different people completed a workflow."""

    workflow: str
    """Its name."""
    people: NonNegativeInt
    """How many different ones."""


class WorkflowsReading(Measured):
    """Different people who completed each key workflow, of any phase, up to yesterday.

    Source: workflows.
    """

    metric: Literal[Metric.WORKFLOWS] = Metric.WORKFLOWS
    tried: tuple[Tried, ...]
    """Each key workflow."""
    phases_after: NonNegativeInt
    """Phases still to come: it is asked once there is one, or none."""


class WorkMovedReading(Measured):
    """Work the cohort did in the last seven days in either system, in completed workflows.

    Sources: workflows and old_work.
    """

    metric: Literal[Metric.WORK_MOVED] = Metric.WORK_MOVED
    new: Number = Field(ge=0)
    """Pieces of work in the new system."""
    old: Number = Field(ge=0)
    """Pieces of work in the old one."""


class DependentsReading(Measured):
    """People of the cohort who logged in to the old system after the day they moved.

    Within the criterion's days, up to today; source: old_logins, which has the last log-in alone.
    """

    metric: Literal[Metric.DEPENDENTS] = Metric.DEPENDENTS
    moved: NonNegativeInt
    """People of the cohort who have moved."""
    dependents: tuple[str, ...] = ()
    """Their keys."""


class TierLoad(Part):
    """What a tier of support had to do in the launch week, and what it can."""

    tier: PositiveInt
    """Its number; 1 is the first."""
    tickets: NonNegativeInt
    """Opened in the launch week by the cohort; those without a tier are of the first counted."""
    minutes: PositiveInt
    """What a ticket takes."""
    hours: Number = Field(gt=0)
    """What the tier has a week."""


class SupportReading(Measured):
    """Tickets of the cohort's launch week, by tier, and how many people move next.

    Sources: tickets, people, and the plan's tiers and phases.
    """

    metric: Literal[Metric.SUPPORT] = Metric.SUPPORT
    tiers: tuple[TierLoad, ...]
    """The tiers of support whose hours are counted."""
    next_title: str | None = None
    """None: nobody moves after this phase."""
    next_size: NonNegativeInt = 0
    """People who move next."""


class MeasureReading(Part):
    """What moving did to one measure: `gates.wedge.Effect`, with the measure's own words."""

    name: str
    """The plan's own name of it."""
    what: str
    """In words: orders entered per hour."""
    unit: str
    """What it is counted in."""
    better: Literal["higher", "lower"]
    """Which way is the better one."""
    moved: NonNegativeInt
    """People compared who had moved."""
    waiting: NonNegativeInt
    """People compared who had not."""
    weeks: NonNegativeInt = 0
    """Weeks compared; 0: too few to tell."""
    change: Number | None = None
    """Mean difference a person, in the unit."""
    low: Number | None = None
    """Lower end of the interval of the change."""
    high: Number | None = None
    """Upper end."""
    otherwise: Number | None = None
    """The mean had they not moved."""
    share: Number | None = None
    """The change as a share of that; None where the measure could be nothing."""
    share_low: Number | None = None
    """Lower end of the interval of the share."""
    share_high: Number | None = None
    """Upper end."""


class ImpactReading(Measured):
    """What moving did to the plan's measures, up to the last whole week; source: measured.

    People of every phase count: those moved against those not yet, in the same calendar weeks.
    """

    metric: Literal[Metric.IMPACT] = Metric.IMPACT
    measures: tuple[MeasureReading, ...]
    """What moving did to each."""


class ChecklistReading(Measured):
    """Items of the phase's checklists that are open and confirmed; source: confirmations."""

    metric: Literal[Metric.CHECKLIST] = Metric.CHECKLIST
    open: tuple[str, ...] = ()
    """Items nobody has confirmed."""
    confirmed: NonNegativeInt = 0
    """How many are."""
