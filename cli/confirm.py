"""`changeover confirm ITEM`: a person has seen that something is so."""

from cli.book import Book, opened
from cli.clock import now
from cli.options import RolloutName, Token
from ledger import records
from rollout.confirming import items_of_the_end


class NoSuchItemError(Exception):
    """The plan has no such item. The message names those it has."""


def confirm(item: str, *, rollout: RolloutName = None, token: Token = None) -> None:
    """Confirm an ITEM of a launch checklist or a gate (PHASE/ITEM), or a switch you have turned."""
    with opened(rollout) as book:
        by = book.proved(token)
        known = items(book)
        if item not in known:
            msg = f"{book.name} has no item {item}; it has {', '.join(known) or 'none'}"
            raise NoSuchItemError(msg)
        with book.door.write("confirm") as tx:
            records.confirm(tx, book.name, item, by, now())
            left = [i for i in known if i not in records.confirmed(tx, book.name)]
    print(f"{item} is confirmed by {by}. Open: {', '.join(left) or 'nothing'}")


def items(book: Book) -> list[str]:
    """Give everything a person may confirm: checklists, and what the old system's end waits for."""
    plan, look = book.plan, book.look()
    found = [i for p in plan.phases for i in (*plan.checklist_of(p), *plan.asked_at_gate(p))]
    return [*found, *items_of_the_end(plan, look)]
