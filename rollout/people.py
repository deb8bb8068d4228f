"""The people of a rollout: what a directory says of them, and what the rollout knows."""

from dataclasses import dataclass, replace
from datetime import date

from config.names import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the directory has them today."""

    identity: str
    """What stays when an address changes: an employee number, else the address."""
    email: str
    given: str
    family: str
    site: str
    """Key of a site of the plan."""
    department: str
    language: Language
    pilot: bool = False
    volunteer: bool = False
    usage: float | None = None
    """Hours a week with the old system; None where nobody knows."""
    manager: str | None = None
    """Address of their manager."""
    active: bool = True
    """False once the directory says they are suspended or gone."""

    @property
    def name(self) -> str:
        """Full name."""
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the rollout knows them; `key` is what names and logs may show."""

    key: str
    entry: Entry
    joined_on: date
    """Local day they were first seen."""
    phase: str | None = None
    """Phase they move in; None while none is chosen or where they are excluded."""
    reason: str = ""
    """Why that phase, in words."""
    left_on: date | None = None
    """Local day the directory no longer had them."""
    excluded: str | None = None
    """Why they are left out, if they are."""

    @property
    def in_scope(self) -> bool:
        """Whether the rollout does anything for them."""
        return self.left_on is None and self.excluded is None

    def moving_in(self, phase: str, reason: str) -> "Person":
        """Give this person with a phase to move in."""
        return replace(self, phase=phase, reason=reason)
