"""The pages of a table behind HTTP: each asked for until it comes, and none believed blindly.

The source states how many rows there are, on every page the same; each row comes once; and the
token goes to no other address than the source's own.
"""

import re
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from config.old_sources import Cursor, JsonTable, NextLink, PageNumber
from connectors.errors import Misconfigured, Refused, Unreachable
from connectors.http_answers import error_of, found
from connectors.json_values import Number, parsed, text_of
from connectors.pace import Pace

TRIES = 6
"""For one page."""
WAIT_SECONDS_AT_MOST = 300
"""Between two tries; a service that asks for more is Unreachable."""
PAGES_AT_MOST = 1_000_000
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    body: bytes
    """As it came."""
    rows: list[dict[str, Any]]
    keys: list[str]
    """What tells each row from all others, as JSON."""


@dataclass
class _Reading:
    """How far the reading of one table is."""

    place: str
    table: JsonTable
    rows: int = 0
    pages: int = 0
    stated: int | None = None
    more: bool = True
    """Whether rows are missing still, and the last page had any."""

    def saw(self, answer: httpx.Response, document: object) -> Page:
        """Count a page in; Refused where it states another total than the one before."""
        total = _total(answer, document, self.table, self.place)
        if self.stated not in (None, total):
            raise Refused(
                f"{self.place}: it stated {self.stated} rows and then {total}: somebody writes to "
                "it; freeze it, then try again"
            )
        page = _page(answer.content, document, self.table, self.place)
        self.stated, self.pages, self.rows = total, self.pages + 1, self.rows + len(page.rows)
        self.more = bool(page.rows) and self.rows < total
        return page


class Pages:
    """A service, asked page by page."""

    def __init__(
        self, url: str, token: str | None, per_second: int | None, sleep: Sleep = time.sleep
    ) -> None:
        """Take address and token; Misconfigured where they cannot be right. Opens nothing."""
        self.url = url.rstrip("/")
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Misconfigured("old_system.source: its address is no http(s) address")
        if parts.username or parts.password:
            raise Misconfigured("old_system.source: a password stands in its address; use `token`")
        self._origin = _origin(url)
        self._headers = {"Accept": "application/json"}
        if token is not None:
            if not re.fullmatch(r"[\x21-\x7e]+", token):
                raise Misconfigured("old_system.source: its token is no plain text; set it anew")
            self._headers["Authorization"] = f"Bearer {token}"
        self._pace = Pace(per_second)
        self._sleep = sleep

    def of(self, name: str, table: JsonTable) -> Generator[Page, None, None]:
        """Give a table's pages, in order.

        Refused where the stated total changes between two pages or other rows came than it says,
        or where pages go round in a circle; Misconfigured where an answer is not as the plan says.
        """
        reading = _Reading(f"table {name}", table)
        outward = urlsplit(self.url).hostname not in _LOOPBACK
        address: str | None = self.url + table.path
        if isinstance(table.page, PageNumber):
            address = self._numbered(reading, table.page)
        seen: set[str] = set()
        with httpx.Client(timeout=_TIMEOUT, trust_env=outward, headers=self._headers) as client:
            while address is not None:
                if address in seen or len(seen) >= PAGES_AT_MOST:
                    raise Refused(f"{reading.place}: its pages go in a circle: ask who runs it")
                seen.add(address)
                answer = self._patiently(client, address, reading.place)
                document = _document(answer, reading.place)
                yield reading.saw(answer, document)
                address = self._next(answer, document, reading)
        if reading.rows != reading.stated:
            said = f"it stated {reading.stated} rows, and {reading.rows} came"
            raise Refused(f"{reading.place}: {said}: try again")

    def _numbered(self, reading: "_Reading", page: PageNumber) -> str:
        address = self.url + reading.table.path
        return _with(address, page.parameter, str(page.first + reading.pages))

    def _next(self, answer: httpx.Response, document: object, reading: "_Reading") -> str | None:
        match reading.table.page:
            case PageNumber() as page:
                return self._numbered(reading, page) if reading.more else None
            case Cursor(parameter=parameter, next=pointer):
                word = found(document, pointer)
                address = self.url + reading.table.path
                return _with(address, parameter, str(word)) if word else None
            case NextLink(next=None):
                link = answer.links.get("next", {}).get("url")
            case NextLink(next=pointer):
                link = found(document, str(pointer))
        return self._ours(urljoin(str(answer.url), str(link)), reading.place) if link else None

    def _ours(self, address: str, place: str) -> str:
        if _origin(address) != self._origin:
            raise Refused(f"{place}: its next page is at another address than the source's own")
        return address

    def _patiently(self, client: httpx.Client, address: str, place: str) -> httpx.Response:
        """Ask until an answer comes, TRIES times; what the service asks to wait is waited."""
        for attempt in range(1, TRIES + 1):
            self._pace.turn()
            try:
                answer = client.get(address)
            except httpx.TransportError as error:
                # Only its name: its words may quote an address that is a secret.
                error_said, wait = f"no answer ({type(error).__name__})", None
            else:
                if answer.is_success:
                    return answer
                refusal = error_of(place, answer, Misconfigured, "is its path in the plan right?")
                if not isinstance(refusal, Unreachable):
                    raise refusal
                error_said, wait = f"status {answer.status_code}", _asked_to_wait(answer)
            pause = wait if wait is not None else 0.5 * 2**attempt
            if attempt == TRIES or pause > WAIT_SECONDS_AT_MOST:
                raise Unreachable(f"{place}: {error_said}; try again later")
            self._sleep(pause)
        raise AssertionError


def _document(answer: httpx.Response, place: str) -> object:
    try:
        return parsed(answer.content)
    except (ValueError, RecursionError) as error:
        raise Misconfigured(
            f"{place}: the answer is no JSON ({error}): is its path right?"
        ) from None


def _total(answer: httpx.Response, document: object, table: JsonTable, place: str) -> int:
    if table.total_header is not None:
        said: object = answer.headers.get(table.total_header)
    else:
        said = found(document, table.total or "")
    text = str(said) if isinstance(said, Number | str) else ""
    if not re.fullmatch(r"\d{1,15}", text):
        where = table.total_header or table.total
        raise Misconfigured(f"{place}: there is no number of rows at {where}: mend the plan")
    return int(text)


def _page(body: bytes, document: object, table: JsonTable, place: str) -> Page:
    rows = found(document, table.rows)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Misconfigured(f"{place}: there is no list of objects at {table.rows or '/'}")
    keys = [found(row, table.key) for row in rows]
    if None in keys:
        raise Misconfigured(f"{place}: a row has nothing at {table.key}: name its key in the plan")
    return Page(body, rows, [text_of(key) for key in keys])


def _asked_to_wait(answer: httpx.Response) -> float | None:
    """Give Retry-After in seconds (RFC 9110, section 10.2.3); None where it is not there."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _with(address: str, parameter: str, value: str) -> str:
    return str(httpx.URL(address).copy_set_param(parameter, value))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual
