"""What the archive's texts become in a MariaDB (or MySQL) database that is filled from them."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from archive import mariadb_texts
from archive.canonical import Values
from archive.schema import Column, Logical

SETTINGS = (
    *mariadb_texts.SETTINGS,
    # Nothing is cut, rounded or numbered on its way in; zero dates are let in as they were.
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'",
)
_options = {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_bin"}
TABLE_OPTIONS: Mapping[str, str] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in _options.items()
}
MOST_DIGITS = 65
MOST_DECIMALS = 30
"""Of MySQL; MariaDB has a few more."""


def declaration(column: Column) -> str:
    """Give the type a column is made with; what has none there is kept as the text it is."""
    if column.type is Logical.DECIMAL and _fits(column):
        return f"decimal({column.precision},{column.scale})"
    if column.type is Logical.INTERVAL and _is_clock(column):
        return "time(6)"
    return _types.get(column.type, "longtext")


def stored(column: Column, values: Values) -> list[Any]:
    """Give what the driver is handed; ValueError where a text is not of the column's type."""
    form = _forms.get(column.type)
    if column.type is Logical.INTERVAL and _is_clock(column):
        form = mariadb_texts.span_clock
    if form is None:
        return list(values)
    return [None if value is None else form(value) for value in values]


def can_be_key(column: Column) -> bool:
    """Tell whether a primary key may hold the column as it is: the server wants short ones."""
    return not declaration(column).startswith("long")


def _fits(column: Column) -> bool:
    return (
        column.precision is not None
        and column.scale is not None
        and column.precision <= MOST_DIGITS
        and column.scale <= MOST_DECIMALS
    )


def _is_clock(column: Column) -> bool:
    return column.declared.startswith("time")


def _instant(text: str) -> str:
    return text.removesuffix("Z")


def _boolean(text: str) -> int:
    return {"true": 1, "false": 0}[text]


def _bytes(text: str) -> bytes:
    return b64decode(text, validate=True)


_forms: dict[Logical, Callable[[str], Any]] = {
    Logical.INTEGER: int,
    Logical.REAL: float,
    Logical.TIMESTAMPTZ: _instant,
    Logical.BOOLEAN: _boolean,
    Logical.BLOB: _bytes,
}
_types: dict[Logical, str] = {
    Logical.INTEGER: "bigint",
    Logical.REAL: "double",
    Logical.DATE: "date",
    Logical.TIME: "time(6)",
    Logical.TIMESTAMP: "datetime(6)",
    Logical.TIMESTAMPTZ: "datetime(6)",
    Logical.BOOLEAN: "tinyint(1)",
    Logical.BLOB: "longblob",
    Logical.UUID: "char(36)",
}
