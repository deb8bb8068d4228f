"""Which archive this is."""

import re
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


def plain_seal(text: str) -> str:
    """Give a seal as it is kept, from one as people type it; ValueError for another thing."""
    plain = re.sub(r"\s", "", text).lower()
    if not re.fullmatch("[0-9a-f]{64}", plain):
        raise ValueError(
            f"{text.strip()!r} is no seal: give all 64 hexadecimal digits, of the approval mail or "
            "of `sha256sum tagmanifest-sha256.txt`; where it is shown short, 16 prove nothing"
        )
    return plain
