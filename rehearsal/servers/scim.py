"""The new tool's account service: `scim2-server`, a real SCIM 2.0 server (RFC 7643, RFC 7644).

Its own command serves HTTP/1.0, one connection a request, and takes the token on a command line
everybody can read; so its application is served here by uvicorn (connections stay open, half as
many requests a second again: some 600 to 900) with the token from the environment. Its rules, its
schemas (User with the enterprise extension, Group) and its storage in memory are as they come;
a restart forgets everything, which is why `dump` exists.

What scim2-server 0.8.3 does, tried; `tests/rehearsal/test_servers.py` keeps it true:

- Every path but `/ServiceProviderConfig` wants `Authorization: Bearer`, else 401 with
  `WWW-Authenticate`. The base address ends in `/v2`.
- POST answers 201; `active` is not set for you: an account made without it shows no `active`.
- `userName` is unique without regard to case: 409 with scimType `uniqueness`. `externalId` is
  neither unique nor case-blind: two accounts may carry the same.
- PATCH works, with and without a path, and answers 204 with an ETag and no body, so one reads
  back; `"False"` as a string is taken for a boolean. PUT replaces all: what it leaves out
  (externalId!) is gone. DELETE answers 204, then 404.
- Filters: `userName eq` (indexed, blind to case), `externalId eq` (case counts), and the rest of
  RFC 7644. No filter and no count gives up to 1,000 users; `startIndex` and `count` page, sorted
  by id, and `totalResults` is exact; past the end comes an empty page.
- ETags: If-Match that no longer matches is 412, If-None-Match that still does is 304.
- Bulk of up to 1,000 operations is offered. It never throttles (no 429, no Retry-After).
"""

import argparse
import asyncio
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from scim2_models import ScimProvider, UnauthorizedException
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.storage import AsyncScimStorage
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

from rehearsal.servers.process import HOST, Server, free_port, module, start

TOKEN_VARIABLE = "CHANGEOVER_REHEARSAL_SCIM_TOKEN"  # noqa: S105 - a variable's name
USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"

_PAGE = 200
_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class PilotUser:
    """Somebody who had an account before the rollout began."""

    email: str
    given: str
    family: str
    active: bool = True


class TokenApplication(ASGIApplication):
    """scim2-server's application, for one bearer token."""

    def __init__(self, storage: AsyncScimStorage, provider: ScimProvider, token: str) -> None:
        super().__init__(storage, provider)
        self._token = token.encode()

    def check_auth(self, request: ScimRequest) -> None:
        """Refuse a request without the token (RFC 6750)."""
        scheme, _, token = (request.header("Authorization") or "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.encode(), self._token):
            raise UnauthorizedException


def base_url(port: int) -> str:
    """Give the address a plan names as the account service's."""
    return f"http://{HOST}:{port}/v2"


def start_scim(folder: Path, token: str, *, port: int | None = None) -> Server:
    """Start an account service that holds nobody yet and takes this bearer token."""
    port = port or free_port()
    return start(
        "scim",
        module("rehearsal.servers.scim", "--port", str(port)),
        port=port,
        folder=folder,
        environment={TOKEN_VARIABLE: token},
    )


def seed(url: str, token: str, users: Iterable[PilotUser]) -> dict[str, str]:
    """Make the accounts of people who had one already; give the service's ids by address.

    They carry no externalId: they are nobody's but the service's. Raises httpx.HTTPStatusError
    where the service refuses one.
    """
    ids = {}
    with _client(url, token) as client:
        for user in users:
            answer = client.post("/Users", json=_body(user)).raise_for_status()
            ids[user.email] = str(answer.json()["id"])
    return ids


def users(url: str, token: str) -> list[dict[str, Any]]:
    """Give every user the service holds, as it shows them, by user name."""
    found: dict[str, dict[str, Any]] = {}
    with _client(url, token) as client:
        for _ in range(_PAGES):
            query = {"startIndex": len(found) + 1, "count": _PAGE}
            page = client.get("/Users", params=query).raise_for_status().json()
            found |= {user["id"]: user for user in page["Resources"]}
            if len(found) >= page["totalResults"] or not page["Resources"]:
                break
        else:
            raise RuntimeError(f"{url} has more than {_PAGES} pages of users; that is no rehearsal")
    if len(found) != page["totalResults"]:
        raise RuntimeError(
            f"{url} says it holds {page['totalResults']} users and showed {len(found)}; "
            "were accounts made while they were read?"
        )
    return sorted(found.values(), key=lambda user: str(user["userName"]))


def dump(url: str, token: str, path: Path) -> list[dict[str, Any]]:
    """Write every user the service holds as one JSON list, and give it."""
    held = users(url, token)
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(json.dumps(held, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)
    return held


async def serve(port: int, token: str) -> None:
    """Serve until told to end (SIGTERM, SIGINT)."""
    announced = load_default_service_provider_config()
    announced.authentication_schemes = [BEARER_TOKEN_SCHEME]
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(), load_default_resource_types().values(), config=announced
    )
    settings = uvicorn.Config(
        TokenApplication(AsyncInMemoryStorage(), provider, token),
        host=HOST,
        port=port,
        access_log=False,
        log_level="warning",
        # A client that keeps its connection open does not keep us.
        timeout_graceful_shutdown=2,
    )
    await uvicorn.Server(settings).serve()


def _client(url: str, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    # trust_env: no proxy stands between a rehearsal and its own machine.
    return httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False)


def _body(user: PilotUser) -> Mapping[str, object]:
    return {
        "schemas": [USER_SCHEMA],
        "userName": user.email,
        "name": {"givenName": user.given, "familyName": user.family},
        "emails": [{"value": user.email, "type": "work", "primary": True}],
        "active": user.active,
    }


def main() -> None:
    """Read the command line and the token, and serve."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.servers.scim")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    token = os.environ.pop(TOKEN_VARIABLE, "")
    if not token:
        parser.error(f"set {TOKEN_VARIABLE} to the bearer token that is to be asked for")
    asyncio.run(serve(options.port, token))


if __name__ == "__main__":
    main()
