"""What an order to override asks for: one finding of one decision, for so many days."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

DAYS_AT_MOST = 28
_TARGET = re.compile(r"([^/]+)/([a-z_]+):d(\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an override; as an order's target `core-team/nps:d12:7`."""

    phase: str
    finding: str
    """Name of the metric."""
    decision: int
    """Number of the decision that holds for it."""
    days: int
    """For how long it counts, from the asking on."""

    @property
    def target(self) -> str:
        """The terms as the target of an order."""
        return f"{self.phase}/{self.finding}:d{self.decision}:{self.days}"

    @classmethod
    def read(cls, target: str) -> Self:
        """Read an order's target; ValueError where it names no terms."""
        found = _TARGET.fullmatch(target)
        if found is None:
            msg = f"{target} names no override; it reads like core-team/nps:d12:7"
            raise ValueError(msg)
        return cls(found[1], found[2], int(found[3]), int(found[4]))

    def until(self, asked_at: datetime) -> datetime:
        """Give from when on it no longer counts."""
        return asked_at + timedelta(days=self.days)


def subject_of(phase: str) -> str:
    """Name what an approver of an override says yes to; the digest says exactly which."""
    return f"override:{phase}"
