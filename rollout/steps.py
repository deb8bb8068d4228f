"""Steps as data: each effect on the outside, with a key that is the same every time."""

from dataclasses import dataclass, replace
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


NOTICE = "notice."
ONLY_TO = "only-to."
"""Kind of a mail that goes to one address in place of a person's: `only-to.<name>`.

A kind of its own, so that nothing counts it as the person's mail, which is still to come.
"""


def is_mail(kind: str) -> bool:
    """Whether steps of a kind are mails, to whomever."""
    return kind.startswith((NOTICE, ONLY_TO))


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
        """Whether it is a mail to the person."""
        return self.kind.startswith(NOTICE)

    @property
    def is_only_to(self) -> bool:
        """Whether it is a mail to one address in place of the person's."""
        return self.kind.startswith(ONLY_TO)

    def to_one_address(self) -> "Step":
        """Give the step of the same mail to one address."""
        return replace(self, kind=ONLY_TO + self.kind.removeprefix(NOTICE))

    def to_the_person(self) -> "Step":
        """Give the step of the same mail to the person; any other step is itself."""
        if not self.is_only_to:
            return self
        return replace(self, kind=NOTICE + self.kind.removeprefix(ONLY_TO))


@dataclass(frozen=True, slots=True)
class StepNow:
    """What the ledger has of a step."""

    state: StepState
    at: datetime
    detail: str = ""
