"""Create accounts, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("create accounts · {phase}")
def create_accounts(rollout: str, phase: str, now: datetime, lease: int) -> Did:
    """Make the accounts of a phase's people, not yet open."""
    return work(Verb.CREATE_ACCOUNTS, rollout, phase, now, lease)
