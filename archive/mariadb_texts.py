"""How the archive's texts are had from MariaDB (and MySQL).

Moments are written by the server, since it has some that Python has not: 0000-00-00, a month
without a day, hours beyond the 24th. Numbers come as numbers, and are multiplied by one where the
server would otherwise show fewer digits than it holds.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from types import NoneType
from typing import Any

from archive import objects
from archive.canonical import Values
from archive.schema import Column, Logical

SETTINGS = (
    "SET SESSION time_zone = '+00:00'",
    # A server's own limit would make every table look as short as it says.
    "SET SESSION sql_select_limit = 18446744073709551615",
    # Between two batches the reader may be busy for a while.
    "SET SESSION net_write_timeout = 3600",
)
"""What the expressions rely on, for the session they are used in."""

_clock = re.compile(r"(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?")


def expression_of(column: Column, name: str) -> str:
    """Give what is selected of a column, by its quoted name."""
    if column.type in _written_by_the_server:
        return f"CAST({name} AS CHAR)"
    if column.type is Logical.REAL:
        return f"{name} * 1e0"
    return f"{name} + 0" if column.declared.startswith("bit(") else name


def to_texts(column: Column, values: Sequence[Any]) -> Values:
    """Give what was selected the form its type prescribes; Unfit where it is not of that type."""
    if column.type is Logical.DECIMAL:
        return _decimals(column, values)
    if column.type not in _texts:
        return objects.to_texts(column, values)
    kind, to_text = _texts[column.type]
    strangers = set(map(type, values)) - {kind, NoneType}
    if strangers:
        raise objects.unfit(column, ", ".join(sorted(each.__name__ for each in strangers)))
    return [None if value is None else to_text(value) for value in values]


def _decimals(column: Column, values: Sequence[Any]) -> Values:
    kinds = set(map(type, values)) - {NoneType}
    if kinds == {str}:
        # The server's own decimals are too short for it: it was restored as text.
        return values
    if kinds <= {int}:
        # An unsigned whole number of 64 bits.
        values = [None if value is None else Decimal(value) for value in values]
    return objects.to_texts(column, values)


def clock_span(text: str) -> timedelta:
    """Give the span of a text such as -838:59:59.5; ValueError where it is none."""
    found = _clock.fullmatch(text)
    if found is None:
        msg = f"{text!r} is no time of the source's"
        raise ValueError(msg)
    sign, hours, minutes, seconds, fraction = found.groups()
    span = timedelta(
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds),
        microseconds=int((fraction or "").ljust(6, "0")),
    )
    return -span if sign else span


def span_clock(text: str) -> str:
    """Give a duration of hours, minutes and seconds as the server writes it; ValueError."""
    found = _duration.fullmatch(text)
    if found is None:
        msg = f"{text!r} has more than hours, minutes and seconds"
        raise ValueError(msg)
    hours, minutes, seconds = (part or "0" for part in found.groups())
    clock = f"{hours}:{minutes}:{seconds}"
    return ("-" if "-" in clock else "") + clock.replace("-", "")


def _boolean(value: int) -> str:
    return {0: "false", 1: "true"}[value]


def _bytes(value: bytes) -> str:
    return b64encode(value).decode("ascii")


def _span(text: str) -> str:
    return objects.duration_text(clock_span(text)) if _clock.fullmatch(text) else text


def _moment(text: str) -> str:
    """Without the zeros a column of a stated precision always shows."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(text: str) -> str:
    return f"{_moment(text)}Z"


_duration = re.compile(r"PT(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?")
_texts: dict[Logical, tuple[type, Callable[[Any], str]]] = {
    Logical.DATE: (str, str),
    Logical.TIME: (str, _moment),
    Logical.TIMESTAMP: (str, _moment),
    Logical.TIMESTAMPTZ: (str, _instant),
    Logical.INTERVAL: (str, _span),
    Logical.BOOLEAN: (int, _boolean),
    Logical.BLOB: (bytes, _bytes),
    Logical.UUID: (str, str),
}
_written_by_the_server = {
    *(Logical.DATE, Logical.TIME, Logical.TIMESTAMP, Logical.TIMESTAMPTZ),
    *(Logical.INTERVAL, Logical.UUID),
}
