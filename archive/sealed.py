"""An encrypted archive: one file that each of its keys opens alone, in a bag that explains itself.

Outside the encrypted file stands what a stranger needs to know and no more: what it is, which keys
open it and how, and checksums. Its bag is signed like the one inside. Whether a key's holder can
really open it shows when they open a small file made for that key alone, `opening-1.age` and so on,
and give back the word in it (`changeover archive opened`): private keys are never here.
"""

import secrets
import shutil
import tarfile
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Literal, Self, cast

from archive import sealed_readme
from archive.bag import bag_problems, write_bag
from archive.encryption import Recipient, decrypt, encrypt, encrypt_text
from archive.errors import ArchiveError, Broken, Occupied
from archive.manifest import Manifest, load
from archive.schema import Part
from archive.seal import seal
from archive.signature import SigningKey

FILE = "sealed.json"
FORMAT: Literal["changeover-sealed-1"] = "changeover-sealed-1"
PAYLOAD = "data/archive.tar.age"
README = "README.txt"
_PARTIAL = ".partial"
_CHUNK = 1 << 20


class KeyHolder(Part):
    """A key that opens an archive."""

    name: str
    key: str
    """The public key."""
    id: str
    opening: str
    """The file it opens to show that it can."""
    word_sha256: str
    """Of the word in that file."""


class Sealed(Part):
    """What an encrypted archive says of itself: `sealed.json`."""

    format: Literal["changeover-sealed-1"] = FORMAT
    rollout: str
    made_at: datetime
    source_sha256: str
    tables: int
    rows: int
    keep_until: date | None
    inside: str
    """Seal of the archive inside."""
    tar_sha256: str
    """Of the tar file inside the encryption."""
    keys: tuple[KeyHolder, ...]


def is_sealed(archive: Path) -> bool:
    """Tell whether an archive is an encrypted one."""
    return (archive / FILE).is_file()


def load_sealed(archive: Path) -> Sealed:
    """Read what an encrypted archive says of itself; OSError or ValueError where it cannot be."""
    return Sealed.model_validate_json((archive / FILE).read_bytes())


def enclose(
    plain: Path, folder: Path, recipients: Sequence[Recipient], key: SigningKey | None
) -> Sealed:
    """Encrypt an archive into another folder, which must not exist, and prove that it opens.

    The encrypted file is opened once with a key that is then forgotten, and every byte compared.
    The plain archive stays; whoever asked removes it. Raises Occupied where `folder` exists, Broken
    where the plain one is not whole. A failed call leaves nothing under `folder`'s name.
    """
    if folder.exists():
        raise Occupied(f"{folder} exists already: an archive is never overwritten; choose a name")
    if problems := bag_problems(plain):
        raise Broken(f"{plain.name} is not whole, and was not encrypted: {problems[0]}")
    partial = folder.with_name(folder.name + _PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        sealed = _write(plain, partial, folder.name, recipients)
        text = sealed_readme.text(sealed, folder.name, signed=key is not None)
        (partial / README).write_text(text, encoding="utf-8")
        info = {
            "Bagging-Date": sealed.made_at.date().isoformat(),
            "External-Identifier": " ".join(sealed.rollout.split()),
            "Bag-Software-Agent": "changeover",
        }
        write_bag(partial, info, key)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return sealed


def _write(plain: Path, folder: Path, name: str, recipients: Sequence[Recipient]) -> Sealed:
    manifest, written = load(plain), _Summing()
    (folder / "data").mkdir(parents=True)
    payload = folder / PAYLOAD

    def write(target: IO[bytes]) -> None:
        _tar(plain, name, manifest.made_at, written.of(target))

    drill, read = encrypt(write, payload, recipients), _Summing()
    decrypt(payload, drill, read.all_of)
    if read.hexdigest != written.hexdigest:
        raise ArchiveError(f"{name}: what was encrypted does not come out again; do not trust disk")
    sealed = Sealed(
        rollout=manifest.rollout,
        made_at=manifest.made_at,
        source_sha256=manifest.source_sha256,
        tables=len(manifest.tables),
        rows=manifest.rows,
        keep_until=manifest.keep_until,
        inside=seal(plain),
        tar_sha256=written.hexdigest,
        keys=tuple(_opening(folder, n, each, manifest) for n, each in enumerate(recipients, 1)),
    )
    (folder / FILE).write_text(sealed.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return sealed


def _opening(folder: Path, number: int, recipient: Recipient, manifest: Manifest) -> KeyHolder:
    """Write the small file that one key's holder opens; the word in it is kept nowhere else."""
    word = f"{number}-{secrets.token_hex(16)}"
    name = f"opening-{number}.age"
    text = sealed_readme.opening_text(manifest.rollout, recipient.name, word)
    (folder / name).write_bytes(encrypt_text(text, recipient))
    return KeyHolder(
        name=recipient.name,
        key=recipient.key,
        id=recipient.id,
        opening=name,
        word_sha256=sha256(word.encode()).hexdigest(),
    )


def whose_word(archive: Path, word: str) -> KeyHolder | None:
    """Give the key that a word from an opening file belongs to; None for no such word."""
    found = sha256(word.strip().encode()).hexdigest()
    return next((each for each in load_sealed(archive).keys if each.word_sha256 == found), None)


def unseal(archive: Path, identity: Any, into: Path) -> Path:  # noqa: ANN401 - pyrage's own kinds
    """Open an encrypted archive with a private key, into a folder that must not exist.

    WrongKey where the key does not open it, Broken where the encrypted archive or what came out of
    it is not whole; nothing is left under the folder's name then.
    """
    if into.exists():
        raise Occupied(f"{into} exists already: name a folder that does not")
    if problems := bag_problems(archive):
        raise Broken(f"{archive.name} is not whole, and was not opened: {problems[0]}")
    sealed, partial, read = load_sealed(archive), into.with_name(into.name + _PARTIAL), _Summing()
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)

    def unpack(source: IO[bytes]) -> None:
        with tarfile.open(mode="r|", fileobj=cast("Any", read.of(source)), bufsize=_CHUNK) as tar:
            tar.extractall(partial, filter="data")
        read.all_of(source)  # what pads a tar file belongs to its checksum

    try:
        decrypt(archive / PAYLOAD, identity, unpack)
        (made,) = partial.iterdir()
        if read.hexdigest != sealed.tar_sha256 or seal(made) != sealed.inside or bag_problems(made):
            raise Broken(f"what is inside {archive.name} is not the archive it says")
        made.rename(into)
    except (tarfile.TarError, ValueError, OSError) as error:
        raise Broken(f"what is inside {archive.name} cannot be read: {error}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return into


class _Summing:
    """A file on whose way the SHA-256 of what passes is taken."""

    def __init__(self) -> None:
        self._sum = sha256()
        self._file: IO[bytes] | None = None

    def of(self, file: IO[bytes]) -> Self:
        """Stand before a file."""
        self._file = file
        return self

    def write(self, data: bytes) -> int:
        """Write on."""
        self._sum.update(data)
        return cast("IO[bytes]", self._file).write(data)

    def read(self, size: int) -> bytes:
        """Read on."""
        data = cast("IO[bytes]", self._file).read(size)
        self._sum.update(data)
        return data

    def all_of(self, file: IO[bytes]) -> None:
        """Read a file to its end."""
        self.of(file)
        while self.read(_CHUNK):
            pass

    @property
    def hexdigest(self) -> str:
        """Give what it came to."""
        return self._sum.hexdigest()


def _tar(plain: Path, name: str, made_at: datetime, target: _Summing) -> None:
    """Write a folder as a tar file: the same bytes for the same files, whoever's they are."""

    def same(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mtime = int(made_at.timestamp())
        info.mode = 0o755 if info.isdir() else 0o644
        return info

    options: Any = {"fileobj": target, "bufsize": _CHUNK, "format": tarfile.PAX_FORMAT}
    with tarfile.open(mode="w|", **options) as tar:
        for path in [plain, *sorted(plain.rglob("*"))]:
            inside = Path(name, path.relative_to(plain)).as_posix()
            tar.add(path, inside, recursive=False, filter=same)
