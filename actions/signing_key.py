"""The key that archives and back-ups are signed with: made once, kept off the ledger, told to all.

It is the secret `archive-signing-key` of the machine that exports: the variable
CHANGEOVER_SECRET_ARCHIVE_SIGNING_KEY, else the file `.secrets/archive-signing-key` in the plan's
folder, readable by its owner alone. The ledger keeps fingerprints only.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from archive.signature import SigningKey
from config.secrets import PREFIX, MissingSecretError, secret_finder
from connectors.errors import Misconfigured
from ledger import archive_keys
from ledger.door import Door

NAME = "archive-signing-key"
VARIABLE = "CHANGEOVER_SECRET_ARCHIVE_SIGNING_KEY"
_RETIRED = f"{NAME}.retired"
_BY = "changeover"


def signing_key(
    door: Door, folder: Path, now: datetime, environment: Mapping[str, str] = os.environ
) -> SigningKey:
    """Give the key; make and record one where there has never been any.

    `folder` is the plan's. Misconfigured where the key that people were told of is not here, or
    another lies in its place: what is signed with a key nobody was told of proves nothing.
    """
    known, key = _known(door), _found(folder, environment)
    if key is None:
        if known is not None:
            raise Misconfigured(
                f"the key that signs archives, {known}, is not on this machine: put it back into "
                f"{VARIABLE} or .secrets/{NAME}; if it is lost, `changeover archive key --rotate` "
                "makes another, of which everybody is told"
            )
        key = _made(folder, environment)
    elif known not in (None, key.fingerprint):
        raise Misconfigured(
            f"the key that signs archives is {key.fingerprint}, and people were told of {known}: "
            "put that one back, or say that it changed: `changeover archive key --rotate`"
        )
    _record(door, known, key, _BY, now)
    return key


def rotate_key(
    door: Door,
    folder: Path,
    by: str,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
) -> SigningKey:
    """Sign with another key from now on: the one that was put in the old one's place, or a new one.

    The old private key is removed, but from the environment; what it signed stays signed. A call
    that died is safe to repeat. Misconfigured where the environment still holds the old one.
    """
    known, key = _known(door), _found(folder, environment)
    if key is None or key.fingerprint == known:
        if VARIABLE in environment:
            raise Misconfigured(
                f"the key comes from {VARIABLE}: put another there first (`openssl genpkey "
                "-algorithm ed25519` makes one), then rotate again"
            )
        path = _path(folder)
        if path.exists():
            path.rename(path.with_name(_RETIRED))
        key = _made(folder, environment)
    _record(door, known, key, by, now)
    _path(folder).with_name(_RETIRED).unlink(missing_ok=True)
    return key


def _known(door: Door) -> str | None:
    with door.read() as tx:
        return archive_keys.newest(tx, door.rollout)


def _path(folder: Path) -> Path:
    return folder / ".secrets" / NAME


def _found(folder: Path, environment: Mapping[str, str]) -> SigningKey | None:
    try:
        return SigningKey.read(secret_finder(folder, environment)(PREFIX + NAME))
    except MissingSecretError:
        return None


def _made(folder: Path, environment: Mapping[str, str]) -> SigningKey:
    key = SigningKey.new()
    try:
        key.write(_path(folder))
    except FileExistsError:
        # Another process made one at this moment: that is the one.
        return _found(folder, environment) or key
    return key


def _record(door: Door, known: str | None, key: SigningKey, by: str, now: datetime) -> None:
    if key.fingerprint != known:
        with door.write("archive-key") as tx:
            archive_keys.record(tx, door.rollout, key.fingerprint, by, now)
