"""What every reading says of the data it rests on."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, Field, NonNegativeInt

from config.values import Part

if TYPE_CHECKING:
    from gates.readings import Group

Number = Annotated[float, Field(allow_inf_nan=False)]
"""A finite number: what is not one is told by the reading's quality, never by its value."""


class Quality(StrEnum):
    """Whether the tables a reading rests on can be believed; all but `ok` give NO_DATA."""

    OK = "ok"
    SILENT = "silent"
    """The source has never been heard."""
    STALE = "stale"
    """Older than the plan allows, or than the last restart."""
    FUTURE = "future"
    """Something is dated after today, or after now."""
    EMPTY = "empty"
    """Nothing is in it, or nobody to measure."""
    NAN = "nan"
    """Values are missing where there must be some."""
    CONTRADICTORY = "contradictory"
    """It says two things at once, or something that cannot be."""


class Measured(Part):
    """What all readings have in common."""

    quality: Quality = Quality.OK
    """Whether the tables it rests on can be believed; all but `ok` give no data."""
    doubt: str = ""
    """What is wrong with the data, in numbers; empty when nothing is."""
    as_of: AwareDatetime | None = None
    """When the oldest of the tables it rests on was written."""
    cohort: NonNegativeInt
    """People in the phase now; who left or was excluded stands in the decision's changes."""
    groups: tuple["Group", ...] = ()
    """The same of each site or department, where the criterion looks at the worst of them."""
