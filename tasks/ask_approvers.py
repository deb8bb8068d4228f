"""Ask approvers, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("ask approvers")
def ask_approvers(rollout: str, now: datetime, lease: int) -> Did:
    """Mail each approver what waits for them, once."""
    return work(Verb.ASK_APPROVERS, rollout, None, now, lease)
