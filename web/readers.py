"""Who may look something up in an archive: a list of names, and what proves that it is they.

One line a person: an address, and where people come with a token of their own, a tab and the
token's SHA-256. Lines that begin with # are for people.
"""

import hmac
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


class NoReaderError(Exception):
    """The list of readers cannot be used. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Readers:
    """The people of the list, by address in small letters; the hash of a token, or none."""

    by_name: dict[str, str]

    def knows(self, name: str) -> str | None:
        """Give somebody's name as the list has it; None for a stranger."""
        plain = name.strip().lower()
        return plain if plain in self.by_name else None

    def owner(self, token: str) -> str | None:
        """Tell whose token it is; None for nobody's."""
        found = _hash(token)
        owners = [who for who, kept in self.by_name.items() if hmac.compare_digest(kept, found)]
        return owners[0] if owners else None


def readers_of(path: Path) -> Readers:
    """Read the list; NoReaderError where there is none, or nobody is on it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise NoReaderError(f"the list of readers {path} cannot be read: {error}") from None
    found: dict[str, str] = {}
    for line in lines:
        name, _, kept = line.strip().partition("\t")
        if name and not name.startswith("#"):
            found[name.strip().lower()] = kept.strip()
    if not found:
        raise NoReaderError(
            f"nobody is on the list {path}: `changeover archive reader ADDRESS --people {path}` "
            "adds somebody"
        )
    return Readers(found)


def add_reader(path: Path, name: str) -> str:
    """Put somebody on the list, made where there is none; gives their token, kept nowhere.

    NoReaderError where they are on it already, or it is no name.
    """
    plain = name.strip().lower()
    if not plain or any(letter in plain for letter in "\t\r\n#"):
        raise NoReaderError(f"{name!r} is no name for the list: write an address")
    if path.exists() and path.stat().st_size and readers_of(path).knows(plain):
        raise NoReaderError(f"{plain} is on the list {path} already: take that line out first")
    token = secrets.token_urlsafe(32)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{plain}\t{_hash(token)}\n")
    return token


def _hash(token: str) -> str:
    return sha256(token.strip().encode()).hexdigest()
