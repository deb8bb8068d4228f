"""Judge a phase, as a task; its report is an artifact."""

from datetime import datetime

from prefect.artifacts import create_markdown_artifact

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("judge phase · {phase}")
def judge_phase(rollout: str, phase: str, now: datetime, lease: int) -> Did:
    """Judge a phase and show the gate report."""
    did = work(Verb.JUDGE_PHASE, rollout, phase, now, lease)
    if did.report:
        words = did.words[0] if did.words else phase
        key = f"{rollout}-{phase}-gate"
        create_markdown_artifact(did.report, key=key, description=words)
    return did
