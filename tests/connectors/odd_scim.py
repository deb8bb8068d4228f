"""A small SCIM service with the habits of services in the field, each a switch."""

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass
class OddScim:
    """Serves on loopback while it is a context."""

    token: str
    page: int = 100
    """Accounts on a page at most, whatever is asked for."""
    patch: bool = True
    """Whether PATCH is done, and said to be."""
    patch_answers: int = 204
    filters: bool = True
    """Whether a filter is heeded; without, everybody is shown."""
    heeds_start: bool = True
    """Whether GET heeds startIndex; a search by POST always does."""
    searches: bool = True
    """Whether POST .search is known; without, it finds nobody."""
    total_of_page: bool = False
    """Whether the total stated is that of the page."""
    lazy: bool = False
    """Whether changes are answered 200 and not done."""
    says_patch: bool = True
    """Whether the service's description says what of PATCH is true."""
    total_is_off_by: int = 0
    answers_first: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Status and headers of answers given before anything is done, one for each request."""
    body: bytes | None = None
    """What is answered to everything, with 200, in place of SCIM."""
    active_as_text: bool = False
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and token of each request."""
    connections: int = 0

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"odd": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/scim/v2"

    def add(self, user_name: str, **more: object) -> str:
        id_ = f"u{len(self.users) + 1:04d}"
        self.users[id_] = {
            "schemas": [SCHEMA],
            "userName": user_name,
            "active": True,
            **more,
            "id": id_,
        }
        return id_


class _Handler(BaseHTTPRequestHandler):
    odd: OddScim
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes; without this each answer waits for an acknowledgement.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.odd.connections += 1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        said = self.headers.get("Authorization") or ""
        self.odd.asked.append((self.command, parts.path.removeprefix("/scim/v2"), said))
        if self.odd.answers_first:
            status, headers = self.odd.answers_first.pop(0)
            self._error(status, "later", headers)
        elif said != f"Bearer {self.odd.token}":
            self._error(401, f"who is {said}?")
        elif self.odd.body is not None:
            self._send(200, self.odd.body, {"Content-Type": "text/html"})
        else:
            self._route(parts.path.removeprefix("/scim/v2"), parts.query, body)

    do_GET = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815 - http.server's names

    def _route(self, path: str, query: str, body: dict[str, Any]) -> None:
        if path == "/ServiceProviderConfig" and self.odd.says_patch:
            self._json(200, {"patch": {"supported": self.odd.patch}})
        elif (self.command, path) == ("POST", "/Users"):
            self._create(body)
        elif path == "/Users/.search":
            self._list(body if self.odd.searches else {"startIndex": 10**6}, heed=True)
        elif path == "/Users":
            self._list({name: values[0] for name, values in parse_qs(query).items()})
        elif path.startswith("/Users/") and path[7:] in self.odd.users:
            self._one(path[7:], body)
        else:
            self._error(404, "no such thing")

    def _create(self, body: dict[str, Any]) -> None:
        if any(u["userName"].lower() == body["userName"].lower() for u in self.odd.users.values()):
            self._error(409, f"{body['userName']} is taken")
            return
        if self.odd.lazy:
            self._json(201, {**body, "id": "u9999"})
            return
        id_ = self.odd.add(**{"user_name": body["userName"], **body})
        self.odd.users[id_].pop("user_name", None)
        self._json(201, self.odd.users[id_])

    def _list(self, query: dict[str, Any], *, heed: bool = False) -> None:
        users = list(self.odd.users.values())
        asked = re.fullmatch(r'userName eq "(.*)"', query.get("filter", ""))
        if asked and self.odd.filters:
            users = [u for u in users if u["userName"].lower() == asked[1].lower()]
        heed = heed or self.odd.heeds_start
        first = int(query.get("startIndex", 1)) - 1 if heed else 0
        count = min(int(query.get("count", self.odd.page)), self.odd.page)
        shown = users[first : first + count]
        total = len(shown if self.odd.total_of_page else users) + self.odd.total_is_off_by
        self._json(200, {"schemas": [LIST], "totalResults": total, "Resources": shown})

    def _one(self, id_: str, body: dict[str, Any]) -> None:
        user = self.odd.users[id_]
        if self.command == "PATCH":
            if not self.odd.patch:
                self._error(501, "no PATCH here")
                return
            (change,) = body["Operations"]
            user = user if self.odd.lazy else {**user, change["path"]: change["value"]}
        elif self.command == "PUT":
            user = user if self.odd.lazy else {**body, "id": id_}
        self.odd.users[id_] = user
        if self.command == "PATCH" and self.odd.patch_answers == 204:
            self._send(204, b"", {})
            return
        shown = {**user, "active": str(user["active"])} if self.odd.active_as_text else user
        self._json(200, shown)

    def _json(self, status: int, body: object) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/scim+json"})

    def _error(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        body = {"schemas": [ERROR], "status": str(status), "detail": detail}
        kind = {"Content-Type": "application/scim+json"}
        self._send(status, json.dumps(body).encode(), {**kind, **(headers or {})})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
