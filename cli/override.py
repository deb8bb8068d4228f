"""`changeover override PHASE`: ask for a phase to pass although its gate says otherwise."""

from cli.book import RolloutName, Token
from cli.orders import Reason, record
from rollout.orders import OrderKind, order_digest


def override(
    phase: str, *, reason: Reason, rollout: RolloutName = None, token: Token = None
) -> None:
    """Ask for a PHASE to pass against its gate; it counts once somebody else has approved it."""
    book, order = record(OrderKind.OVERRIDE, phase, reason, rollout, token)
    digest = order_digest(book.name, order)
    print(
        f"It counts once another person has approved it:\n"
        f"  changeover approve override:{phase} --digest {digest}"
    )
