"""Send notices, as a task."""

from datetime import datetime

from actions.hands import Did, Verb
from tasks.shell import shell, work


@shell("send notices · {phase}")
def send_notices(rollout: str, phase: str, now: datetime, lease: int) -> Did:
    """Send the due mails of a phase, each once."""
    return work(Verb.SEND_NOTICES, rollout, phase, now, lease)
