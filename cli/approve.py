"""`changeover approve SUBJECT`: a second person's yes."""

from typing import Annotated

from cyclopts import Parameter

from actions.approving import NotApprovedError
from actions.approving import approve as record
from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token


def approve(
    subject: str,
    *,
    digest: Annotated[str, Parameter(help="What exactly is approved, as the request names it.")],
    typed: Annotated[
        str | None, Parameter(help="Where there is no second person: the subject once more.")
    ] = None,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Approve exactly what the digest names; never what you asked for yourself."""
    if typed is not None and typed != subject:
        msg = f"--typed says {typed}, the subject is {subject}; type the subject itself"
        raise NotApprovedError(msg)
    with opened(rollout) as book:
        by = book.proved(token)
        given = record(book.door, book.plan, subject, digest, by, now(), typed=typed is not None)
    print(f"{subject} approved by {given.by} (asked by {given.requester}), exactly {digest[:12]}…")
