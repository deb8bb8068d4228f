"""When a phase is judged, and the state it is in then."""

from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, model_validator

from config.values import Part, Zone
from gates.look import Look
from gates.override import Override

WORK_ENDS = time(17)
"""Local time; exports of evidence made later have the whole day."""


class Moment(Part):
    """A phase's state at one look: all a judge may know besides the evidence."""

    phase: str
    """Key of the phase in the plan."""
    attempt: int = Field(default=1, ge=1)
    """Which attempt of the phase: 2 after it was rolled back once."""
    now: AwareDatetime
    """Moment of the look."""
    today: date
    """Local day in the plan's zone; evidence covers days up to yesterday."""
    launched_on: date
    """Local launch day of this attempt: day 1."""
    soak_ends_on: date
    """From this day on the numbers decide."""
    next_launch: date | None = None
    """Launch day of the phase after this one; None: this is the last."""
    last_look: bool = False
    """Whether no further look comes before the next launch must move."""
    approved: bool = False
    """Whether the approval the gate asks for has been given."""
    paused: bool = False
    """Whether the phase, or the rollout, is paused: it holds, but the brake works."""
    frozen: str = ""
    """Why nothing may advance today, and until when; empty where nothing keeps it."""
    restarted_at: AwareDatetime | None = None
    """When the phase was last resumed; evidence must be newer."""
    overrides: tuple[Override, ...] = ()
    """Overrides of this phase that were approved and have not ended."""
    looks: tuple[Look, ...] = ()
    """Earlier days of this attempt, oldest first, at criteria that have limits."""
    zone: Zone = "UTC"
    """Zone of `today`, by IANA name; it tells on which local day an answer came."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.soak_ends_on < self.launched_on:
            msg = f"the soak ends on {self.soak_ends_on}, before launch on {self.launched_on}"
            raise ValueError(msg)
        if self.today < self.launched_on:
            msg = f"today is {self.today}, before launch on {self.launched_on}: nothing to judge"
            raise ValueError(msg)
        # The zone's own day, or one beside it where the writer did not say the zone.
        if abs((self.today - self.now.date()).days) > 1:
            msg = f"today is {self.today}, but now is {self.now:%Y-%m-%d %H:%M}; mend one of them"
            raise ValueError(msg)
        days = [look.day for look in self.looks]
        if days != sorted(set(days)) or (days and days[-1] >= self.today):
            msg = f"looks are one a day, oldest first, each before today, {self.today}"
            raise ValueError(msg)
        return self

    @property
    def day(self) -> int:
        """Day of the phase; launch day is 1."""
        return self.day_of(self.today)

    @property
    def soaked(self) -> bool:
        """Whether the soak is over, so that the numbers decide."""
        return self.today >= self.soak_ends_on

    @property
    def days_left(self) -> int:
        """Days until the soak ends; 0 once it has."""
        return max(0, (self.soak_ends_on - self.today).days)

    def day_of(self, day: date) -> int:
        """Number a day of this phase; launch day is 1."""
        return (day - self.launched_on).days + 1

    @property
    def hold_ended_at(self) -> datetime:
        """When work ended on the last day that counts: what lets a phase advance is to be newer.

        The numbers decide on the morning of `soak_ends_on` and count up to its eve, so that an
        export of that evening has all of it, and one of the day before has not.
        """
        eve = self.soak_ends_on - timedelta(days=1)
        return datetime.combine(eve, WORK_ENDS, ZoneInfo(self.zone))

    def older_than_restart(self, as_of: datetime) -> bool:
        """Tell whether evidence is no newer than the last restart."""
        return self.restarted_at is not None and as_of <= self.restarted_at
