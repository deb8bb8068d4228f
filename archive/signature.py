"""Who made an archive: an Ed25519 signature (RFC 8032) over its tag list.

The tag list is what the seal is of, so that the signature is over every byte. The signer's public
key lies in the archive as `signer.pem` and is itself on the tag list; the signature cannot be, and
is the one file that no list names. A key that lies beside what it signs proves nothing: what proves
is its fingerprint, which the approvers were mailed and every report prints.

Both are checked by OpenSSL alone: `README.txt` says how.
"""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from archive.errors import ArchiveError

PUBLIC = "signer.pem"
TAG_LIST = "tagmanifest-sha256.txt"
SIGNATURE = f"{TAG_LIST}.sig"

_FINGERPRINT_DIGITS = 64


class NoKey(ArchiveError):
    """What is given as a signing key is none."""


class SigningKey:
    """A private Ed25519 key; never shown, in a text or an error."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Take the key."""
        self._key = key
        self.public_pem = _pem(key.public_key())
        self.fingerprint = _fingerprint(key.public_key())

    @classmethod
    def new(cls) -> Self:
        """Make one."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of_seed(cls, seed: bytes) -> Self:
        """Make the same one for the same 32 bytes, which are then the secret: for rehearsals."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def read(cls, pem: str) -> Self:
        """Read one from PEM (PKCS #8, not encrypted); NoKey where it is anything else."""
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise NoKey(
                "the signing key is no Ed25519 private key in PEM without a passphrase; "
                "`openssl genpkey -algorithm ed25519` makes one"
            )
        return cls(key)

    def secret(self) -> str:
        """Give the private key itself, as PEM."""
        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return pem.decode("ascii")

    def write(self, path: Path) -> None:
        """Write it into a new file that its owner alone may read; FileExistsError if there is one.

        Under its own name there is never half a key.
        """
        text = self.secret().encode("ascii")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
            # A link, unlike a rename, does not replace what another process has written meanwhile.
            path.hardlink_to(partial)
        finally:
            partial.unlink()

    def sign(self, archive: Path) -> None:
        """Sign an archive whose lists are written, `signer.pem` among what they name."""
        (archive / SIGNATURE).write_bytes(self._key.sign((archive / TAG_LIST).read_bytes()))


def signer(archive: Path) -> str | None:
    """Give the fingerprint of the key an archive says it is signed by; None where it says none.

    ValueError where that key cannot be read. Whether the signature is right, `signature_problem`
    tells.
    """
    path = archive / PUBLIC
    return _fingerprint(_public(path.read_bytes())) if path.is_file() else None


def signature_problem(archive: Path) -> str | None:
    """Say what is wrong with an archive's signature; None where it is right, or there is none."""
    signed, has_key = archive / SIGNATURE, (archive / PUBLIC).is_file()
    if not has_key:
        return f"{SIGNATURE} does not belong here: there is no {PUBLIC}" if _there(signed) else None
    if not signed.is_file() or signed.is_symlink():
        return f"{SIGNATURE} is missing: the archive says it is signed"
    try:
        key = _public((archive / PUBLIC).read_bytes())
        key.verify(signed.read_bytes(), (archive / TAG_LIST).read_bytes())
    except InvalidSignature:
        return f"{SIGNATURE} is not the signature of {PUBLIC} over {TAG_LIST}"
    except (ValueError, UnsupportedAlgorithm):
        return f"{PUBLIC} is no Ed25519 public key"
    return None


def plain_fingerprint(text: str) -> str:
    """Give a fingerprint as it is kept, from one as people type it; ValueError for another thing.

    Spaces and colons between digits and capital letters are people's own.
    """
    plain = re.sub(r"[\s:]", "", text).lower()
    if not re.fullmatch(rf"[0-9a-f]{{{_FINGERPRINT_DIGITS}}}", plain):
        raise ValueError(
            f"{text.strip()!r} is no signer's fingerprint: give all {_FINGERPRINT_DIGITS} "
            "hexadecimal digits of the approval mail or a report"
        )
    return plain


def in_groups(fingerprint: str) -> str:
    """Write a fingerprint as people read it aloud, in groups of eight digits."""
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def _there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _public(pem: bytes) -> Ed25519PublicKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")  # noqa: TRY004 - what a file holds, no type
    return key


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _fingerprint(key: Ed25519PublicKey) -> str:
    """Give the SHA-256 of the key as DER (RFC 8410): what OpenSSL and sha256sum give."""
    return sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
