"""What a cell of somebody's file means: yes and no, numbers, dates, languages, addresses.

Each reader takes the cell's text, trimmed, and raises ValueError with what to write instead. An
empty cell is None wherever nothing is a possible answer.
"""

import re
from datetime import UTC, date, datetime

from config.names import Language

_ADDRESS = re.compile(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;]+")
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,9})?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?")

_YES = {"yes", "y", "ja", "j", "true", "waar", "1", "x"}
_NO = {"", "no", "n", "nee", "false", "onwaar", "0", "-"}
_ANONYMOUS = {"", "anonymous", "anoniem"}

_LANGUAGES = {
    **dict.fromkeys(("nl", "nld", "dut", "dutch", "nederlands", "hollands"), Language.NL),
    **dict.fromkeys(("en", "eng", "english", "engels"), Language.EN),
}


def said(text: str) -> str:
    """Quote a cell in an error: cut short, and without anybody's address."""
    shown = re.sub(r"\S+@\S+", "(an address)", text)
    return repr(shown if len(shown) <= 40 else f"{shown[:37]}...")


def address(text: str) -> str:
    """Read an address, in small letters."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{said(text)} is no e-mail address")
    return text.lower()


def address_or_nobody(text: str) -> str | None:
    """Read an address; None where the file says it knows nobody's."""
    return None if text.lower() in _ANONYMOUS else address(text)


def yes_no(text: str) -> bool:
    """Read yes or no in English or Dutch, 1 or 0, true or false, x or nothing."""
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{said(text)} is neither yes nor no; write yes, no, ja, nee, 1, 0 or x")


def number(text: str) -> float | None:
    """Read a number with a decimal point or a decimal comma."""
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{said(text)} is no number; write it like 7, 7.5 or 7,5")
    return float(text.replace(",", "."))


def hours(text: str) -> float | None:
    """Read hours a week, from 0 to 168."""
    value = number(text)
    if value is not None and not 0 <= value <= 168:
        raise ValueError(f"{said(text)} are no hours of a week; write 0 to 168")
    return value


def language(text: str) -> Language | None:
    """Read a language by code (nl, nl-SR) or by its name in either language."""
    if not text:
        return None
    word = re.split(r"[-_ (]", text.lower(), maxsplit=1)[0]
    if word not in _LANGUAGES:
        known = ", ".join(Language)
        raise ValueError(f"{said(text)} is no language notices exist in; write one of {known}")
    return _LANGUAGES[word]


def day(text: str, form: str | None = None) -> date | None:
    """Read a day, ISO 8601 or by a strptime format; of a moment, the day as it is written."""
    found = _datetime(text, form)
    return None if found is None else found.date()


def moment(text: str, form: str | None = None) -> datetime | None:
    """Read a moment, ISO 8601 or by a strptime format; one without a zone is in UTC."""
    found = _datetime(text, form)
    if found is None:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _datetime(text: str, form: str | None) -> datetime | None:
    if not text:
        return None
    try:
        if form is not None:
            # Aware only where the format asks for an offset; `moment` sees to the rest.
            return datetime.strptime(text, form)  # noqa: DTZ007
        if _ISO.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    wanted = f"the plan's `dates: {form}`" if form else "a date like 2026-03-02; set `dates:`"
    raise ValueError(f"{said(text)} is not {wanted}")
