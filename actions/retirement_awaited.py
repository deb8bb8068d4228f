"""What waits for an approval of the old system's end."""

from dataclasses import dataclass
from datetime import datetime

from actions.desk import Desk
from actions.retirement_look import FREEZE, RETIRE, look
from rollout.phases import State


@dataclass(frozen=True)
class Awaited:
    """What an approver is asked to say yes to."""

    subject: str
    digest: str
    requester: str
    needed: int
    words: tuple[str, ...]


def awaited_approval(desk: Desk, now: datetime) -> Awaited | None:
    """Give what is to be approved now; None where nothing is, or enough people said yes."""
    seen = look(desk, now)
    if seen.swapped or not seen.asked or seen.failing() or seen.order is None:
        return None
    if seen.at.state not in (State.PLANNED, State.PROVED):
        return None
    subject = FREEZE if seen.at.state is State.PLANNED else RETIRE
    if seen.approved(subject):
        return None
    words = (f"target: {seen.fingerprint}", *(c.words for c in seen.conditions))
    digest = seen.digest(subject)
    return Awaited(subject, digest, seen.order.by, seen.needed(subject), words)
