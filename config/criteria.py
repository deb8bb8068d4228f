"""What every phase must show before the next may start (design: no pass without evidence)."""

from typing import Literal

from pydantic import Field

from config.names import Metric, Severity
from config.values import AdoptionGoal, Part, Percent

Miss = Literal["hold", "pause", "roll_back", "note"]
"""What a criterion that is missed at the end of the soak does."""


class Criterion(Part):
    """What all criteria have in common."""

    advisory: bool = False
    """Watched and shown, but decides nothing."""
    on_miss: Miss = "hold"
    """What a miss does when the numbers decide."""


class Adopted(Criterion):
    """People who have adopted the tool: active on `days` days within one week, once."""

    goal: AdoptionGoal = Field(default="80% within 28 days", validate_default=True)
    """The goal, watched until everybody's days are over; it gates the decommission."""
    to_advance: Percent = 0.6
    """The bar at the end of the soak: on course to the goal."""
    days: int = Field(default=3, ge=1, le=7)
    """Active days within one week that make somebody an adopter."""


class Active(Criterion):
    """People active in the last seven days: a level that can fall."""

    at_least: Percent = 0.5
    """Share of the cohort."""
    advisory: bool = True


class TrainingCompleted(Criterion):
    """People of the cohort who attended their training."""

    at_least: Percent = 0.8
    """Share of those invited."""


class Satisfaction(Criterion):
    """Mean answer to "how satisfied are you?", from 1 to `of`."""

    at_least: float = Field(default=7, ge=1, le=10)
    """Mean to reach."""
    of: Literal[10] = 10
    """Best answer there is."""
    answers: Percent = 0.4
    """Share of the cohort that must have answered."""


class Nps(Criterion):
    """Net promoter score: share of 9-10 less share of 0-6, times 100."""

    above: float = Field(default=0, ge=-100, le=99)
    """Score to be above."""
    answers: Percent = 0.4
    """Share of the cohort that must have answered."""


class Tickets(Criterion):
    """Support tickets per active person in the last week, against the launch week."""

    rise_at_most: Percent = 0.0
    """How much more than in the launch week is allowed."""


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
    incidents: Incidents = Incidents()
    """Things that went wrong."""
    approval: Literal["required", "none"] = "none"
    """Whether a second person confirms before the phase passes."""

    def criteria(self) -> dict[Metric, Criterion]:
        """Give the criteria that are set, by metric."""
        found = ((m, getattr(self, m.value)) for m in Metric)
        return {m: c for m, c in found if c is not None}
