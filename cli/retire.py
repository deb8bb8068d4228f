"""`changeover retire`: ask for the old system's end."""

from cli.book import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION


def retire(*, reason: Reason, rollout: RolloutName = None, token: Token = None) -> None:
    """Ask for the old system to be retired: frozen, archived, proved, approved, cooled off, off."""
    record(OrderKind.RETIRE, DECOMMISSION, reason, rollout, token)
    print(
        "Nothing is switched off before others have approved; `changeover status` says what waits."
    )
