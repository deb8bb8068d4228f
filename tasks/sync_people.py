"""Sync people, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("sync people")
def sync_people(rollout: str, now: datetime, lease: int) -> Did:
    """Bring the people of a rollout up to what the directory says today."""
    return work(Verb.SYNC_PEOPLE, rollout, None, now, lease)
