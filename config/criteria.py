"""What every phase must show before the next may start (design: no pass without evidence)."""

from typing import Literal

from pydantic import Field

from config.criterion import EARLY, Confidence, Criterion, Level, Limits, Miss, Target
from config.names import Metric, Severity
from config.values import AdoptionGoal, Part, Percent
from config.work import (
    Accounts,
    ActiveDaily,
    Checklist,
    Completing,
    Dependents,
    Impact,
    Support,
    Workflows,
    WorkMoved,
)

__all__ = ["EARLY", "Confidence", "Criterion", "Level", "Limits", "Miss", "Target"]


class Adopted(Target):
    """People who have adopted the tool: active on `days` days within one week, once."""

    goal: AdoptionGoal = Field(default="80% within 28 days", validate_default=True)
    """The goal, watched until everybody's days are over; it gates the decommission."""
    to_advance: Percent = 0.6
    """The bar at the end of the soak: on course to the goal."""
    days: int = Field(default=3, ge=1, le=7)
    """Active days within one week that make somebody an adopter."""


class Active(Level):
    """People active in the last days: a level that can fall."""

    at_least: Percent = 0.5
    """Share of the cohort."""
    window: int = Field(default=7, ge=1, le=28)
    """The last so many days count."""
    advisory: bool = True
    """Watched and shown, but decides nothing, unless set to false."""


class TrainingCompleted(Target):
    """People of the cohort who attended their training."""

    at_least: Percent = 0.8
    """Share of those invited."""


class Survey(Target):
    """What criteria have in common that rest on people's answers."""

    answers: Percent = 0.4
    """Share of the cohort that must have answered."""
    answers_at_least: int = Field(default=1, ge=1, le=1000)
    """Answers there must be, however small the share; of a smaller cohort, everybody's."""
    window: int | None = Field(default=None, ge=1, le=90)
    """Only answers of the last so many days count; none: all since launch."""
    anonymous_below: int = Field(default=5, ge=1, le=50)
    """Groups of fewer people are never shown alone: their answers join those of earlier phases."""


class Satisfaction(Survey):
    """Mean answer to "how satisfied are you?", from 1 to `of`."""

    at_least: float = Field(default=7, ge=1, le=10)
    """Mean to reach."""
    of: Literal[10] = 10
    """Best answer there is."""


class Nps(Survey):
    """Net promoter score: share of 9-10 less share of 0-6, times 100."""

    above: float = Field(default=0, ge=-100, le=99)
    """Score to be above."""


class Tickets(Level):
    """Support tickets per active person in the last week, against the launch week."""

    rise_at_most: Percent = 0.0
    """How much more than in the launch week is allowed."""
    window: int = Field(default=7, ge=1, le=28)
    """Tickets of the last so many days are compared."""


class Incidents(Criterion):
    """What an open incident of each severity does, at any time."""

    critical: Literal["roll_back", "pause"] = "roll_back"
    """An open critical incident."""
    major: Literal["roll_back", "pause"] = "pause"
    """An open major incident."""
    minor: Literal["note", "pause"] = "note"
    """An open minor incident."""

    def does(self, severity: Severity) -> str:
        """Say what an open incident of a severity does."""
        return str(getattr(self, severity.value))


class Gate(Part):
    """The criteria of a phase's exit gate; one left out is not judged, but incidents always are."""

    adopted: Adopted | None = None
    """People who have adopted the tool."""
    active: Active | None = None
    """People active this week."""
    training_completed: TrainingCompleted | None = None
    """People trained."""
    satisfaction: Satisfaction | None = None
    """How satisfied people are."""
    nps: Nps | None = None
    """Whether people would recommend it."""
    tickets: Tickets | None = None
    """Calls for help."""
    accounts: Accounts | None = None
    """People with an open account."""
    active_daily: ActiveDaily | None = None
    """People active on a day."""
    completing: Completing | None = None
    """People who do the key workflows in the new tool."""
    workflows: Workflows | None = None
    """Key workflows that enough people have tried before the last phase."""
    work_moved: WorkMoved | None = None
    """Work done in the new system, of all."""
    dependents: Dependents | None = None
    """People who still log in to the old system."""
    support: Support | None = None
    """Whether support can take the next phase."""
    impact: Impact | None = None
    """What moving did to the work."""
    checklist: Checklist | None = None
    """What people have yet to confirm."""
    incidents: Incidents = Incidents()
    """Things that went wrong."""
    approval: Literal["required", "none"] = "none"
    """Whether a second person confirms before the phase passes."""

    def criteria(self) -> dict[Metric, Criterion]:
        """Give the criteria that are set, by metric."""
        found = ((m, getattr(self, m.value)) for m in Metric)
        return {m: c for m, c in found if c is not None}
