"""What an HTTP service's JSON answer holds, and what one that is no success means."""

from typing import Any

import httpx

from connectors.errors import Misconfigured, OutsideError, Unreachable


def found(document: Any, pointer: str) -> Any:  # noqa: ANN401 - JSON is of any kind
    """Follow a JSON pointer (RFC 6901, section 4); None where it leads nowhere."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(key)
        elif isinstance(document, list) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return None
    return document


def error_of(
    place: str, answer: httpx.Response, kind: type[OutsideError], otherwise: str
) -> OutsideError:
    """Give the error that an answer without success is, by what is to be done about it.

    `kind` and `otherwise`: that of every status with no meaning of its own here, and its advice.
    """
    said = f"{place}: status {answer.status_code}"
    if answer.is_redirect:
        return Misconfigured(f"{said}; it has moved: write its new address in the plan")
    if answer.status_code in {401, 403}:
        return Misconfigured(f"{said}; it does not take the token: renew the secret")
    if answer.status_code in {408, 425, 429} or answer.status_code >= 500:
        return Unreachable(f"{said}; try again later")
    return kind(f"{said}; {otherwise}")
