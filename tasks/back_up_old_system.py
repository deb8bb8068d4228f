"""Back up old system, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("back up old system · {phase}")
def back_up_old_system(rollout: str, phase: str, now: datetime, lease: int) -> Did:
    """Back up the old system before a phase launches."""
    return work(Verb.BACK_UP_OLD_SYSTEM, rollout, phase, now, lease)
