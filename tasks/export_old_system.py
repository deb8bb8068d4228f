"""Export old system, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("export old system")
def export_old_system(rollout: str, now: datetime) -> Did:
    """Export the old system and prove the archive, under a lease that the verb takes itself."""
    return work(Verb.EXPORT_OLD_SYSTEM, rollout, None, now, None)
