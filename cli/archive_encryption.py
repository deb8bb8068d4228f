"""`changeover archive encrypt|open|opened`: an archive for named keys, and who opened it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from archive.signature import SigningKey
from cli.archive import Folder, NewFolder
from cli.book import opened as book_opened
from cli.clock import now
from cli.options import RolloutName, Token

KeyFile = Annotated[
    Path | None,
    Parameter(
        name="--key",
        help="File of the private key to sign with; else that of the rollout in the ledger.",
    ),
]


def encrypt(
    path: Folder,
    into: NewFolder,
    *,
    for_: Annotated[
        list[Path],
        Parameter(name="--for", help="File with a public key; once for each.", negative=""),
    ],
    key: KeyFile = None,
    rollout: RolloutName = None,
) -> None:
    """Encrypt the archive PATH into the folder INTO, for keys of which each opens it alone.

    PATH stays as it is: remove it once the holders of the keys have shown that they open INTO.
    """
    from archive.encryption import recipients_of
    from archive.sealed import enclose

    recipients = recipients_of(for_)
    sealed = enclose(path, into, recipients, signs_with(key, rollout))
    print(f"{into} is encrypted for {', '.join(each.name for each in sealed.keys)}.")
    print(f"Each opens their file of opening-*.age there, then you remove {path}.")


def open_(
    path: Folder,
    into: NewFolder,
    *,
    identity: Annotated[
        Path, Parameter(help="Your private key: a file of age-keygen's, or an SSH one.")
    ],
) -> None:
    """Open the encrypted archive PATH into the folder INTO, and check what came out."""
    from archive.encryption import identity_of
    from archive.sealed import unseal
    from archive.verify import verify

    made = unseal(path, identity_of(identity), into)
    print(verify(made).line)


def opened(
    word: Annotated[str, Parameter(help="As it stood in your file of opening-*.age.")],
    *,
    rollout: RolloutName = None,
    token: Token = None,
) -> None:
    """Record that you opened the newest archive: WORD stood in the small file made for your key."""
    from actions.enclosing import opened as record

    with book_opened(rollout) as book:
        by = book.proved(token)
        name = record(book.door, word, by, now())
        made = book.look().archive
    print(f"{by} has shown that {name} opens the archive.")
    if made is not None and made.unopened:
        print(f"Not shown yet: {', '.join(made.unopened)}.")


def signs_with(path: Path | None, rollout: str | None) -> SigningKey:
    """Give the key to sign with: that of a file, else the rollout's own."""
    from actions.signing_key import signing_key

    if path is not None:
        return SigningKey.read(path.read_text(encoding="utf-8"))
    with book_opened(rollout) as book:
        return signing_key(book.door, Path(book.whole.folder), now())
