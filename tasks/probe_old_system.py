"""Probe old system, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("probe old system")
def probe_old_system(rollout: str, now: datetime, lease: int) -> Did:
    """Look whether the old system still answers."""
    return work(Verb.PROBE_OLD_SYSTEM, rollout, None, now, lease)
