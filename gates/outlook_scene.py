"""What an outlook is, and what all outlooks of one look at a phase share."""

from dataclasses import dataclass
from datetime import date, timedelta

from config.criteria import Adopted
from config.names import Metric
from gates.ahead import Ahead
from gates.decision import Decision
from gates.forecast import Forecast
from gates.forecast_cloud import Curve
from gates.readings import AdoptedReading

AHEAD_AT_LEAST = 14
"""Days that are looked ahead where the goal's days are over, or nearly."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of one criterion."""

    what: str = ""
    """What is forecast, as a subject: "80 %", "9 answers"."""
    forecast: Forecast | None = None
    why: str = ""
    """Why there is none, in words."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One look at a phase, as its outlooks see it."""

    decision: Decision
    ahead: Ahead
    begin: int
    """Last day of the phase that is known."""
    last_day: int
    """Last day that is looked ahead to."""
    cohort: int
    """People of the phase."""

    @property
    def launch(self) -> date:
        """Day 1."""
        return self.decision.moment.launched_on

    def day_of(self, day: date) -> int:
        """Number a day."""
        return self.decision.moment.day_of(day)

    def date_of(self, number: int) -> date:
        """Give the date of a day."""
        return self.launch + timedelta(days=number - 1)

    def curve(self, cohort: int, reached: tuple[int, ...]) -> Curve:
        """Give how people of the phase came to something."""
        return Curve(cohort, reached, self.launch.weekday(), self.ahead.stopped)


def scene_of(decision: Decision) -> Scene | None:
    """See a decision so; None where how its numbers came about was not recorded."""
    if decision.ahead is None:
        return None
    begin = decision.moment.day - 1
    if decision.ahead.days not in {None, begin}:
        return None  # a document somebody changed: it tells of other days
    last = max(goal_ends(decision), begin + AHEAD_AT_LEAST)
    return Scene(decision, decision.ahead, begin, last, decision.ahead.cohort)


def goal_ends(decision: Decision) -> int:
    """Give the last day on which somebody can adopt, as a day of the phase."""
    reading = decision.reading(Metric.ADOPTED)
    if isinstance(reading, AdoptedReading) and reading.goal_ends_on is not None:
        return decision.moment.day_of(reading.goal_ends_on)
    return (decision.gate.adopted or Adopted()).goal.days
