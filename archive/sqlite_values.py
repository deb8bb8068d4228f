"""Between what SQLite stores and the archive's texts.

SQLite has five storage classes and lets a column's affinity change a value's class on its way in.
The copy's columns are declared so that nothing is lost:

- decimals of at most 15 significant digits are numbers (SQLite keeps 15 exactly), so that they
  compare as numbers; longer ones are text in a column declared DECIMAL_TEXT;
- real numbers and variants stand in columns without a declared type: REAL affinity would make 0.0
  of -0.0. SQLite knows no NaN, so that one is the text NaN;
- dates and times are ISO 8601 text, booleans 1 and 0.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from types import NoneType
from typing import Any

from archive.canonical import Values
from archive.errors import Unfit
from archive.objects import real_text, real_texts, unfit
from archive.schema import Column, Logical

EXACT_DIGITS = 15
"""Significant decimal digits that a number in SQLite keeps."""


def is_number(column: Column) -> bool:
    """Tell whether a decimal column is kept as numbers rather than as text."""
    return column.precision is not None and column.precision <= EXACT_DIGITS


def declaration(column: Column) -> str:
    """Give the type a column is declared with in the copy; empty for none."""
    if column.type is not Logical.DECIMAL:
        return _declarations[column.type]
    if not is_number(column):
        return "DECIMAL_TEXT"
    return "NUMERIC" if column.scale is None else f"DECIMAL({column.precision},{column.scale})"


def irregular_sql(column: Column, c: str) -> str | None:
    """Give SQL that is 1 for a value which the usual form of the type does not have.

    None where every value has it. `c` is the column's quoted name.
    """
    # Adding no days makes SQLite count: it gives 30 February back as 1 March.
    if column.type is Logical.DATE:
        return f"date({c}, '+0 days') IS NOT {c} AND {c} IS NOT NULL OR {c} < '0001'"
    if column.type is Logical.TIME:
        part = f"substr({c}, 1, 8)"
        return f"time({part}, '+0 days') IS NOT {part}"
    if column.type in (Logical.TIMESTAMP, Logical.TIMESTAMPTZ):
        part = f"substr({c}, 1, 19)"
        same = f"datetime({part}, '+0 days') IS replace({part}, 'T', ' ')"
        return f"NOT ({same}) OR {c} < '0001' OR {c} LIKE '% BC'"
    # Older versions call NULL no valid JSON.
    valid = f"{c} IS NULL OR json_valid({c})"
    return f"NOT ({valid})" if column.type is Logical.ARRAY else None


def to_texts(column: Column, values: Sequence[Any]) -> Values:
    """Give stored values the archive's form; Unfit where one is stored as another class."""
    accepted, to_text = _texts[column.type]
    number = column.type is Logical.DECIMAL and is_number(column)
    if number:
        accepted, to_text = {int, float, str}, _number_text(column)
    kinds = set(map(type, values)) - {NoneType}
    if kinds - accepted:
        raise unfit(column, ", ".join(sorted(kind.__name__ for kind in kinds - accepted)))
    if number and str not in kinds:
        return _number_texts(column, values)
    if to_text is str and kinds == {str}:
        return values
    if column.type is Logical.REAL and str not in kinds:
        return real_texts(values)
    if None not in values:
        return [*map(to_text, values)]
    return [None if value is None else to_text(value) for value in values]


def _number_text(column: Column) -> Callable[[int | float | str], str]:
    def text(value: float | str) -> str:
        # NaN and the infinities, for which SQLite has no exact number.
        return value if isinstance(value, str) else str(_number_texts(column, [value])[0])

    return text


def _number_texts(column: Column, values: Sequence[float | None]) -> Values:
    form = f"%.{EXACT_DIGITS}g" if column.scale is None else f"%.{column.scale}f"
    numbers = [value for value in values if value is not None]
    texts = [*map(form.__mod__, numbers)]
    if [*map(float, texts)] != numbers:
        raise unfit(column, "a number with more digits than its type has")
    if len(numbers) == len(values):
        return texts
    each = iter(texts)
    return [None if value is None else next(each) for value in values]


def _real(value: float | str) -> str:
    return value if isinstance(value, str) else real_text(value)


def _boolean(value: int) -> str:
    if value not in (0, 1):
        raise Unfit(f"a boolean is stored as {value}: 0 and 1 are the only ones")
    return "true" if value else "false"


def _variant(value: float | str | bytes) -> str:
    if isinstance(value, str):
        return "t" + value
    if isinstance(value, bytes):
        return "b" + _blob(value)
    return f"i{value}" if isinstance(value, int) else "r" + real_text(value)


def _blob(value: bytes) -> str:
    return b64encode(value).decode("ascii")


_plain: tuple[set[type], Callable[[Any], str]] = ({str}, str)
_texts: dict[Logical, tuple[set[type], Callable[[Any], str]]] = {
    **dict.fromkeys(Logical, _plain),
    Logical.INTEGER: ({int}, str),
    Logical.REAL: ({float, str}, _real),
    Logical.BOOLEAN: ({int}, _boolean),
    Logical.BLOB: ({bytes}, _blob),
    Logical.VARIANT: ({int, float, str, bytes}, _variant),
}
_declarations: dict[Logical, str] = {
    **{logical: logical.value.upper() for logical in Logical},
    Logical.REAL: "",
    Logical.JSON: "JSON_TEXT",
    # Not INTERVAL: SQLite takes every word with INT in it for a whole number.
    Logical.INTERVAL: "DURATION_TEXT",
    Logical.ARRAY: "ARRAY_TEXT",
    Logical.VARIANT: "",
}
