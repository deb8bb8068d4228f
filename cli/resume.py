"""`changeover resume`: ask for a paused rollout, or phase, to go on."""

from cli.options import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import ROLLOUT, OrderKind


def resume(
    phase: str = ROLLOUT, *, reason: Reason, rollout: RolloutName = None, token: Token = None
) -> None:
    """Ask for a paused rollout to go on, or for one PHASE of it; the next tick looks first."""
    record(OrderKind.RESUME, phase, reason, rollout, token)
