r"""What PostgreSQL is asked for, so that it writes the archive's forms itself.

Each type's canonical form (`archive.canonical`) stands here once as an expression of SQL: used for
the cells of a CSV file, for the digest of its rows, and to read rows from a source and from what
was restored. No value of PostgreSQL's goes through Python's own types, some of which are smaller
(there is no infinite date in Python, and no month in its spans of time).
"""

from collections.abc import Callable

from archive.schema import Column, Logical

SETTINGS = {
    # How values are written must not depend on the database's, the role's or the server's taste.
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    # A table whose rows are hidden from us must stop us: it would look shorter than it is.
    "row_security": "off",
    # A large table takes as long as it takes.
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""What the expressions rely on, for the transaction they are used in."""


def text_of(column: Column, name: str) -> str:
    """Give the expression of a column's text, by its quoted name."""
    return _texts.get(column.type, _plain)(column, name)


def form_of(column: Column, name: str) -> str:
    """Give the expression that is digested, where the text may have another form."""
    return (_bits if column.type is Logical.REAL else text_of)(column, name)


def is_plain(column: Column) -> bool:
    """Tell whether COPY writes a column as `text_of` does, without being asked for a text."""
    if column.type is Logical.DECIMAL:
        return column.scale is not None
    return column.type not in _texts


def _plain(_: Column, name: str) -> str:
    return f"{name}::text"


def _words(column: Column, name: str) -> str:
    """`char(n)` loses its padding when cast; concat writes it as the column shows it."""
    if column.declared == "text" or column.declared.startswith("character varying"):
        return f"{name}::text"
    return f"CASE WHEN {name} IS NOT NULL THEN concat({name}) END"


def _decimal(column: Column, name: str) -> str:
    """Only a decimal without a scale can be infinite."""
    if column.scale is not None:
        return f"{name}::text"
    return f"replace({name}::text, 'Infinity', 'INF')"


def _real(_: Column, name: str) -> str:
    odd = "WHEN 'Infinity' THEN 'INF' WHEN '-Infinity' THEN '-INF'"
    return f"CASE {name} {odd} ELSE {name}::text END"


def _boolean(_: Column, name: str) -> str:
    return f"CASE WHEN {name} THEN 'true' WHEN NOT {name} THEN 'false' END"


def _bits(column: Column, name: str) -> str:
    """Give a real number's bits; one of single precision is the double its decimals mean."""
    number = name if column.declared == "double precision" else f"{name}::text::float8"
    return f"CASE WHEN {name} = 'NaN' THEN 'NaN' ELSE encode(float8send({number}), 'hex') END"


def _instant(_: Column, name: str) -> str:
    # In UTC, as SETTINGS has it. The Z stands with the time, before a BC.
    return f"replace({name}::text, '+00', 'Z')"


def _bytes(_: Column, name: str) -> str:
    # encode() ends a line after each 57 octets, though nothing follow. replace is four times as
    # quick as translate here.
    words = f"encode({name}, 'base64')"
    return f"CASE WHEN octet_length({name}) < 57 THEN {words} ELSE replace({words}, E'\\n', '') END"


def _array(column: Column, name: str) -> str:
    """Give JSON of the elements' texts.

    The replacements are exact: no element of these types has a quote in it.
    """
    if column.element in {Logical.TEXT, Logical.UUID}:
        # Cast to text, elements of char(n) would lose their padding.
        json = f"array_to_json({name})::text"
    else:
        json = f"array_to_json({name}::text[])::text"
    for found, written in _in_arrays.get(column.element, ()):
        json = f"replace({json}, '{found}', '{written}')"
    odd = f"CASE WHEN array_dims({name}) ~ '\\[(?!1:)' THEN array_dims({name}) || '=' ELSE '' END"
    return f"{odd} || {json}"


_in_arrays: dict[Logical | None, tuple[tuple[str, str], ...]] = {
    Logical.DECIMAL: (("Infinity", "INF"),),
    Logical.REAL: (("Infinity", "INF"),),
    Logical.TIMESTAMPTZ: (('+00"', 'Z"'), ('+00 BC"', 'Z BC"')),
    Logical.BLOB: ((r'"\\x', '"'),),
}
_texts: dict[Logical, Callable[[Column, str], str]] = {
    Logical.TEXT: _words,
    Logical.DECIMAL: _decimal,
    Logical.REAL: _real,
    Logical.BOOLEAN: _boolean,
    Logical.TIMESTAMPTZ: _instant,
    Logical.BLOB: _bytes,
    Logical.ARRAY: _array,
}
