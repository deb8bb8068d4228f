"""Between Python's objects, as drivers of databases give them, and the archive's texts."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import isinf, isnan
from types import NoneType
from typing import Any
from uuid import UUID

from archive.canonical import Values
from archive.errors import Unfit
from archive.schema import Column, Logical


def to_texts(column: Column, values: Sequence[Any]) -> Values:
    """Give values the form their column's type prescribes; Unfit where one is not of that type."""
    kinds, to_text = _texts[column.type]
    strangers = set(map(type, values)) - kinds - {NoneType}
    if strangers:
        found = ", ".join(sorted(kind.__name__ for kind in strangers))
        raise unfit(column, found)
    if column.type is Logical.DECIMAL and column.scale is not None:
        return [None if value is None else _scaled(column, value) for value in values]
    if column.type is Logical.REAL:
        return real_texts(values)
    return [None if value is None else to_text(value) for value in values]


_not_finite = {"nan", "inf", "-inf"}


def from_texts(column: Column, values: Values) -> list[Any]:
    """Give objects a driver understands; ValueError where a text is not of the column's type."""
    from_text = _objects[column.type]
    return [None if value is None else from_text(value) for value in values]


def unfit(column: Column, found: str) -> Unfit:
    """Say that a column holds what its type does not promise."""
    return Unfit(
        f"column {column.name} is declared {column.declared} and read as {column.type}, "
        f"but holds {found}: look at its values, then export again"
    )


def real_texts(values: Sequence[float | None]) -> Values:
    """Write real numbers, as `real_text` does, many at once."""
    texts = [None if value is None else repr(value) for value in values]
    if _not_finite.isdisjoint(texts):
        return texts
    return [None if value is None else real_text(value) for value in values]


def real_text(value: float) -> str:
    """Give the shortest decimal with the same bits; NaN and INF as Table Schema spells them."""
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "INF" if value > 0 else "-INF"
    return repr(value)


def duration_text(value: timedelta) -> str:
    """Give a span of hours, minutes and seconds as PostgreSQL writes one: PT-26H-0.5S."""
    micros = value // timedelta(microseconds=1)
    sign, rest = ("-", -micros) if micros < 0 else ("", micros)
    minutes, rest = divmod(rest, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 1_000_000}.{rest % 1_000_000:06d}".rstrip("0").rstrip(".")
    parts = ((str(hours), "H"), (str(minutes), "M"), (seconds, "S"))
    return "PT" + ("".join(f"{sign}{n}{unit}" for n, unit in parts if n != "0") or "0S")


def _decimal_text(value: Decimal) -> str:
    if value.is_nan():
        return "NaN"
    if value.is_infinite():
        return "INF" if value > 0 else "-INF"
    return format(value, "f") if value else format(value.copy_abs(), "f")


def _scaled(column: Column, value: Decimal) -> str:
    text = _decimal_text(value)
    if not value.is_finite():
        return text
    scale = column.scale or 0
    whole, _, decimals = text.partition(".")
    if decimals[scale:].strip("0"):
        raise unfit(column, f"a value with more than {scale} decimals")
    decimals = decimals[:scale].ljust(scale, "0")
    return f"{whole}.{decimals}" if decimals else whole


def _utc_text(value: datetime) -> str:
    if value.tzinfo is None:
        raise Unfit("a timestamp with time zone came without its zone: mend the driver's settings")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ") + "Z"


def _wall_text(value: datetime | time) -> str:
    if value.tzinfo is not None:
        raise Unfit("a time without zone came with one: mend the driver's settings")
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()


def _blob_text(value: bytes | memoryview) -> str:
    return b64encode(value).decode("ascii")


def _blob(text: str) -> bytes:
    return b64decode(text, validate=True)


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text]


_texts: dict[Logical, tuple[set[type], Callable[[Any], str]]] = {
    Logical.INTEGER: ({int}, str),
    Logical.DECIMAL: ({Decimal}, _decimal_text),
    Logical.REAL: ({float}, real_text),
    Logical.TEXT: ({str}, str),
    Logical.DATE: ({date}, date.isoformat),
    Logical.TIME: ({time}, _wall_text),
    Logical.TIMESTAMP: ({datetime}, _wall_text),
    Logical.TIMESTAMPTZ: ({datetime}, _utc_text),
    Logical.BOOLEAN: ({bool}, lambda value: "true" if value else "false"),
    Logical.BLOB: ({bytes, memoryview, bytearray}, _blob_text),
    Logical.UUID: ({UUID}, str),
    Logical.JSON: ({str}, str),
    Logical.INTERVAL: ({timedelta}, duration_text),
    Logical.ARRAY: ({str}, str),
    Logical.VARIANT: ({str}, str),
}

_objects: dict[Logical, Callable[[str], Any]] = {
    Logical.INTEGER: int,
    Logical.DECIMAL: Decimal,
    Logical.REAL: float,
    Logical.TEXT: str,
    Logical.DATE: date.fromisoformat,
    Logical.TIME: time.fromisoformat,
    Logical.TIMESTAMP: datetime.fromisoformat,
    Logical.TIMESTAMPTZ: datetime.fromisoformat,
    Logical.BOOLEAN: _boolean,
    Logical.BLOB: _blob,
    Logical.UUID: UUID,
    Logical.JSON: str,
    Logical.INTERVAL: str,
    Logical.ARRAY: str,
    Logical.VARIANT: str,
}
