"""`changeover roll-back PHASE`: ask for everything of a phase to be undone."""

from cli.options import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION


def roll_back(
    phase: str, *, reason: Reason, rollout: RolloutName = None, token: Token = None
) -> None:
    """Ask for a PHASE to be rolled back: accounts as found, the old system theirs, people told.

    `roll-back decommission` gives the old system back as it was found, until it is off.
    """
    kind = OrderKind.THAW if phase == DECOMMISSION else OrderKind.ROLL_BACK
    record(kind, phase, reason, rollout, token)
