"""What type a column of an SQLite source has, from its declaration and what is stored in it."""

import re
from typing import NamedTuple

from archive.schema import Logical
from archive.sqlite_values import EXACT_DIGITS

Typed = tuple[Logical, int | None, int | None]
"""A type, and a decimal's precision and scale."""


class Findings(NamedTuple):
    """What is stored in a column, one aggregate each; None for an empty table."""

    first: str | None
    """First by name of the storage classes there are, NULL apart …"""
    last: str | None
    """… and the last: between integer and real there is none."""
    null: int
    """1 where some value is NULL."""
    fits: int | None
    """1 where every value is of the declaration's own meaning."""

    @property
    def kinds(self) -> set[str]:
        """Storage classes there are: all of them where one or two, else two of them."""
        return {kind for kind in (self.first, self.last) if kind is not None}


_plain: dict[frozenset[str], Logical] = {
    frozenset({"integer"}): Logical.INTEGER,
    frozenset({"real"}): Logical.REAL,
    frozenset({"text"}): Logical.TEXT,
    frozenset({"blob"}): Logical.BLOB,
}
_scaled = re.compile(
    r"(?:NUMERIC|DECIMAL|DEC|NUMBER)\s*\(\s*\d+\s*(?:,\s*(\d+)\s*)?\)", re.IGNORECASE
)
_whole_second = 19
"""Letters of 2026-03-31 10:00:00."""


def formal_type(declared: str) -> Typed:
    """Give the type a declaration means, by its word or else by the affinity SQLite gives it.

    The rules of affinity, in their order: https://www.sqlite.org/datatype3.html section 3.1.
    """
    words = declared.upper()
    scaled = _scaled.fullmatch(words.strip())
    if scaled and int(scaled[1] or 0) <= EXACT_DIGITS:
        return Logical.DECIMAL, EXACT_DIGITS, int(scaled[1] or 0)
    first = re.match(r"[A-Z]*", words.strip())
    named = {
        "DATE": Logical.DATE,
        "TIME": Logical.TIME,
        "DATETIME": Logical.TIMESTAMP,
        "TIMESTAMP": Logical.TIMESTAMP,
        "BOOLEAN": Logical.BOOLEAN,
        "BOOL": Logical.BOOLEAN,
    }.get(first[0] if first else "")
    return (named, None, None) if named else _by_affinity(words)


def _by_affinity(words: str) -> Typed:
    if "INT" in words:
        return Logical.INTEGER, None, None
    if any(part in words for part in ("CHAR", "CLOB", "TEXT")):
        return Logical.TEXT, None, None
    if not words or "BLOB" in words:
        return (Logical.BLOB if words else Logical.VARIANT), None, None
    if any(part in words for part in ("REAL", "FLOA", "DOUB")):
        return Logical.REAL, None, None
    return Logical.DECIMAL, EXACT_DIGITS, None


def type_found(declared: str, findings: Findings) -> Typed:
    """Give a column's type: the declaration's own where every value fits it, else the values'."""
    formal = formal_type(declared)
    if not findings.kinds or _means_it(formal[0], findings):
        return formal
    return _plain.get(frozenset(findings.kinds), Logical.VARIANT), None, None


def _means_it(logical: Logical, findings: Findings) -> bool:
    stored = _plain.get(frozenset(findings.kinds))
    if logical in (Logical.INTEGER, Logical.REAL, Logical.TEXT, Logical.BLOB):
        return stored is logical
    return logical is not Logical.VARIANT and bool(findings.fits)


def questions(column: str, declared: str) -> list[str]:
    """Give the aggregates whose answers are `Findings`, of a column by its quoted name."""
    given = f"FILTER (WHERE {column} IS NOT NULL)"
    kinds = [f"{which}(typeof({column})) {given}" for which in ("min", "max")]
    fits = _fits(column, *formal_type(declared))
    null = f"count({column}) < count(*)"
    return [*kinds, null, f"min(CASE WHEN {column} IS NULL THEN 1 ELSE coalesce({fits}, 0) END)"]


def _fits(column: str, logical: Logical, _: int | None, scale: int | None) -> str:
    """Give the SQL of whether a value is exactly what a type means, and comes back the same."""
    c = column
    if logical is Logical.DECIMAL:
        return _is_decimal(c, scale)
    if logical is Logical.BOOLEAN:
        return f"typeof({c}) = 'integer' AND {c} IN (0, 1)"
    if logical is Logical.DATE:
        return f"{_is_text(c)} AND {_is_date(c)}"
    if logical is Logical.TIME:
        return f"{_is_text(c)} AND {_is_time(c)} AND {_is_fraction(c, 9)}"
    if logical is Logical.TIMESTAMP:
        return f"{_is_text(c)} AND {_is_moment(c)} AND {_is_fraction(c, _whole_second + 1)}"
    return "1"


def _is_decimal(c: str, scale: int | None) -> str:
    number = f"typeof({c}) IN ('integer', 'real')"
    if scale is None:
        written = f"printf('%.{EXACT_DIGITS}g', {c})"
        same = f"{written} NOT LIKE '%e%' AND CAST({written} AS REAL) = {c}"
        return f"{number} AND abs({c}) < 1e{EXACT_DIGITS} AND {same}"
    same = f"CAST(printf('%.{scale}f', {c}) AS REAL) = {c}"
    return f"{number} AND abs({c}) < 1e{EXACT_DIGITS - scale} AND {same}"


def _is_text(c: str) -> str:
    # length() stops at a NUL that a text may hold.
    return f"typeof({c}) = 'text' AND length({c}) = length(CAST({c} AS BLOB))"


# Adding no days makes SQLite count: it gives 30 February back as it is otherwise. What it writes
# then has one form only, so whatever equals it has that form.


def _is_date(c: str) -> str:
    return f"substr({c}, 1, 4) > '0000' AND date({c}, '+0 days') = {c}"


def _is_time(c: str) -> str:
    part = f"substr({c}, 1, 8)"
    return f"time({part}, '+0 days') = {part}"


def _is_moment(c: str) -> str:
    part = f"substr({c}, 1, {_whole_second})"
    spaced = f"replace({part}, 'T', ' ')"
    return f"substr({c}, 1, 4) > '0000' AND datetime({part}, '+0 days') = {spaced}"


def _is_fraction(c: str, start: int) -> str:
    """Nothing, or a point and one to six digits: what Python and PostgreSQL can hold."""
    digits = f"substr({c}, {start + 1})"
    given = (
        f"substr({c}, {start}, 1) = '.' AND length({digits}) BETWEEN 1 AND 6 "
        f"AND {digits} NOT GLOB '*[^0-9]*'"
    )
    return f"(length({c}) = {start - 1} OR ({given}))"
