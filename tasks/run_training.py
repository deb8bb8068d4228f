"""Run training, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("run training · {phase}")
def run_training(rollout: str, phase: str, now: datetime, lease: int) -> Did:
    """Bring a phase's training sessions about."""
    return work(Verb.RUN_TRAINING, rollout, phase, now, lease)
