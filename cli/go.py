"""`changeover go`: let a rollout begin whose mails went to one address until now."""

from actions.say_go import say_go
from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token


def go(*, rollout: RolloutName = None, token: Token = None) -> None:
    """Say go: from the next tick on mails go to the people, and what was withheld happens."""
    with opened(rollout) as book:
        by = book.proved(token)
        gone = say_go(book.door, book.plan, by, now())
    print(
        f"{book.name} goes, said by {by}. {gone.mails} mails went to {gone.address}; the people "
        "get theirs from the next tick on."
    )
    for line in gone.hurried:
        print(f"Short notice: {line}.")
