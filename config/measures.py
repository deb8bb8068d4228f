"""What the work itself is measured by, to tell what moving did to it."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.money import Amount, Worth
from config.outside import NoTable, Table
from config.values import Part


class Measure(Part):
    """A number that a person's work gives, measured before and after they move."""

    what: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    """In words, as a report begins: orders entered per hour."""
    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    """What one of it is: orders an hour, minutes, errors a week."""
    better: Literal["higher", "lower"]
    """Which way is better: more orders an hour, fewer errors."""
    source: Table = NoTable()
    """Columns email, day, value: one row a person and day it was measured on."""
    baseline_weeks: int = Field(default=6, ge=2, le=52)
    """Weeks before the first launch that count as before."""
    worth: Worth | None = None
    """What one unit better is worth, once; none: it has no price."""
    times_a_week: Amount = Decimal(1)
    """How often a week that worth is had by a person: orders a week, for minutes an order."""
