"""Which archive this is."""

from hashlib import sha256
from pathlib import Path

from archive.signature import TAG_LIST


def seal(archive: Path) -> str:
    """Give an archive's identity: sha256 of its tag list, as 64 hexadecimal digits.

    The tag list holds the checksum of every file but data's, and that of the list of data's files:
    whoever agrees to this number agrees to every byte. It says what was agreed to; by whom it was
    made, the signature over the same list says. OSError where there is no archive.
    """
    return sha256((archive / TAG_LIST).read_bytes()).hexdigest()
