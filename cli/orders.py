"""What the commands that ask for something have in common."""

from typing import Annotated

from cyclopts import Parameter

from actions.ask_for import ask_for
from cli.book import Book, opened
from cli.clock import now
from cli.options import in_words
from rollout.orders import OrderKind
from rollout.snapshot import OrderNow

Reason = Annotated[
    str,
    Parameter(name="--reason", validator=in_words, help="Why; it stands in the audit trail."),
]


def record(
    kind: OrderKind, target: str, reason: str, rollout: str | None, token: str | None
) -> tuple[Book, OrderNow]:
    """Record an order of whoever owns the token, and say so."""
    with opened(rollout) as book:
        by = book.proved(token)
        order = ask_for(book.door, book.plan, kind, target, by, reason, now())
    print(f"order {order.id}: {kind} {target}, asked by {by}. The next tick carries it out.")
    return book, order
