"""What came of an action, in counts; a word for each thing a person should see."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from ledger.steps import Mark
from rollout.steps import StepState

_TOLD = frozenset({StepState.REFUSED, StepState.UNKNOWN, StepState.PLANNED})
"""Ends that somebody is to hear of."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Steps by how they ended, and what to tell."""

    done: int = 0
    refused: int = 0
    unknown: int = 0
    skipped: int = 0
    words: tuple[str, ...] = ()
    unreachable: int = 0
    """Put back to be planned again: nothing happened."""

    @classmethod
    def of(cls, ended: Iterable[Mark]) -> Self:
        """Count the states steps ended in, each with its key and why; tell what went short."""
        marks = list(ended)
        count = Counter(state for _, state, _ in marks)
        words = (f"{key}: {why}" for key, state, why in marks if state in _TOLD)
        return cls(
            count[StepState.DONE],
            count[StepState.REFUSED],
            count[StepState.UNKNOWN],
            count[StepState.SKIPPED],
            tuple(words),
            count[StepState.PLANNED],
        )

    def __add__(self, other: "Outcome") -> "Outcome":
        """Add two outcomes."""
        return Outcome(
            self.done + other.done,
            self.refused + other.refused,
            self.unknown + other.unknown,
            self.skipped + other.skipped,
            self.words + other.words,
            self.unreachable + other.unreachable,
        )
