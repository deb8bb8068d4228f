"""What measuring needs to know of the plan besides the criteria: a value, so that it replays."""

from datetime import date
from typing import Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from config.values import Part


class TierHours(Part):
    """What a tier of support can take in a week."""

    tier: PositiveInt
    """Its number; 1 is the first."""
    hours: float = Field(gt=0)
    """What it has a week."""
    minutes: PositiveInt
    """What a ticket takes on average."""


class Measurable(Part):
    """A measure of the plan."""

    name: str
    """The plan's own name of it."""
    what: str
    """In words: orders entered per hour."""
    unit: str
    """What it is counted in."""
    better: Literal["higher", "lower"]
    """Which way is the better one."""
    since: date
    """First day of the baseline."""


class Seated(Part):
    """People who are still to be trained and sit in the same sessions."""

    people: PositiveInt
    """How many they are."""
    days: tuple[date, ...]
    """Local days of their sessions yet to come; who misses one is invited to the next."""


class Asked(Part):
    """People who are asked to answer the survey for the first time on a local day."""

    day: date
    """The day of the mail."""
    people: PositiveInt
    """How many they are."""


class Expected(Part):
    """What a phase's people are expected to do: what forecasts of it are made from."""

    seats: NonNegativeInt = 0
    """Seats of the sessions held so far: each session's people, added up."""
    seated: tuple[Seated, ...] = ()
    """People who are still to be trained, by the sessions they sit in."""
    asked: tuple[Asked, ...] = ()
    """Oldest first."""
    asks: tuple[Asked, ...] = ()
    """People who were not asked yet, and on which day they will be."""
    again_days: PositiveInt = 7
    """After how many days who is silent is asked again."""


class Setting(Part):
    """What a phase is set in."""

    workflows: tuple[str, ...] = ()
    """The key workflows of the new tool."""
    next_title: str | None = None
    """The phase after this one, in words; None: this is the last."""
    next_size: NonNegativeInt = 0
    """People in it."""
    phases_after: NonNegativeInt = 0
    """Phases that have not launched when this one passes."""
    tiers: tuple[TierHours, ...] = ()
    """Tiers of support whose hours are counted."""
    measures: tuple[Measurable, ...] = ()
    """What the work is measured by."""
    expected: Expected = Expected()
    """Trainings and surveys, held and planned; it decides nothing."""
