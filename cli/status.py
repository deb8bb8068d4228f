"""`changeover status`: where the rollout stands, and what needs a person."""

from cli import standing
from cli.options import RolloutName


def status(*, rollout: RolloutName = None) -> None:
    """Print where each phase stands, what needs a person, and what happened today."""
    standing.show(rollout)
