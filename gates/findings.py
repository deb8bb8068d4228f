"""Findings: what one criterion says of one reading, with its reason in numbers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from config.names import Metric
from config.values import Part

Does = Literal["note", "hold", "pause", "roll_back"]

SEVERITY: tuple[Does, ...] = ("note", "hold", "pause", "roll_back")
"""What a finding can do, mildest first; the worst wins."""


NO_DATA = "no data"
"""What a finding shows where nothing could be measured."""


class State(StrEnum):
    """What a criterion says; only MET lets a phase advance."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"
    """Not mature, or too few."""
    NO_DATA = "no_data"
    """Silent, stale, future-dated, empty, missing or contradictory."""


class Finding(Part):
    """One criterion judged."""

    metric: Metric
    """What was judged."""
    state: State
    """met, missed, undecided (too early, or too few) or no_data."""
    reason: str
    """In numbers: adopted 10 of 21 = 48 % < 60 %, 5 days left."""
    needed: str
    """What the criterion asks, in words."""
    now: str
    """What was measured, in words."""
    note: str = ""
    """What else helps to read the number."""
    beyond: str = ""
    """What it says of people like these who are still to move."""
    certain: bool = False
    """Whether nothing that can still happen before the soak's end changes the state, or hardly
    anything (a sample's bound, at its confidence)."""
    old: bool = False
    """Whether it would be met, but by evidence from before the soak ended."""
    person: bool = False
    """Whether no further look settles it: a person decides."""
    does: Does
    """What it does to the phase; `note` is nothing."""
    advisory: bool = False
    """Watched and shown, decides nothing."""
    seen: State | None = None
    """What the numbers would say if they decided today; None: no limits, or too early for them."""
    limit: str = ""
    """Which limit looks have exceeded, in words; empty where none."""
    overridden: int | None = None
    """Number of the override that keeps it from holding; None: none does."""

    @property
    def blocks(self) -> bool:
        """Whether it keeps the phase from advancing."""
        return self.does != "note"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a metric's own judge says; `gates.judging` adds what follows from it."""

    state: State
    reason: str
    now: str
    note: str = ""
    certain: bool = False
    beyond: str = ""
    person: bool = False
    old: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """The least that would let a criterion be met."""

    text: str
    """As a subject: "2 more adopters"; or, where nothing would do, the sentence that says so."""
    possible: bool = True
    """Whether it can still happen."""


def worst(does: list[Does]) -> Does:
    """Give the gravest; `note` where there is none."""
    return max(does, key=SEVERITY.index, default="note")
