"""Undo steps, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("undo steps · {phase}")
def undo_steps(rollout: str, phase: str, now: datetime, lease: int) -> Did:
    """Undo what a phase did: everything as it was found."""
    return work(Verb.UNDO_STEPS, rollout, phase, now, lease)
