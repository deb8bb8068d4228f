"""Retire old system, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("retire old system")
def retire_old_system(rollout: str, now: datetime, lease: int) -> Did:
    """Take the old system's end a step further."""
    return work(Verb.RETIRE_OLD_SYSTEM, rollout, None, now, lease)
