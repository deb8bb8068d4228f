"""How an earlier phase of the same rollout adopted: what a forecast begins from."""

from datetime import date

from pydantic import NonNegativeInt

from config.values import Part
from gates.measured import Number


class Earlier(Part):
    """One earlier phase."""

    phase: str
    """Key of the phase."""
    launched_on: date
    """Local launch day: day 1."""
    people: NonNegativeInt
    """People in it."""
    adopted: tuple[NonNegativeInt, ...]
    """People who had adopted by the end of each day, up to yesterday."""
    stopped: tuple[Number, ...] = ()
    """Share of its people whom an outage kept from it on each day; none: nobody ever."""
