"""What the criteria of a gate have in common."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.values import Part, Percent, Span, percent_text

Miss = Literal["hold", "pause", "roll_back", "note"]
"""What a criterion that is missed at the end of the soak does."""


class Criterion(Part):
    """What all criteria have in common."""

    advisory: bool = False
    """Watched and shown, but decides nothing."""
    on_miss: Miss = "hold"
    """What a miss does when the numbers decide."""


def _sure(value: float) -> float:
    if not 0.5 <= value <= 0.999:
        msg = f"{percent_text(value)} is no confidence; write one from 50% to 99.9%, such as 95%"
        raise ValueError(msg)
    return value


Confidence = Annotated[Percent, AfterValidator(_sure)]
"""How sure to be: wrong in at most the rest of cases, however often one looks."""

EARLY = 0.95
"""Confidence at which answers of some are certain before the soak ends, if the plan names none."""


class Dated(Criterion):
    """What all criteria have in common that rest on data from outside."""

    max_age: Span | None = None
    """How old the data may be, where that is less than its source allows."""
    grace: Span = Field(default=timedelta(0), validate_default=True)
    """How long data that is not there, or too old, is waited for before it counts as missing.
    It never lets a phase pass."""


class Grouped(Dated):
    """What criteria have in common that can be asked of each group of people."""

    scope: Literal["phase", "site", "department"] = "phase"
    """Whose number counts: the phase's, or that of its worst site or department."""


class Target(Grouped):
    """What criteria have in common that ask for a share or a mean of people."""

    confidence: Confidence | None = None
    """How surely the numbers must also hold for people like these who are still to move; none:
    what this phase did decides. Certainty before the soak's end takes 95% where none is named."""
