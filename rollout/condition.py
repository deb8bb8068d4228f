"""A condition of the old system's end: one thing that must hold, with its reason in numbers."""

from dataclasses import dataclass
from enum import StrEnum


class Name(StrEnum):
    """The conditions."""

    PHASES = "phases"
    ADOPTED = "adopted"
    LOG_INS = "log-ins"
    ATTEMPTS = "attempts"
    EXCLUDED = "excluded"
    JOINERS = "joiners"
    INTEGRATIONS = "integrations"
    INCIDENTS = "incidents"
    UNKNOWN = "unknown"
    BACK_UPS = "back-ups"
    DATE = "date"
    ARCHIVE = "archive"
    KEYS = "keys"


DEPENDING = frozenset({Name.LOG_INS, Name.EXCLUDED, Name.JOINERS, Name.INTEGRATIONS})
"""Conditions that say whether anybody or anything still depends on the old system."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold, with its reason in numbers."""

    name: Name
    holds: bool
    words: str
