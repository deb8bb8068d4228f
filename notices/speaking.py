"""Dates, times, numbers and addresses as each language writes them: the templates' filters."""

import re
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_timezone_location
from babel.numbers import format_decimal

from config.names import Language

LOCALES = {Language.EN: Locale("en", "GB"), Language.NL: Locale("nl")}
REMEMBERED = 4096
"""Dates, times and numbers kept in memory; a mailing to thousands holds few different ones."""

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", re.ASCII
)


def one_line(text: str) -> str:
    """Put a text on one line: line breaks, control and direction characters become one space.

    Data come from files others wrote; a line break in a name must not start a line of its own.
    """
    return _CONTROLS.sub(" ", text) if _CONTROLS.search(text) else text


def header_words(text: str) -> str:
    """Put a text on one line as a header may hold it: single spaces, and no encoded word.

    What looks like an encoded word (RFC 2047) would be decoded on the way, line breaks and all.
    """
    return " ".join(one_line(text).split()).replace("=?", "= ?")


def phrase(text: str) -> str:
    """Take off the full stop a phrase may end with, so that a template can set its own."""
    return text.strip().removesuffix(".").rstrip()


def opening(text: str) -> str:
    """Make the first letter a capital and leave the rest as it is written."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=REMEMBERED)
def day(when: date, language: Language) -> str:
    """Tell a day: `Tuesday 17 March`, `dinsdag 17 maart`."""
    return format_date(when, "EEEE d MMMM", locale=LOCALES[language])


@lru_cache(maxsize=REMEMBERED)
def full_day(when: date, language: Language) -> str:
    """Tell a day with its year: `31 December 2036`, `31 december 2036`."""
    return format_date(when, "d MMMM y", locale=LOCALES[language])


@lru_cache(maxsize=REMEMBERED)
def moment(when: datetime, zone: str, language: Language) -> str:
    """Tell a moment in a zone, named by its city, since people at two sites may compare notes.

    `Tuesday 17 March, 10:00 (Port of Spain time)`, `dinsdag 17 maart, 10.00 uur (tijd in
    Paramaribo)`.
    """
    local = when.astimezone(ZoneInfo(zone))
    city = get_timezone_location(local, locale=LOCALES[language], return_city=True)
    on = day(local.date(), language)
    if language is Language.NL:
        return f"{on}, {local:%H.%M} uur (tijd in {city})"
    return f"{on}, {local:%H:%M} ({city} time)"


@lru_cache(maxsize=REMEMBERED)
def number(value: int, language: Language) -> str:
    """Tell a whole number: `1,200`, `1.200`."""
    return format_decimal(value, locale=LOCALES[language])


def link(url: str) -> str:
    """Give an address that may stand behind a button; ValueError for any scheme but http, https."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or one_line(url) != url:
        # The address may carry a token, so the error names its scheme alone.
        msg = f"an address of scheme {parts.scheme!r} cannot stand in a mail; give http(s)://host"
        raise ValueError(msg)
    return url
