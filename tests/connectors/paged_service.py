"""A service that gives its rows as JSON in pages, on loopback, with such services' troubles."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "geheim-token"
PAGE_ROWS = 10


@dataclass
class Service:
    """What it holds, what it was asked, and what it answers instead of a page."""

    url: str = ""
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)
    """Whole answers, by path."""
    asked: list[str] = field(default_factory=list)
    trouble: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers of the next answers; 0 closes the connection without a word."""
    before: Callable[["Service", int], None] = lambda _service, _number: None
    """Called with the number of the request, from 1."""
    lie: int = 0
    """Added to every total that is stated."""
    elsewhere: str = ""
    """Where its links lead instead of to itself."""


class _Handler(BaseHTTPRequestHandler):
    service: Service

    def do_GET(self) -> None:
        service = self.service
        service.asked.append(self.path)
        service.before(service, len(service.asked))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, b"{}", {})
        elif service.trouble:
            status, headers = service.trouble.pop(0)
            if status:
                self._answer(status, b"busy", headers)
            else:
                self.close_connection = True
        elif self.path in service.raw:
            self._answer(200, service.raw[self.path], {"X-Total-Count": "3"})
        else:
            self._page()

    def _page(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        _, kind, name = parts.path.split("/")
        if name not in self.service.tables:
            self._answer(404, b"{}", {})
            return
        rows = self.service.tables[name]
        first = 0
        if kind == "numbered":
            first = (int(query["page"]) - 1) * PAGE_ROWS
        elif "after" in query:
            first = int(query["after"])
        shown, following = rows[first : first + PAGE_ROWS], first + PAGE_ROWS
        more = following < len(rows)
        total = len(rows) + self.service.lie
        link = f"{self.service.elsewhere}/{kind}/{name}?after={following}"
        document: Any = {"data": {"items": shown}, "meta": {"total": total}}
        document["meta"] |= {"next": str(following) if more else None, "link": link if more else ""}
        headers = {"X-Total-Count": str(total)}
        if kind == "header":
            document = shown
            headers |= {"Link": f'<{link}>; rel="next"'} if more else {}
        self._answer(200, json.dumps(document).encode(), headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Service]:
    """Run a service on a free port until the context ends."""
    service = Service()
    handler = type("Handler", (_Handler,), {"service": service})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
