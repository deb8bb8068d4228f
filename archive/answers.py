"""Answers to a plan's questions, in a form that two kinds of database share."""

from datetime import date, datetime, time
from decimal import Decimal


def answer_text(value: object) -> str:
    """Write one value of an answer: NULL, 12, 0.5, 2026-03-31 10:00:00, Amsterdam.

    Numbers that are equal are written alike, whatever type a database gave them (12, 12.0 and
    12.00 are 12), and truths are 1 and 0.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(int(value))
    if isinstance(value, float):
        return _number(Decimal(repr(value)))
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        return str(value)
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) if value else "0"
