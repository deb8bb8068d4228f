"""What came of an action, in numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How many effects happened, were refused, have an unknown fate, were left out."""

    done: int
    refused: int
    unknown: int
    skipped: int
    words: tuple[str, ...] = ()
    """What a person should read of it; keys and counts, no addresses."""
