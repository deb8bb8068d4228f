"""People as bits: bit n is the person of number n; and how often, one number a person.

100,000 people are 12.5 kB, so that a history of hundreds of days is read in milliseconds. The form
is canonical: equal people are equal bytes.
"""

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.float64]

ORDER: Any = "little"
"""Bit 0 is the lowest of the first byte."""
UNREAD = b""
"""In place of packed times that were left where they are, for nothing asks for them."""


def packed(numbers: Numbers) -> bytes:
    """Pack people's numbers, in any order; nobody is nothing."""
    if not len(numbers):
        return b""
    flags = np.zeros(int(numbers.max()) + 1, dtype=bool)
    flags[numbers] = True
    return np.packbits(flags, bitorder=ORDER).tobytes()


def numbers_in(found: bytes) -> Numbers:
    """Give the numbers that were packed, ascending."""
    bits = np.frombuffer(found, dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(bits, bitorder=ORDER)).astype(np.int64)


def either(one: bytes, other: bytes) -> bytes:
    """Give the people of both."""
    if one == other:
        return one
    short, long = sorted((one, other), key=len)
    found = np.frombuffer(long, dtype=np.uint8).copy()
    found[: len(short)] |= np.frombuffer(short, dtype=np.uint8)
    return found.tobytes()


def how_many(found: bytes | Bits) -> int:
    """Count people."""
    bits = np.frombuffer(found, dtype=np.uint8) if isinstance(found, bytes) else found
    return int(np.bitwise_count(bits).sum())


def matrix(rows: list[bytes], width: int) -> Bits:
    """Lay rows of packed people under each other, so many bytes wide; others are left out."""
    found = np.zeros((len(rows), width), dtype=np.uint8)
    for number, row in enumerate(rows):
        found[number, : len(row)] = np.frombuffer(row[:width], dtype=np.uint8)
    return found


def times_packed(times: Times) -> bytes | None:
    """Pack how often, in the order of the people's numbers; None: everybody once."""
    if (times == 1).all():
        return None
    return zlib.compress(np.ascontiguousarray(times, dtype="<f8").tobytes(), level=1)


def times_of(found: bytes | None, people: int) -> Times:
    """Give how often; NaN where a source did not say. ValueError where it was left UNREAD."""
    if found is None:
        return np.ones(people)
    if found == UNREAD:
        raise ValueError("how often people did this on that day was not read; read from that day")
    return np.frombuffer(zlib.decompress(found), dtype="<f8").astype(np.float64)
