"""An override: one finding that people, not numbers, keep from holding a phase."""

from pydantic import AwareDatetime, Field

from config.names import Metric
from config.values import Part
from gates.findings import State
from gates.readings import (
    ActiveReading,
    AdoptedReading,
    NpsReading,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)


class Override(Part):
    """One finding of one decision, overridden by one person and approved by others."""

    id: int
    """Number of the order that asked for it."""
    metric: Metric
    """What the finding judged."""
    attempt: int = Field(default=1, ge=1)
    """Of the phase; in another attempt it does not count."""
    decision: int
    """Number of the decision that held for it."""
    state: State
    """The finding's state then."""
    was: str
    """The finding's reason then, in numbers."""
    level: float | None = None
    """What had been measured then, so that more is better; None where that is no one number."""
    asked_by: str
    """Who asked."""
    approved_by: tuple[str, ...]
    """Who said yes."""
    reason: str
    """In their words."""
    until: AwareDatetime
    """From this moment on it no longer counts."""


class Lapse(Part):
    """An override that no longer counts, and why."""

    id: int
    """The override's number."""
    why: str
    """In words."""


def level(reading: Reading | None) -> float | None:
    """Give what a reading says as one number of which more is better; None where it says none."""
    match reading:
        case AdoptedReading(cohort=of) if of:
            return reading.adopted / of
        case ActiveReading(cohort=of) if of:
            return reading.active / of
        case TrainingReading(invited=of) if of:
            return reading.attended / of
        case SatisfactionReading():
            return reading.mean
        case NpsReading():
            return reading.score
        case TicketsReading(week_active=of) if of:
            return -reading.week_tickets / of
        case _:
            return None
