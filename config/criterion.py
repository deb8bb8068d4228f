"""What the criteria of a gate have in common."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

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


class Limits(Part):
    """How often a level may be seen to miss; one look more does what `on_miss` says, at once.

    One look counts a day, from the first day with a whole window to look at (of tickets: the
    second day after the launch week), and again from the day after a resumption.
    Before the soak's end, too. A look without data may have been a miss: it counts as one as far
    as a pause. `errors`, `in_a_row`, `failures` and `undecided` may not fall in this order, for a
    smaller limit further on would be reached first.
    """

    failures: int | None = Field(default=None, ge=0, le=99)
    """Looks that may miss the target, of all. None: any number."""
    in_a_row: int | None = Field(default=None, ge=0, le=99)
    """Looks one after the other that may miss it. None: any number."""
    undecided: int | None = Field(default=None, ge=0, le=99)
    """Looks that may not show it met, whyever; one more pauses at most. None: any number."""
    errors: int | None = Field(default=None, ge=0, le=99)
    """Looks one after the other that may find no data to believe; one more pauses at most.
    None: any number."""

    @model_validator(mode="after")
    def _each_is_reached(self) -> Self:
        named = {n: getattr(self, n) for n in ("errors", "in_a_row", "failures", "undecided")}
        given = [(name, most) for name, most in named.items() if most is not None]
        if not given:
            raise ValueError("limits without any; name one, such as in_a_row: 2, or leave it out")
        for (one, least), (other, most) in pairwise(given):
            if least > most:
                said = f"{one}: {least} is never reached, for {other}: {most} is exceeded first"
                raise ValueError(f"{said}; lower {one} or raise {other}")
        return self


class Level(Target):
    """What criteria have in common whose number can fall and rise from look to look."""

    limits: Limits | None = None
    """How often looks may miss it; none: only the numbers at the soak's end, and after, decide."""
