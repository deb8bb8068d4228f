"""Retire old system, as a task; its conditions are an artifact."""

from datetime import datetime

from prefect.artifacts import create_markdown_artifact

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("retire old system")
def retire_old_system(rollout: str, now: datetime, lease: int) -> Did:
    """Take the old system's end a step further, and show every condition of it."""
    did = work(Verb.RETIRE_OLD_SYSTEM, rollout, None, now, lease)
    if did.report:
        line = did.report.partition("\n")[0].lstrip("# ")
        create_markdown_artifact(did.report, key=f"{rollout}-old-system", description=line)
    return did
