"""Readings: what was measured, numbers only, so that a decision can be stored and replayed."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, NonNegativeInt

from config.names import Metric, Severity
from config.values import Part
from gates.measured import Measured, Number, Quality
from gates.outage import Outage
from gates.work_readings import (
    AccountsReading,
    ActiveDailyReading,
    ChecklistReading,
    CompletingReading,
    DependentsReading,
    ImpactReading,
    SupportReading,
    WorkflowsReading,
    WorkMovedReading,
)

__all__ = ["Measured", "Number", "Quality"]


class Counted(Measured):
    """What readings have in common that count people of a cohort."""

    gone: NonNegativeInt = 0
    """People who left or were excluded since launch; what they did is not known any more."""
    come: NonNegativeInt = 0
    """People counted as a success who joined since launch."""


class Stragglers(Part):
    """Keys of people who have not adopted yet, by what helps them next; nobody stands twice."""

    kept_away: tuple[str, ...] = ()
    """An outage of their site goes on: nothing helps before it ends."""
    not_activated: tuple[str, ...] = ()
    """Their account is not open."""
    not_logged_in: tuple[str, ...] = ()
    """Never active since their activation: help."""
    not_trained: tuple[str, ...] = ()
    """Active, invited to a training and not seen there: invite again."""
    inactive: tuple[str, ...] = ()
    """Trained or not invited, active, but not on enough days: a buddy."""

    @property
    def everybody(self) -> frozenset[str]:
        """All of them."""
        groups = (self.kept_away, self.not_activated, self.not_logged_in, self.not_trained)
        return frozenset(key for group in (*groups, self.inactive) for key in group)


class AdoptedReading(Counted):
    """A census of adoption (design, section 5); source: activity and the phase's people."""

    metric: Literal[Metric.ADOPTED] = Metric.ADOPTED
    adopted: NonNegativeInt
    """People who have adopted, up to yesterday."""
    could_still_by_soak_end: NonNegativeInt
    """Others who can still adopt on the days up to the eve of the soak's end."""
    could_still_by_goal: NonNegativeInt
    """Others who can still adopt within the goal's days of their own activation."""
    waiting: NonNegativeInt = 0
    """Others who can still adopt on the working days that an outage of their site took before the
    soak's end, and that they are given after it."""
    waits_until: date | None = None
    """Last such day; None: nobody waits."""
    outages: tuple[Outage, ...] = ()
    """Outages of the cohort's sites."""
    goal_ends_on: date | None = None
    """Last day of the last person's goal; None while nobody is activated."""
    series: tuple[NonNegativeInt, ...] = ()
    """People who had adopted by the end of each day of the phase, up to yesterday."""
    stragglers: Stragglers = Stragglers()
    """Who has not adopted yet."""


class ActiveReading(Counted):
    """People active on at least one of the last seven days; source: activity."""

    metric: Literal[Metric.ACTIVE] = Metric.ACTIVE
    active: NonNegativeInt
    """People active at least once within the criterion's window."""
    inactive: tuple[str, ...] = ()
    """Keys of the others."""


class TrainingReading(Counted):
    """People who attended a training they were invited to; source: attendance."""

    metric: Literal[Metric.TRAINING_COMPLETED] = Metric.TRAINING_COMPLETED
    invited: NonNegativeInt
    """People invited to a training."""
    attended: NonNegativeInt
    """Of those invited."""
    missing: tuple[str, ...] = ()
    """Keys of those invited and not seen."""


class Answered(Measured):
    """What readings have in common that rest on answers; their cohort counts the pooled, too."""

    pooled: NonNegativeInt = 0
    """People of earlier phases among the cohort: the phase's own are too few to be shown alone."""
    asked: NonNegativeInt | None = None
    """People of the cohort who were asked, up to yesterday; null: everybody was."""


class SatisfactionReading(Answered):
    """Satisfaction 1-10, each person's newest answer since launch; source: answers."""

    metric: Literal[Metric.SATISFACTION] = Metric.SATISFACTION
    answered: NonNegativeInt
    """Answers with a value."""
    blank: NonNegativeInt = 0
    """Answers that came without one: they could be anything from 1 to 10."""
    total: Number
    """Sum of the values."""
    marks: tuple[tuple[Number, NonNegativeInt], ...] = ()
    """Each value given and by how many; without them nothing is certain but by counting."""

    @property
    def mean(self) -> float | None:
        """Mean of the values; None where there are none."""
        return self.total / self.answered if self.answered else None


class NpsReading(Answered):
    """Promoters (9-10) and detractors (0-6) since launch, newest answer each; source: answers."""

    metric: Literal[Metric.NPS] = Metric.NPS
    answered: NonNegativeInt
    """Answers with a value."""
    blank: NonNegativeInt = 0
    """Answers that came without a value."""
    promoters: NonNegativeInt
    """Answers of 9 and 10."""
    detractors: NonNegativeInt
    """Answers of 0 to 6."""

    @property
    def score(self) -> float | None:
        """Share of promoters less share of detractors, times 100; None without answers."""
        net = self.promoters - self.detractors
        return 100 * net / self.answered if self.answered else None


class TicketsReading(Measured):
    """Tickets opened and people active in the launch week and in the last seven days.

    Sources: tickets and activity. Before launch there are none to compare with.
    """

    metric: Literal[Metric.TICKETS] = Metric.TICKETS
    launch_tickets: NonNegativeInt
    """Opened in the launch week."""
    launch_active: NonNegativeInt
    """People active in the launch week."""
    week_tickets: NonNegativeInt
    """Opened within the criterion's window."""
    week_active: NonNegativeInt
    """People active within it."""
    launch_days: NonNegativeInt = 0
    """Days somebody worked in it in the launch week: each person's, added up."""
    later_tickets: NonNegativeInt = 0
    """Opened from the end of the launch week up to yesterday."""
    later_days: NonNegativeInt = 0
    """Days somebody worked in it since the launch week: each person's, added up."""


class Incident(Part):
    """One open incident."""

    id: str
    """Its number in the register."""
    severity: Severity
    """critical, major or minor."""
    title: str
    """In a few words, as reports show it."""
    opened: AwareDatetime
    """When it was opened."""
    workaround: str | None = None
    """What people do until it is closed; null: there is none."""


class IncidentsReading(Measured):
    """Incidents open now; source: the register of incidents."""

    metric: Literal[Metric.INCIDENTS] = Metric.INCIDENTS
    open: tuple[Incident, ...] = ()
    """Worst first, oldest first."""


Reading = Annotated[
    AdoptedReading
    | ActiveReading
    | TrainingReading
    | SatisfactionReading
    | NpsReading
    | TicketsReading
    | AccountsReading
    | ActiveDailyReading
    | CompletingReading
    | WorkflowsReading
    | WorkMovedReading
    | DependentsReading
    | SupportReading
    | ImpactReading
    | ChecklistReading
    | IncidentsReading,
    Field(discriminator="metric"),
]
"""A reading of any metric."""


class Group(Part):
    """One site or department of a cohort, measured apart."""

    name: str
    """The site or department."""
    reading: Reading
    """What was measured of its people alone."""


for _kind in Measured.__subclasses__():
    for _one in (_kind, *_kind.__subclasses__()):
        _one.model_rebuild(_types_namespace={"Group": Group})
