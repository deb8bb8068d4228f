"""`changeover token NAME`: what a person proves with who they are."""

from cli.book import Book, NotProvedError, RolloutName, Token, opened
from cli.clock import now
from ledger import records


def token(name: str, *, rollout: RolloutName = None, token: Token = None) -> None:
    """Make the personal token of NAME (an address of the plan) and print it, this once.

    The first of a rollout is made for whoever asks; each further one needs the caller's own. A
    person's earlier token ends.
    """
    with opened(rollout) as book:
        who = entitled(book, name)
        with book.door.read() as tx:
            first = not records.has_tokens(tx, book.name)
        by = who if first else book.proved(token)
        with book.door.write("token") as tx:
            if first and records.has_tokens(tx, book.name):
                msg = "somebody made the first token just now; ask them for yours"
                raise NotProvedError(msg)
            secret = records.make_token(tx, book.name, who, by, now())
    print(secret)


def entitled(book: Book, name: str) -> str:
    """Give a person's address as the plan writes it: an approver, the signer or a champion."""
    signer = book.plan.organisation.signed_by
    champions = [s.champion for s in book.plan.organisation.sites.values() if s.champion]
    known = {a.lower(): a for a in (*book.plan.approvers, *champions, signer.email)}
    wanted = signer.email if name == signer.name else name
    if wanted.lower() not in known:
        msg = (
            f"the plan does not know {name}; tokens are for approvers, champions and who signs: "
            f"{', '.join(sorted(known.values()))}"
        )
        raise NotProvedError(msg)
    return known[wanted.lower()]
