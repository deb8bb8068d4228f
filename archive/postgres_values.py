"""What the archive's texts become in a PostgreSQL database that is filled from them.

Texts are handed to the server as texts, which it reads by the column's own type; only bytes and
lists have another form there.
"""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from archive.canonical import Values
from archive.schema import Column, Logical

_odd_numbering = re.compile(r"((?:\[-?\d+:-?\d+\])+)=(.*)", re.DOTALL)


def declaration(column: Column) -> str:
    """Give the type a column is made with."""
    if column.type is Logical.DECIMAL and None not in (column.precision, column.scale):
        return f"numeric({column.precision},{column.scale})"
    if column.type is Logical.ARRAY:
        return f"{_types[column.element or Logical.TEXT]}[]"
    return _types[column.type]


def stored(column: Column, values: Values) -> list[Any]:
    """Give what the driver is handed; ValueError where a text is not of the column's type."""
    if column.type is Logical.ARRAY:
        return [None if v is None else array_literal(v, column.element) for v in values]
    form = _forms.get(column.type)
    if form is None:
        return list(values)
    return [None if value is None else form(value) for value in values]


def array_literal(text: str, element: Logical | None) -> str:
    """Give the server's own spelling of a list; ValueError where the text is no list."""
    odd = _odd_numbering.fullmatch(text)
    found = json.loads(odd[2] if odd else text)
    if not isinstance(found, list):
        msg = "an array's text is no JSON list"
        raise ValueError(msg)  # noqa: TRY004 - the text is wrong, not the caller
    literal = _spelt(found, _in_lists.get(element, str))
    return f"{odd[1]}={literal}" if odd else literal


def _spelt(found: object, form: Callable[[str], str]) -> str:
    if isinstance(found, list):
        return "{" + ",".join(_spelt(each, form) for each in found) + "}"
    if found is None:
        return "NULL"
    if not isinstance(found, str):
        msg = "an array's element is no text"
        raise ValueError(msg)  # noqa: TRY004 - the text is wrong, not the caller
    escaped = form(found).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(text: str) -> str:
    return {"INF": "Infinity", "-INF": "-Infinity"}.get(text, text)


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


_forms: dict[Logical, Callable[[str], Any]] = {
    Logical.DECIMAL: _number,
    Logical.REAL: _number,
    Logical.BLOB: _bytes,
}
_in_lists: dict[Logical | None, Callable[[str], str]] = {
    Logical.DECIMAL: _number,
    Logical.REAL: _number,
    Logical.BLOB: r"\x{}".format,
}
_types: dict[Logical, str] = {
    Logical.INTEGER: "bigint",
    Logical.DECIMAL: "numeric",
    Logical.REAL: "double precision",
    Logical.TEXT: "text",
    Logical.DATE: "date",
    Logical.TIME: "time",
    Logical.TIMESTAMP: "timestamp",
    Logical.TIMESTAMPTZ: "timestamptz",
    Logical.BOOLEAN: "boolean",
    Logical.BLOB: "bytea",
    Logical.UUID: "uuid",
    Logical.JSON: "json",
    Logical.INTERVAL: "interval",
    Logical.VARIANT: "text",
}
