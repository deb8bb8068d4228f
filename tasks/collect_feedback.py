"""Collect feedback, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("collect feedback")
def collect_feedback(rollout: str, now: datetime, lease: int) -> Did:
    """Collect activity, attendance, answers and tickets."""
    return work(Verb.COLLECT_FEEDBACK, rollout, None, now, lease)
