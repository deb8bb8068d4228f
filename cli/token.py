"""`changeover token NAME`: what a person proves with who they are."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.book import Book, NotProvedError, opened
from cli.clock import now
from cli.options import RolloutName, Token
from ledger import records
from rollout.officials import officials

UNPROVED = "somebody without a token"
"""Whom the audit trail names where a lost token was asked for: nobody had to prove who they are."""


def token(
    name: str,
    *,
    lost: Annotated[
        bool,
        Parameter(
            negative="", help="You have none any more: mail NAME a new one, and ask for no token."
        ),
    ] = False,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Make the personal token of NAME (an address of the plan); their earlier one ends.

    The first of a rollout is that of who signs, and is printed. Later your own token is needed:
    for yourself a new one is printed, for anybody else it is mailed to them and not shown. With
    --lost it is mailed to NAME's own address whoever asks: only who reads their mail gains by it.
    """
    with opened(rollout) as book:
        who = entitled(book, name)
        if lost:
            _mailed(book, who, UNPROVED)
            print(f"mailed to {who}, whose earlier token has ended; it is in the audit trail")
            return
        with book.door.read() as tx:
            first = not records.has_tokens(tx, book.name)
        by = _first(book, who) if first else book.proved(token)
        if by.lower() == who.lower():
            print(_shown(book, who, first=first))
            return
        _mailed(book, who, by)
    print(f"mailed to {who}; nobody else has seen it")


def _first(book: Book, who: str) -> str:
    """Give whose the first token is; NotProvedError for anybody but who signs."""
    signer = book.plan.organisation.signed_by.email
    if who.lower() != signer.lower():
        msg = f"the first token is that of who signs: `changeover token {signer}`"
        raise NotProvedError(msg)
    return who


def _shown(book: Book, who: str, *, first: bool) -> str:
    with book.door.write("token") as tx:
        if first and records.has_tokens(tx, book.name):
            msg = "somebody made the first token just now; ask them for yours"
            raise NotProvedError(msg)
        return records.make_token(tx, book.name, who, who, now())


def _mailed(book: Book, who: str, by: str) -> None:
    # Mail is for this way alone: a command that needs none does not wait for its templates.
    from actions.desk import Desk
    from actions.mail_token import mail_token
    from config.secrets import secret_finder
    from connectors.opening import open_outside

    folder = Path(book.whole.folder)
    with open_outside(book.plan, folder, secret_finder(folder)) as outside:
        desk = Desk(book.plan, folder, book.door, outside, only_to=book.whole.only_to)
        mail_token(desk, who, by, now())


def entitled(book: Book, name: str) -> str:
    """Give a person's address as the plan writes it: an approver, the signer or a champion."""
    signer = book.plan.organisation.signed_by
    known = {address.lower(): address for address in officials(book.plan).values()}
    wanted = signer.email if name == signer.name else name
    if wanted.lower() not in known:
        msg = (
            f"the plan does not know {name}; tokens are for approvers, champions and who signs: "
            f"{', '.join(sorted(known.values()))}"
        )
        raise NotProvedError(msg)
    return known[wanted.lower()]
