"""Values of JSON as the archive's texts: numbers keep the digits they were written with."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from archive.schema import Column, Logical

_LARGEST = 2**63


class Number(str):
    """A number, as it is written."""

    __slots__ = ()


def parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON is of any kind
    """Parse a document, in UTF-8; ValueError where it is no JSON, or has a key twice."""
    return json.loads(
        body.decode("utf-8-sig"),
        parse_float=Number,
        parse_int=Number,
        parse_constant=_no_number,
        object_pairs_hook=_once,
    )


def text_of(value: object) -> str:
    """Write a value as compact JSON."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        inner = ",".join(f"{text_of(str(key))}:{text_of(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{','.join(map(text_of, value))}]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Kinds:
    """What kinds of value each field of a table's rows has had, in the order fields came."""

    found: dict[str, set[Logical]] = field(default_factory=dict)

    def saw(self, row: dict[str, Any]) -> None:
        """Learn from a row."""
        for name, value in row.items():
            kinds = self.found.setdefault(name, set())
            if value is not None:
                kinds.add(_kind(value))

    def columns(self) -> list[Column]:
        """Give the columns: of one type where all values are of one, else of JSON."""
        return [
            Column(name=name, declared=f"JSON: {_words(kinds)}", type=_type(kinds))
            for name, kinds in self.found.items()
        ]


def texts(columns: Iterable[Column], rows: list[dict[str, Any]]) -> list[list[str | None]]:
    """Give some rows column by column; a field that is null or not there is NULL."""
    return [
        [
            None if (value := row.get(column.name)) is None else _forms[column.type](value)
            for row in rows
        ]
        for column in columns
    ]


def _type(kinds: set[Logical]) -> Logical:
    if kinds <= {Logical.INTEGER, Logical.DECIMAL} and Logical.DECIMAL in kinds:
        return Logical.DECIMAL
    if not kinds:
        return Logical.TEXT
    return next(iter(kinds)) if len(kinds) == 1 else Logical.JSON


def _words(kinds: set[Logical]) -> str:
    return ", ".join(sorted(kinds)) or "null alone"


def _kind(value: object) -> Logical:
    if isinstance(value, Number):
        return _kind_of_number(value)
    if isinstance(value, bool):
        return Logical.BOOLEAN
    return Logical.TEXT if isinstance(value, str) else Logical.JSON


def _kind_of_number(written: Number) -> Logical:
    # Databases know neither a negative nought nor a power of ten that is kept as it was written.
    if "e" in written.lower() or (written[0] == "-" and not written.strip("-0.")):
        return Logical.JSON
    if "." in written or not -_LARGEST <= int(written) < _LARGEST:
        return Logical.DECIMAL
    return Logical.INTEGER


_forms: dict[Logical, Callable[[Any], str]] = {
    Logical.TEXT: str,
    Logical.INTEGER: str,
    Logical.DECIMAL: str,
    Logical.BOOLEAN: text_of,
    Logical.JSON: text_of,
}


def _no_number(word: str) -> None:
    msg = f"{word} is no number in JSON"
    raise ValueError(msg)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        msg = "a key stands twice in one object"
        raise ValueError(msg)
    return found
