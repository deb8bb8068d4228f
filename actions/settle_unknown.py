"""Record what a person found out of an effect whose fate was unknown."""

from datetime import datetime

from config.names import Notice
from ledger import audit, steps
from ledger.door import Door
from rollout.steps import StepState


class NoSuchUnknownError(Exception):
    """No effect of this key is of unknown fate. The message says how to list those that are."""


def settle_unknown(door: Door, key: str, by: str, now: datetime, *, done: bool) -> None:
    """Record that an effect happened, or that it did not: then it is due again."""
    # Nothing plans a token's mail again: a person asks for another.
    undone = StepState.SKIPPED if key.startswith(f"notice.{Notice.TOKEN}:") else StepState.PLANNED
    outcome = StepState.DONE if done else undone
    why = f"{by} found that it {'happened' if done else 'did not happen'}"
    with door.write("settle-unknown") as tx:
        if not steps.settle_unknown(tx, door.rollout, key, outcome, why, now):
            msg = (
                f"the fate of {key} is not unknown; `changeover unknown list` shows those that are"
            )
            raise NoSuchUnknownError(msg)
        data = {"step": key, "found": "done" if done else "not done"}
        audit.append(tx, door.rollout, now, by, "unknown.resolve", data)
