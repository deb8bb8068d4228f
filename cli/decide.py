"""`changeover decide PHASE`: what becomes of a phase that was rolled back, or that nobody is in."""

from typing import Literal

from cli.options import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import OrderKind


def decide(
    phase: str,
    what: Literal["try-again", "abandon", "skip"],
    *,
    reason: Reason,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Decide on a PHASE: one that was rolled back is tried again as the next attempt, or abandoned.

    One with nobody in it is skipped: what comes after it goes on, and it has not passed.
    """
    record(OrderKind(what), phase, reason, rollout, token)
