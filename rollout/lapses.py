"""Steps that were begun for an attempt that is over: they are skipped, and nothing is lost."""

from config.names import Notice
from rollout.phases import DECOMMISSION, State
from rollout.snapshot import Snapshot
from rollout.steps import ONLY_TO, Kind, StepState

_OPEN = frozenset({StepState.PLANNED, StepState.CLAIMED})
_UNDONE = frozenset({State.ROLLED_BACK, State.ABANDONED})
_STILL_DUE = frozenset({f"notice.{Notice.ROLLBACK}", Kind.CLOSE})
"""What the planner may offer of a phase that is rolled back (`rollout.planning`)."""


def lapsed(snapshot: Snapshot) -> dict[str, str]:
    """Give the keys of open steps no plan will ever offer again, each with why.

    Nobody has them on the wire: a person has said that they did not happen, they could not be
    reached, or who claimed them died first.
    """
    found: dict[str, str] = {}
    for key, step in snapshot.steps.items():
        if step.state in _OPEN and (why := _why(snapshot, key)):
            found[key] = why
    return found


def _why(snapshot: Snapshot, key: str) -> str | None:
    kind, phase, _, number, _ = key.split(":", 4)
    if kind.startswith(ONLY_TO) and snapshot.only_to is None:
        return "mails go to the people themselves by now"
    at, attempt = snapshot.phases.get(phase), int(number)
    if at is None or phase == DECOMMISSION:
        return None
    if attempt < at.attempt:
        return f"attempt {attempt} is over; attempt {at.attempt} has begun"
    if at.state is State.SKIPPED and kind != Kind.CLOSE:
        return "its phase was skipped: nobody is in it"
    if at.state in _UNDONE and kind not in _STILL_DUE:
        return f"attempt {attempt} was rolled back"
    return None
