"""Criteria on the work itself: who does it where, what it costs in support, what moving did."""

from typing import Literal

from pydantic import Field

from config.criterion import Confidence, Criterion, Dated, Grouped, Target
from config.organisation import Slug, Text
from config.values import Percent


class Accounts(Grouped):
    """People of the cohort whose account is open."""

    at_least: Percent = 1.0
    """Share of the cohort."""
    advisory: bool = True
    """Watched and shown, but decides nothing."""


class ActiveDaily(Grouped):
    """People active on a day: the mean of the five fullest of the last seven."""

    at_least: Percent = 0.3
    """Share of the cohort."""
    advisory: bool = True
    """Watched and shown, but decides nothing."""


class Completing(Target):
    """People who have completed key workflows in the new tool since their account was opened."""

    at_least: Percent = 0.6
    """Share of the cohort."""
    which: Literal["any", "all"] = "any"
    """Whether one of the workflows is enough, or each must have been completed."""


class Workflows(Dated):
    """Key workflows completed by enough different people before the last phase starts.

    A process that one person tried once is not tested. Earlier gates show it, and hold for nobody.
    """

    people: int = Field(default=3, ge=1, le=1000)
    """Different people, of all who have moved, that must have completed each workflow."""


class WorkMoved(Grouped):
    """Work the cohort did in the new system in the last seven days, of that in both."""

    at_least: Percent = 0.8
    """Share of what was done."""


class Dependents(Grouped):
    """People of the cohort who have moved and still log in to the old system."""

    at_most: Percent = 0.2
    """Share of those who have moved."""
    days: int = Field(default=7, ge=1, le=90)
    """A log-in within so many days counts."""


class Support(Dated):
    """Support hours the next phase's launch week would take, at this phase's tickets a person."""

    load_at_most: Percent = 1.0
    """Share of the hours a tier has (`support`: hours_a_week, minutes_a_ticket)."""


class Impact(Dated):
    """What moving did to the plan's measures, against colleagues not yet moved (gates.wedge)."""

    not_worse_than: Percent = 0.05
    """How much worse the interval may reach; not used where `at_least` is set."""
    at_least: Percent | None = None
    """How much better the whole interval must be."""
    measures: tuple[Slug, ...] = ()
    """Which of the plan's measures; none: all."""
    people: int = Field(default=10, ge=5, le=1000)
    """Moved and not yet moved people below which there are too few to tell."""
    confidence: Confidence = 0.95
    """Share of intervals that hold the truth."""
    advisory: bool = True
    """Watched and shown, but decides nothing."""


class Checklist(Criterion):
    """Items nobody has confirmed: the launch checklist's, and those of this gate."""

    open_at_most: int = Field(default=0, ge=0)
    """Items that may still be open."""
    items: dict[Slug, Text] = Field(default_factory=dict)
    """What is confirmed before the phase passes, besides: item -> in words."""
