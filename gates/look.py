"""A look: what a criterion showed on one earlier day of an attempt."""

from datetime import date

from config.names import Metric
from config.values import Part
from gates.findings import State


class Look(Part):
    """The newest look of one local day, at the criteria that have limits."""

    day: date
    """Local day."""
    seen: dict[Metric, State]
    """What the day's numbers alone would have said, had they decided; no entry: too early."""
