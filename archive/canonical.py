r"""The one definition of a row, whatever it was read from.

On its way through the archive every value is a text (None for NULL) in the form its column's type
prescribes. These forms stand in the CSV files as they are, and the digests are taken over them:

=============  =====================================================================
integer        -12
decimal        12.50, with exactly the column's scale, or the value's own; NaN, INF, -INF
real           a decimal that gives the same bits: 0.1, -0.0, 1e+300; NaN, INF, -INF
text           itself
date           2026-03-31, 0044-03-15 BC; infinity, -infinity, 0000-00-00 as the source writes them
time           10:00:00 or 10:00:00.25
timestamp      2026-03-31 10:00:00 or 2026-03-31 10:00:00.25
timestamptz    2026-03-31 10:00:00.25Z, in UTC
boolean        true, false
blob           base64 (RFC 4648 section 4, with padding)
uuid           in small letters with hyphens
json           as the source writes it
interval       an ISO 8601 duration, each part with a sign of its own: P1Y2M-3DT4H0.5S, PT0S
array          JSON without spaces, of the elements' forms as texts, null for NULL, lists in lists
               for more dimensions: ["1.50",null]. Bytes in it are hexadecimal. A numbering that
               does not begin with 1 stands before: [0:1]=["1.50",null]
variant        a letter for the value's kind, then its form: i12, r0.5, tAmsterdam, baGk=
=============  =====================================================================

A row's bytes are its types' letters and its cells, with `\x1f,` (the sign "unit separator" and a
comma) between one and the next, in UTF-8. A cell is the value's text, but for three things: NULL is
`\x1f0`, and a unit separator inside a text is followed by a full stop; in moments, which a source
may write in two ways, a `T` between day and time becomes a space, and zeros at the end of a
fraction go; a real number becomes the 16 hexadecimal digits of its 64 bits (IEEE 754, the sign
first), since databases shorten the same number to different decimals. So no two rows of different
values give the same bytes, and databases can make them with functions of their own.
"""

import re
from collections.abc import Iterator, Sequence
from struct import pack
from typing import cast

from archive.schema import Logical

type_letters: dict[Logical, str] = {
    Logical.INTEGER: "i",
    Logical.DECIMAL: "d",
    Logical.REAL: "r",
    Logical.TEXT: "t",
    Logical.DATE: "D",
    Logical.TIME: "T",
    Logical.TIMESTAMP: "s",
    Logical.TIMESTAMPTZ: "z",
    Logical.BOOLEAN: "b",
    Logical.BLOB: "x",
    Logical.UUID: "u",
    Logical.JSON: "j",
    Logical.INTERVAL: "I",
    Logical.ARRAY: "a",
    Logical.VARIANT: "v",
}

Values = Sequence[str | None]
"""The values of one column over some rows, each in its type's form."""

Columns = Sequence[Values]
"""Some rows, column by column; as many values in each. Never a row of no columns."""


MOMENTS = frozenset({Logical.TIME, Logical.TIMESTAMP, Logical.TIMESTAMPTZ})

UNIT = "\x1f"
NULL = f"{UNIT}0"
SEPARATOR = f"{UNIT},"
UNIT_IN_VALUE = f"{UNIT}."

LOOSE = r"T|\.(\d*0)?(\D|$)"
"""Finds a moment that is not in the form that is digested, among many joined by line feeds, too.

In words that Python's regular expressions and Arrow's have in common.
"""


def row_bytes(types: Sequence[Logical], columns: Columns) -> Iterator[bytes]:
    """Give each row's canonical bytes; ValueError where the columns do not match in number."""
    cells = [canonical_cells(kind, values) for kind, values in zip(types, columns, strict=True)]
    before = letters(types) + SEPARATOR
    return ((before + SEPARATOR.join(row)).encode() for row in zip(*cells, strict=True))


def letters(types: Sequence[Logical]) -> str:
    """Give what a row's bytes begin with."""
    return "".join(type_letters[kind] for kind in types)


def canonical_cells(kind: Logical, values: Values) -> Sequence[str]:
    """Give the cells of one column."""
    given = values if None not in values else [*filter(None, values)]
    # Hardly any column needs a change, and joining it is the quickest look.
    together = "\n".join(cast("Sequence[str]", given))
    if UNIT in together:
        values = [value and value.replace(UNIT, UNIT_IN_VALUE) for value in values]
    if kind is Logical.REAL:
        values = _bits(values)
    elif kind in MOMENTS and re.search(LOOSE, together):
        values = [value and _moment(value) for value in values]
    if None not in values:
        return cast("Sequence[str]", values)
    return [NULL if value is None else value for value in values]


def _moment(text: str) -> str:
    text = text.replace("T", " ", 1)
    if "." not in text:
        return text
    zone = "Z" if text.endswith("Z") else ""
    return text.removesuffix("Z").rstrip("0").rstrip(".") + zone


def _bits(values: Values) -> Values:
    # There are many NaNs, and no source promises to keep which one it was.
    numbers = [float(value) for value in values if value is not None and value != "NaN"]
    digits = pack(f">{len(numbers)}d", *numbers).hex()
    each = (digits[at : at + 16] for at in range(0, len(digits), 16))
    return [value if value is None or value == "NaN" else next(each) for value in values]
