"""What becomes of a proved archive: encrypted for the plan's keys, copied, and shown to open."""

import shutil
from datetime import datetime
from pathlib import Path

from actions.desk import Desk
from actions.signing_key import signing_key
from archive.bag import bag_problems
from archive.encryption import Recipient, recipients_of
from archive.seal import seal
from archive.sealed import Sealed, enclose, load_sealed, whose_word
from config.archive import ONE_KEY_AT_MOST
from config.secrets import secret_finder
from connectors.archive_store import ArchiveStore
from connectors.errors import Misconfigured, Refused
from ledger import archive_keys, archives
from ledger.door import Door

PLAIN = ".plain"
"""After the name of an archive that is still to be encrypted."""
_GONE = ".gone"


def plain_of(desk: Desk, folder: Path) -> Path:
    """Give where an archive is made: beside its place where it is to be encrypted, else there."""
    encrypted = desk.plan.decommission.archive.encrypt_for
    return folder.with_name(folder.name + PLAIN) if encrypted else folder


def recipients(desk: Desk) -> tuple[Recipient, ...]:
    """Give the keys an archive is encrypted for; none where the plan names none.

    WrongKey where a file of the plan's is no public key; Misconfigured where one key alone would
    stand between a large organisation and its memory. Asked before anything is exported.
    """
    wanted = desk.plan.decommission.archive.encrypt_for
    found = recipients_of([desk.folder / each for each in wanted])
    people = sum(1 for person in desk.look().people.values() if person.in_scope)
    if len(found) == 1 and people > ONE_KEY_AT_MOST:
        raise Misconfigured(
            f"decommission.archive.encrypt_for names one key for {people} people: if it is lost, "
            "so is the archive; name a second one, kept offline "
            f"(one is enough for {ONE_KEY_AT_MOST} people)"
        )
    return found


def enclosed(desk: Desk, plain: Path, folder: Path, now: datetime) -> Sealed | None:
    """Encrypt an archive; None where the plan wants none encrypted. `forget` removes the plain one.

    One that a dead worker encrypted is taken over. Refused where another lies in its place.
    """
    if plain == folder:
        return None
    if folder.exists():
        sealed = load_sealed(folder)
        if sealed.inside != seal(plain):
            raise Refused(f"{folder} is another archive than {plain}: move one of them away")
    else:
        key = signing_key(desk.door, desk.folder, now)
        sealed = enclose(plain, folder, recipients(desk), key)
    return sealed


def forget(plain: Path, folder: Path) -> None:
    """Remove a plain archive once what is kept lies in its place, encrypted."""
    if plain != folder:
        # Renamed first: half of a plain archive under its own name would be taken for one.
        shutil.rmtree(plain.rename(plain.with_name(plain.name + _GONE)))


def open_store(desk: Desk) -> ArchiveStore | None:
    """Open the place where a copy of the archive goes; None where the plan has none."""
    place = desk.plan.decommission.archive.copy_to
    return ArchiveStore(place, desk.folder, secret_finder(desk.folder)) if place else None


def clear(room: Path) -> None:
    """Remove what a worker that died had begun to remove."""
    for half in room.glob(f"*{PLAIN}{_GONE}"):
        shutil.rmtree(half)


def tidy(desk: Desk) -> None:
    """Remove what is left in the clear of archives that are recorded encrypted.

    A worker that dies between recording one and removing what it was made of leaves that. Only what
    the recorded one, whole on the disk, was made of is removed.
    """
    room = desk.folder / desk.plan.decommission.archive.to
    clear(room)
    with desk.door.read() as tx:
        recorded = {a.path: a.seal for a in archives.every(tx, desk.rollout)}
    for plain in room.glob(f"*{PLAIN}"):
        folder = plain.with_name(plain.name.removesuffix(PLAIN))
        if str(folder) in recorded and _is_kept(plain, folder, recorded[str(folder)]):
            forget(plain, folder)


def _is_kept(plain: Path, folder: Path, recorded: str) -> bool:
    try:
        same = seal(folder) == recorded and load_sealed(folder).inside == seal(plain)
        return same and not bag_problems(folder)
    except (OSError, ValueError):
        return False


def opened(door: Door, word: str, by: str, now: datetime) -> str:
    """Record that somebody opened the newest archive with one of its keys; gives the key's name.

    `word` is what stood in the small file made for that key alone. Refused where it is no such
    word, or the newest archive is not encrypted.
    """
    with door.read() as tx:
        every = archives.every(tx, door.rollout)
    if not every or "keys" not in every[-1].report:
        raise Refused("the newest archive of this rollout is not encrypted: there is no such word")
    newest = every[-1]
    holder = whose_word(Path(newest.path), word)
    if holder is None:
        raise Refused("this is no word of the newest archive: open its opening-*.age, and read on")
    with door.write("archive-opened") as tx:
        archive_keys.record_opened(tx, door.rollout, newest.seal, holder.id, holder.name, by, now)
    return holder.name
