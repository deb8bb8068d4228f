"""Activate accounts, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("activate accounts · {phase}")
def activate_accounts(rollout: str, phase: str, now: datetime, lease: int) -> Did:
    """Open the accounts of a phase's people on their day."""
    return work(Verb.ACTIVATE_ACCOUNTS, rollout, phase, now, lease)
