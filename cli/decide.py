"""`changeover decide PHASE`: what becomes of a phase that was rolled back."""

from typing import Literal

from cli.book import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import OrderKind


def decide(
    phase: str,
    what: Literal["try-again", "abandon"],
    *,
    reason: Reason,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Decide on a PHASE that was rolled back: try it again as the next attempt, or abandon it."""
    record(OrderKind(what), phase, reason, rollout, token)
