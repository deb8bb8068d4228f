"""Steps as data: each effect on the outside, with a key that is the same every time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a step does; a notice's step is `notice.<name>`."""

    CREATE = "account.create"
    ACTIVATE = "account.activate"
    CLOSE = "account.close"
    CLOSE_OLD = "old.close"
    REOPEN_OLD = "old.reopen"
    BACK_UP = "old.back_up"
    SWITCH = "old.switch"


class StepState(StrEnum):
    """How far a step is.

    PLANNED -> CLAIMED -> ON_WIRE -> DONE | REFUSED | UNKNOWN; SKIPPED from PLANNED or CLAIMED.
    """

    PLANNED = "planned"
    CLAIMED = "claimed"
    ON_WIRE = "on_wire"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


FINAL = frozenset({StepState.DONE, StepState.REFUSED, StepState.UNKNOWN, StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Step:
    """One effect that is due."""

    kind: str
    phase: str
    person: str | None
    attempt: int
    occurrence: str
    due: datetime

    @property
    def key(self) -> str:
        """What makes it this step and no other, within one rollout."""
        return f"{self.kind}:{self.phase}:{self.person or '-'}:{self.attempt}:{self.occurrence}"

    @property
    def is_notice(self) -> bool:
        """Whether it is a mail."""
        return self.kind.startswith("notice.")


@dataclass(frozen=True, slots=True)
class StepNow:
    """What the ledger has of a step."""

    state: StepState
    at: datetime
    detail: str = ""
