"""`changeover archive key`: the key that signs archives, and another in its place."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from archive.signature import in_groups
from cli.book import opened
from cli.clock import now
from cli.options import RolloutName, Token


def key(
    *,
    rotate: Annotated[
        bool, Parameter(help="Sign with another key from now on.", negative="")
    ] = False,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Show the fingerprint of the key that signs archives; make the key where there is none yet.

    It lies in `.secrets/archive-signing-key` beside the plan, or in
    CHANGEOVER_SECRET_ARCHIVE_SIGNING_KEY, and nowhere else: keep a copy of it offline.
    """
    from actions.signing_key import rotate_key, signing_key

    with opened(rollout) as book:
        folder = Path(book.whole.folder)
        if rotate:
            by = book.proved(token)
            found = rotate_key(book.door, folder, by, now())
        else:
            found = signing_key(book.door, folder, now())
    print(f"Archives of {book.name} are signed with the key")
    print(f"  {in_groups(found.fingerprint)}")
    print("Whoever wants to prove an archive needs this number from elsewhere: keep it on paper.")
