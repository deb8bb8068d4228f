"""What an archive's keeper was sent, kept so that it can be taken back when another keeps it."""

from dataclasses import dataclass
from datetime import date, datetime

from config.names import Language


@dataclass(frozen=True, slots=True)
class Yearly:
    """The yearly day as it stands in their calendar: who takes it out must name it as it was."""

    uid: str
    title: str
    place: str
    starts: datetime
    """Aware."""
    zone: str
    minutes: int
    until: date
    organizer: tuple[str, str]
    """Name and address it was sent by."""


@dataclass(frozen=True, slots=True)
class Invited:
    """One keeper, as they were written to."""

    step: str
    """Key of the step that did it."""
    address: str
    name: str
    language: Language
    role: str
    archive: str
    """Its folder."""
    until: date
    at: datetime
    yearly: Yearly | None = None
    """None where it is over before a year."""
