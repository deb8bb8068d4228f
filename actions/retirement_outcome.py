"""What came of a step towards the old system's end."""

from dataclasses import dataclass

from rollout.phases import State


@dataclass(frozen=True)
class RetirementOutcome:
    """Where the decommission stands after a call, why, and whether it waits for a person."""

    state: State
    words: tuple[str, ...]
    needs_person: bool
    to_export: bool = False
    """Whether `export_old_system` is to be called next, without the lease of the tick."""
    moved: bool = False
    """Whether it went a step further."""
    report: str = ""
    """Every condition, held or not, as Markdown; empty where nothing was looked at."""


def stay(state: State, words: str, *, needs_person: bool) -> RetirementOutcome:
    """Give the outcome of a call that moved nothing."""
    return RetirementOutcome(state, (words,), needs_person=needs_person)
