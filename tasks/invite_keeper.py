"""Invite the archive's keeper, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("invite the keeper")
def invite_keeper(rollout: str, now: datetime, lease: int) -> Did:
    """Hand the archive over to who looks after it, once."""
    return work(Verb.INVITE_KEEPER, rollout, None, now, lease)
