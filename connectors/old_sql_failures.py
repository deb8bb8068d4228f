"""What a database driver's errors mean, told without a password or a person's data."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from connectors.errors import Misconfigured, OutsideError, Refused, Unreachable

# SQLSTATE classes (PostgreSQL, appendix A; SQL standard).
_later = {"08", "40", "53", "55", "57", "58"}
_never = {"25"}
_quotes_values = {"22", "23"}
"""Classes whose messages may quote a row's values."""

# Error numbers of MariaDB and MySQL: most of their SQLSTATEs are a general HY000.
_mariadb_later = {1040, 1205, 1213, 1226, 1317, 2002, 2003, 2006, 2013, 2055}
_mariadb_never = {1290, 1792}
_mariadb_mend = {1044, 1045, 1049, 1054, 1064, 1142, 1143, 1146, 1227, 1698}

_mend = re.compile(
    r"no such|syntax error|unable to open|readonly|not a database|malformed|authentication failed"
    r"|does not exist|no password supplied|access denied|unknown database|permission denied"
    r"|malformed connection|could not translate host name",
    re.IGNORECASE,
)
_undecodable = re.compile(r"Could not decode to UTF-8 column '[^']*'")


@contextmanager
def told_plainly(doing: str, url: URL) -> Iterator[None]:
    """Turn a driver's errors into Unreachable, Refused or Misconfigured, whose text is safe."""
    try:
        yield
    except (DataError, IntegrityError) as error:
        # Their words may quote a row's values.
        cause = type(error.orig).__name__
        raise Refused(f"{doing}: a value was not taken, or has no exact form ({cause})") from None
    except DBAPIError as error:
        raise _meaning(doing, url, error.orig or error) from None
    except sqlite3.Error as error:
        raise _meaning(doing, url, error) from None
    except SQLAlchemyError as error:
        # Not a driver's word: something SQLAlchemy itself would not do with this URL or statement.
        raise Misconfigured(f"{doing}: {_first_line(error, url)}") from None


def _meaning(doing: str, url: URL, error: BaseException) -> OutsideError:
    state: str | None = getattr(error, "sqlstate", None)
    undecodable = _undecodable.search(str(error))
    if undecodable:
        return Refused(f"{doing}: {undecodable[0]}: mend the text in the source, then try again")
    number = error.args[0] if error.args else None
    if isinstance(number, int) and len(error.args) == 2:
        return _meaning_of_number(doing, number, without_secrets(str(error.args[1]), url))
    if state is None:
        kind = Misconfigured if _mend.search(str(error)) else Unreachable
        return kind(f"{doing}: {_first_line(error, url)}")
    text = type(error).__name__ if state[:2] in _quotes_values else _first_line(error, url)
    message = f"{doing}: {text} (SQLSTATE {state})"
    if state[:2] in _later:
        return Unreachable(message)
    return Refused(message) if state[:2] in _never | _quotes_values else Misconfigured(message)


def _meaning_of_number(doing: str, number: int, words: str) -> OutsideError:
    message = f"{doing}: {words[:300]} (error {number})"
    if number in _mariadb_never:
        return Refused(message)
    if number in _mariadb_mend:
        return Misconfigured(message)
    if number in _mariadb_later:
        return Unreachable(message)
    # Of all others some quote a row's values.
    return Refused(f"{doing}: the server said no (error {number})")


def _first_line(error: BaseException, url: URL) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return without_secrets(lines[0], url)[:300]


def without_secrets(text: str, url: URL) -> str:
    """Blank out a URL's password, however it is spelt, and the values of its query."""
    secrets = [str(url.password)] if url.password else []
    for values in url.query.values():
        secrets += [values] if isinstance(values, str) else values
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for spelt in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(spelt, "***")
    return text
