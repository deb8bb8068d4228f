"""What forecasts are made from, besides the readings: how numbers came about, what is planned.

It decides nothing, and is stored with a decision so that its report replays to the same words.
"""

from datetime import date
from itertools import pairwise
from typing import Self

from pydantic import NonNegativeInt, model_validator

from config.values import Part
from gates.measured import Number
from gates.setting import Expected


class TriedBy(Part):
    """How a key workflow spread."""

    workflow: str
    """Its name in the plan."""
    others: NonNegativeInt
    """People of other phases who have completed it."""
    series: tuple[NonNegativeInt, ...]
    """People of this phase who had completed it by the end of each day, up to yesterday."""


class Ahead(Part):
    """How a phase's numbers came about, day by day from launch up to yesterday."""

    cohort: NonNegativeInt = 0
    """People of the phase."""
    expected: Expected = Expected()
    """Trainings and surveys, held and planned."""
    stopped: tuple[Number, ...] = ()
    """Share of the people whose clock an outage stopped on each day; none: nobody's ever."""
    answers: tuple[NonNegativeInt, ...] = ()
    """People who had answered by the end of each day."""
    completed: tuple[NonNegativeInt, ...] = ()
    """People who had completed the key workflows the criterion asks for, likewise."""
    tried: tuple[TriedBy, ...] = ()
    """How each key workflow spread."""
    tickets: tuple[NonNegativeInt, ...] = ()
    """Opened on each day."""
    active: tuple[NonNegativeInt, ...] = ()
    """People active on each day."""
    active_of_late: tuple[NonNegativeInt, ...] = ()
    """People active at least once within the criterion's window, at the end of each day."""
    worked: tuple[tuple[Number, Number], ...] = ()
    """Work completed on each day, in the new system and in the old."""
    old_logins: tuple[date, ...] = ()
    """Last log-in to the old system of each who still counts as its dependent, newest first."""

    @model_validator(mode="after")
    def _in_step(self) -> Self:
        grown = [self.answers, self.completed, *(tried.series for tried in self.tried)]
        if any(later < before for series in grown for before, later in pairwise(series)):
            raise ValueError("people who had come to something by a day never get fewer")
        daily = (self.tickets, self.active, self.active_of_late, self.worked, *grown)
        if len({len(series) for series in daily if series}) > 1:
            raise ValueError("each of the series has one number a day; give them all the same days")
        return self

    @property
    def days(self) -> int | None:
        """Days the series tell of; None where there is none."""
        daily = (self.answers, self.completed, self.tickets, self.active, self.active_of_late)
        spread = (tried.series for tried in self.tried)
        return max((len(s) for s in (*daily, self.worked, *spread) if s), default=None)
