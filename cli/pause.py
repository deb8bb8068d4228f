"""`changeover pause`: stop everything, at once."""

from typing import Annotated

from cyclopts import Parameter

from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token
from ledger import records

NO_REASON = "no reason given"


def pause(
    *,
    reason: Annotated[str, Parameter(help="Why; it stands in the audit trail.")] = NO_REASON,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Pause a rollout at once: no effect starts from here on, but those of a rollback."""
    with opened(rollout) as book:
        by = book.proved(token)
        if book.whole.paused_at is not None:
            why = f"{book.whole.paused_by}: {book.whole.pause_reason}"
            print(f"{book.name} is paused already ({why})")
            return
        with book.door.write("pause") as tx:
            records.pause(tx, book.name, by, reason.strip() or NO_REASON, now())
    print(f"{book.name} is paused by {by}. `changeover resume --reason ...` lets it go on.")
