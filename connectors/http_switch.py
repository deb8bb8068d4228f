"""A switch of the old system behind an HTTP address: set by one call, read back by another.

The token is in the client's headers and nowhere else: not in an error, not in a `repr`.
"""

import re
from urllib.parse import urlsplit

import httpx
from pydantic import JsonValue

from config.outside import HttpSwitch
from connectors.errors import Misconfigured, Refused, Unreachable
from connectors.http_answers import error_of, found

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_VALUE = ":value"


class HttpHook:
    """One such switch (`connectors.ports.Hook`)."""

    def __init__(self, spec: HttpSwitch, *, read: str, set_: str, token: str | None) -> None:
        """Take the switch with its addresses and token as they are; Misconfigured where bad.

        Opens nothing yet.
        """
        self._spec, self._read, self._set = spec, read, set_
        self._headers = {"Accept": "application/json"}
        for url in (read, set_):
            _checked(spec.name, url)
        if token is not None:
            # Checked here, for a client's own complaint about a header would quote it.
            if not re.fullmatch(r"[\x21-\x7e]+", token):
                raise Misconfigured(
                    f"switch {spec.name}: its token is empty or not plain text; set the secret anew"
                )
            self._headers["Authorization"] = f"Bearer {token}"

    def __repr__(self) -> str:
        return f"HttpHook({self._spec.name})"

    def value(self) -> str | None:
        """Give what the switch reads now; None where it is null or not there."""
        answer = self._call("GET", self._read, None)
        try:
            document = answer.json()
        except ValueError:
            raise Misconfigured(
                f"{self._place}: the answer is no JSON; is the address right?"
            ) from None
        return _text(self._place, found(document, self._spec.at))

    def set(self, value: str) -> None:
        """Set it; that it came to read so is for the caller to see."""
        self._call(self._spec.method, self._set, _filled(self._spec.body, value))

    @property
    def _place(self) -> str:
        return f"switch {self._spec.name} at {urlsplit(self._read).netloc}"

    def _call(self, method: str, url: str, body: JsonValue) -> httpx.Response:
        # An organisation's proxy is heeded, but never on the way to this machine itself.
        outward = urlsplit(url).hostname not in _LOOPBACK
        try:
            with httpx.Client(timeout=_TIMEOUT, trust_env=outward, headers=self._headers) as client:
                answer = client.request(method, url, json=body if method != "GET" else None)
        except httpx.TransportError as error:
            # Only its name: its words may quote an address that is a secret.
            name = type(error).__name__
            raise Unreachable(f"{self._place}: no answer ({name}); try again later") from None
        if answer.is_success:
            return answer
        raise error_of(
            self._place, answer, Refused, "it does not do this: look at the switch in the plan"
        )


def _checked(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Misconfigured(f"switch {name}: its address is no http(s) address; mend the plan")
    if parts.username or parts.password:
        raise Misconfigured(f"switch {name}: a name or password stands in its address; use `token`")


def _text(place: str, value: JsonValue) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise Misconfigured(f"{place}: `at` leads to more than one value; mend the plan")
    return None if value is None else str(value)


def _filled(body: JsonValue, value: str) -> JsonValue:
    """Put the value in wherever a text is :value."""
    if isinstance(body, dict):
        return {key: _filled(inner, value) for key, inner in body.items()}
    if isinstance(body, list):
        return [_filled(inner, value) for inner in body]
    return value if body == _VALUE else body
