"""A digest of a table that does not depend on the order of its rows.

Each row's canonical bytes (archive.canonical) are hashed with SHA-256, and the hashes are added up
modulo 2**256; beside the sum stands the number of rows. Addition makes the order immaterial, so
that a database may give its rows as it likes and tables of any size need no sorting.

Why a sum and not XOR: under XOR two equal rows cancel out, so that a table holding a row twice and
another holding a different row twice would look alike. A sum counts every copy.

What it proves: that two copies are equal, against every accident. It is no proof against a forger
who can choose rows freely (sums of hashes can be steered with enough work); against him stand the
checksums of the bag and the seal over them.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import numpy as np

from archive.canonical import Columns, row_bytes
from archive.schema import Logical, Part

_MODULUS = 1 << 256
_WORD = 32
_WORDS = 256 // _WORD


class TableDigest(Part):
    """How many rows a table has, and the sum of their hashes as 64 hexadecimal digits."""

    rows: int
    sum: str


class Digester:
    """Adds up a table's rows as they come by."""

    def __init__(self, types: Sequence[Logical]) -> None:
        """Start with no rows."""
        self._types = types
        self._rows = 0
        self._sum = 0

    def add(self, columns: Columns) -> None:
        """Count some rows in."""
        self.add_rows(row_bytes(self._types, columns))

    def add_rows(self, rows: Iterable[bytes]) -> None:
        """Count rows in by their canonical bytes."""
        hashes = [sha256(row).digest() for row in rows]
        self._sum = (self._sum + _added_up(hashes)) % _MODULUS
        self._rows += len(hashes)

    def result(self) -> TableDigest:
        """Tell what has been added so far."""
        return TableDigest(rows=self._rows, sum=f"{self._sum:064x}")


def _added_up(hashes: Sequence[bytes]) -> int:
    """Add up hashes word by word: of up to 2**32 of them no word's sum leaves its 64 bits."""
    words = np.frombuffer(b"".join(hashes), dtype=f">u{_WORD // 8}").reshape(-1, _WORDS)
    total = 0
    for word in words.sum(axis=0, dtype=np.uint64).tolist():
        total = (total << _WORD) + word
    return total


def digest(types: Sequence[Logical], batches: Iterable[Columns]) -> TableDigest:
    """Give the digest of a whole table."""
    digester = Digester(types)
    for columns in batches:
        digester.add(columns)
    return digester.result()


def together(parts: Iterable[TableDigest]) -> TableDigest:
    """Give the digest of a table from those of its pieces."""
    found = list(parts)
    total = sum(int(part.sum, 16) for part in found) % _MODULUS
    return TableDigest(rows=sum(part.rows for part in found), sum=f"{total:064x}")
