"""`changeover override PHASE FINDING`: let a phase pass although one finding holds it."""

from typing import Annotated

from cyclopts import Parameter

from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token
from cli.orders import Reason
from rollout.orders import order_digest
from rollout.overrides import DAYS_AT_MOST


def override(
    phase: str,
    finding: str,
    *,
    reason: Reason,
    days: Annotated[
        int, Parameter(help=f"How long it counts from now on; at most {DAYS_AT_MOST}.")
    ] = 7,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Ask that a FINDING (nps, training_completed) shall not hold a PHASE at its gate.

    It counts once somebody else has approved it, and lapses where the finding gets worse, a
    protective criterion fires, another attempt begins, or its days are over.
    """
    from actions.overriding import ask_override

    with opened(rollout) as book:
        by = book.proved(token)
        order, found = ask_override(book.door, book.plan, phase, finding, days, by, reason, now())
    print(f"order {order.id}: override {found.metric} in {phase}, asked by {by} for {days} days.")
    print(f"The gate said: {found.reason}")
    print(
        f"It counts once another person has approved it:\n"
        f"  changeover approve override:{phase} --digest {order_digest(book.name, order)}"
    )
