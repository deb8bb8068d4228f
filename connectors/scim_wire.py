"""How requests travel to a SCIM service: one pool of connections, a pace, patience, plain errors.

The token is in the client's headers and nowhere else: not in an error, not in a `repr`.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from scim2_client import RequestNetworkException, SCIMClientException
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import SCIMException, ScimProvider, User

from connectors.errors import Misconfigured, Refused, Unreachable
from connectors.pace import Pace

CONNECTIONS = 32
"""Connections held open at most; so many threads may ask at once."""

_TRIES = 6
_WAIT_SECONDS = 60.0
_FIRST_WAIT_SECONDS = 1.0
_TIMEOUT = httpx2.Timeout(30.0, connect=10.0, pool=120.0)
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Absent(Refused):
    """There is nothing under this address (404)."""


class Taken(Refused):
    """Something else has this name already (409)."""


class Unsupported(Refused):
    """The service does not do this at all (405, 501)."""


class Wire(SyncSCIMClient):
    """A client that keeps a pace, waits where it is asked to, and says what an answer means.

    A request is tried again only where the service said it did nothing (429, 503). Raises
    Unreachable, Refused (with `Absent`, `Taken` and `Unsupported`) and Misconfigured.
    """

    def __init__(
        self, url: str, token: str, *, pace: Pace, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Take the base address and the bearer token. Opens nothing."""
        parts = _checked(url, token)
        self.place = f"account service {parts.scheme}://{parts.netloc}{parts.path}"
        self._token = token
        self._pace = pace
        self._sleep = sleep
        client = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/scim+json"},
            timeout=_TIMEOUT,
            limits=httpx2.Limits(
                max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS
            ),
            # An organisation's proxy is heeded, but never on the way to this machine itself.
            trust_env=parts.hostname not in _LOOPBACK,
        )
        # Payloads are checked where they are used: services in the field add and leave out much,
        # and one account that is odd must not hide the others.
        super().__init__(client, provider=ScimProvider(models=[User]), check_response_payload=False)

    def __repr__(self) -> str:
        return f"Wire({self.place})"

    def request(self, method: str, url: str, **kwargs: Any) -> httpx2.Response:  # noqa: ANN401 - as the base class has it
        """Send a request and give its answer, which is a success; every other is raised."""
        headers = {"Content-Type": "application/scim+json", **kwargs.pop("headers", {})}
        for tried in range(1, _TRIES + 1):
            self._pace.turn()
            try:
                answer = super().request(method, url, headers=headers, **kwargs)
            except RequestNetworkException as error:
                # Only the cause's name: its words may quote a header.
                name = type(error.__cause__ or error).__name__
                raise Unreachable(f"{self.place}: no answer ({name}); try again later") from None
            if answer.status_code not in {429, 503}:
                return self._judged(answer)
            wait = _asked_to_wait(answer, tried)
            if wait > _WAIT_SECONDS or tried == _TRIES:
                break
            self._sleep(wait)
        raise Unreachable(
            f"{self.place}: asked us to wait {wait:.0f} s (status {answer.status_code}, tried "
            f"{tried} times); try again later, or set `per_second` in the plan"
        )

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Turn what the SCIM client finds wrong in an answer into Misconfigured."""
        try:
            yield
        except (SCIMClientException, SCIMException) as error:
            name = type(error).__name__
            raise Misconfigured(
                f"{self.place}: the answer is not SCIM ({name}); is the plan's url right?"
            ) from None

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _judged(self, answer: httpx2.Response) -> httpx2.Response:
        status = answer.status_code
        if answer.is_success:
            return answer
        told = f"{self.place}: status {status}{self._detail(answer)}"
        if answer.is_redirect:
            raise Misconfigured(f"{told}; it has moved: write its new address in the plan")
        if status in {401, 403}:
            raise Misconfigured(f"{told}; the service does not take the token: renew the secret")
        if status in {408, 425} or (status >= 500 and status != 501):
            raise Unreachable(f"{told}; try again later")
        kinds = {404: Absent, 409: Taken, 405: Unsupported, 501: Unsupported}
        raise kinds.get(status, Refused)(told)

    def _detail(self, answer: httpx2.Response) -> str:
        """Give what the service says of its refusal, without addresses or the token."""
        try:
            body = answer.json()
        except ValueError:
            return ""
        if not isinstance(body, dict):
            return ""
        said = " ".join(str(body[key]) for key in ("scimType", "detail") if body.get(key))
        said = re.sub(r"\S+@\S+", "(an address)", said.replace(self._token, "(the token)"))
        return f" ({said[:200]})" if said else ""


def _checked(url: str, token: str) -> Any:  # noqa: ANN401 - a SplitResult
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Misconfigured("accounts: the url is no http(s) address; mend the plan")
    if parts.username or parts.password or parts.query:
        raise Misconfigured("accounts: the url holds more than an address; the token goes apart")
    # Checked here, for a client's own complaint about a header would quote it.
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Misconfigured("accounts: the token is empty or not plain text; set the secret again")
    return parts


def _asked_to_wait(answer: httpx2.Response, tried: int) -> float:
    """Give the seconds an answer asks to wait (RFC 9110, 10.2.3); doubling where it says none.

    A date is measured against the service's own, so no clock of ours is needed.
    """
    said = answer.headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
        return max(0.0, (until - parsedate_to_datetime(answer.headers["Date"])).total_seconds())
    except (KeyError, TypeError, ValueError):
        return float(_FIRST_WAIT_SECONDS * 2 ** (tried - 1))
