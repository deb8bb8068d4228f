"""`changeover roll-back PHASE`: ask for everything of a phase to be undone."""

from cli.book import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import OrderKind


def roll_back(
    phase: str, *, reason: Reason, rollout: RolloutName = None, token: Token = None
) -> None:
    """Ask for a PHASE to be rolled back: accounts as found, the old system theirs, people told."""
    record(OrderKind.ROLL_BACK, phase, reason, rollout, token)
