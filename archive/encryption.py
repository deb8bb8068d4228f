"""Encryption to several keys, each of which opens alone: files as the `age` tool reads them.

The format is age v1 (age-encryption.org/v1). A recipient is a public key: one of age's own, or an
SSH key (ed25519, rsa). Everything streams, so that memory stays flat.
"""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import pyrage
from pyrage import ssh, x25519

from archive.errors import ArchiveError

_SECRET = ("AGE-SECRET-KEY-", "PRIVATE KEY-----")
_KINDS = ("age1", "ssh-ed25519 ", "ssh-rsa ")


class WrongKey(ArchiveError):
    """A key cannot be used, or does not open what it should."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody's public key; its private one is theirs alone."""

    name: str
    """What people call it: the name of the file it came from."""
    key: str

    @property
    def id(self) -> str:
        """Tell the key from others: the SHA-256 of it, as 64 hexadecimal digits."""
        return sha256(self.key.encode()).hexdigest()

    def usable(self) -> Any:  # noqa: ANN401 - pyrage's own kinds
        """Give it as pyrage takes it; WrongKey where it is none."""
        kind = ssh.Recipient if self.key.startswith("ssh-") else x25519.Recipient
        try:
            return kind.from_str(self.key)
        except pyrage.RecipientError as error:
            raise WrongKey(f"{self.name} is no public key that can be used: {error}") from None


def recipients_of(paths: Sequence[Path]) -> tuple[Recipient, ...]:
    """Read public keys, one a file; WrongKey where one is none, is private, or comes twice."""
    found: list[Recipient] = []
    for path in paths:
        recipient = Recipient(path.name, _key_in(path))
        recipient.usable()
        for other in found:
            if other.key == recipient.key:
                raise WrongKey(f"{other.name} and {path.name} are the same key: name two of them")
            if other.name == recipient.name:
                raise WrongKey(f"two keys are called {path.name}: give their files other names")
        found.append(recipient)
    return tuple(found)


def _key_in(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise WrongKey(f"the public key {path} cannot be read: {why}") from None
    if any(word in text for word in _SECRET):
        raise WrongKey(
            f"{path} holds a PRIVATE key, which belongs with its owner alone: move it away and "
            "put the public one there (`age-keygen -y FILE` prints it)"
        )
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) != 1 or not keys[0].startswith(_KINDS):
        raise WrongKey(f"{path} must hold one public key: a line that begins with age1 or ssh-")
    # What stands after an SSH key is a comment: often somebody's name and machine.
    return " ".join(keys[0].split()[:2])


def encrypt(
    write: Callable[[IO[bytes]], None], into: Path, recipients: Sequence[Recipient]
) -> x25519.Identity:
    """Encrypt what `write` writes into a new file, for each recipient and one more key.

    That one is made here and given back: with it the file is opened once, to prove that it opens,
    and it is kept nowhere. Raises what `write` raises; the file is then of no use.
    """
    drill = x25519.Identity.generate()
    keys = [*(each.usable() for each in recipients), drill.to_public()]
    with into.open("xb") as file, _piped(write) as source:
        pyrage.encrypt_io(source, cast("Any", file), keys)
    return drill


def encrypt_text(text: str, recipient: Recipient) -> bytes:
    """Encrypt a short text for one recipient, in letters that can be mailed."""
    return pyrage.encrypt(text.encode(), [recipient.usable()], armored=True)


def decrypt(file: Path, identity: Any, read: Callable[[IO[bytes]], None]) -> None:  # noqa: ANN401 - pyrage's own
    """Decrypt a file; `read` gets what was in it, and must read it to its end.

    WrongKey where the key does not open it, or it was changed; raises what `read` raises. What was
    read counts only once this has returned.
    """
    with _reader(read) as target, file.open("rb") as source:
        try:
            pyrage.decrypt_io(cast("Any", source), target, [identity])
        except pyrage.DecryptError as error:
            raise WrongKey(f"{file.name} does not open with this key: {error}") from None


def identity_of(path: Path) -> Any:  # noqa: ANN401 - pyrage's own kinds
    """Read a private key: a file of age-keygen's, or an SSH one without passphrase."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise WrongKey(f"the private key {path} cannot be read: {why}") from None
    lines = [line.strip() for line in text.splitlines()]
    secret = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), None)
    try:
        if secret is not None:
            return x25519.Identity.from_str(secret)
        return ssh.Identity.from_buffer(text.encode())
    except pyrage.IdentityError:
        # Said without what pyrage says: nothing of a key belongs in a message.
        raise WrongKey(
            f"{path} holds no private key that can be used here: one made by age-keygen, or an SSH "
            "one without passphrase; the `age` tool itself takes others"
        ) from None


class _Worker(threading.Thread):
    """Does the other end of a pipe, and keeps what it raised."""

    def __init__(self, work: Callable[[IO[bytes]], None], end: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._work, self._end = work, end
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work(self._end)
            self._end.flush()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits for it
            # Kept before the pipe is closed, so that the other side, failing then, finds the cause.
            self.error = error
        finally:
            with suppress(OSError):
                self._end.close()


class _Pipe:
    """One end of a pipe whose other end a worker has; a context that gives the worker's error."""

    def __init__(self, work: Callable[[IO[bytes]], None], *, writes: bool) -> None:
        read, write = os.pipe()
        mine, others = (read, write) if writes else (write, read)
        self._mine: IO[bytes] = os.fdopen(mine, "rb" if writes else "wb")
        self._worker = _Worker(work, os.fdopen(others, "wb" if writes else "rb"))

    def __enter__(self) -> Any:  # noqa: ANN401 - pyrage asks for io's own class
        self._worker.start()
        return self._mine

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        first = self._worker.error
        with suppress(BrokenPipeError):  # the worker ended before; its own error says why
            self._mine.close()
        self._worker.join()
        cause = first if error is not None else self._worker.error
        if cause is not None:
            raise cause


def _piped(work: Callable[[IO[bytes]], None]) -> _Pipe:
    return _Pipe(work, writes=True)


def _reader(work: Callable[[IO[bytes]], None]) -> _Pipe:
    return _Pipe(work, writes=False)
