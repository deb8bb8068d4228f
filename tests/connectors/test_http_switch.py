"""A switch behind an HTTP address, on a real server on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from config.outside import HttpSwitch
from connectors.errors import Misconfigured, Refused, Unreachable
from connectors.http_switch import HttpHook

TOKEN = "t0p-secret"


class Service(BaseHTTPRequestHandler):
    """Keeps one setting, and what it was asked."""

    server: "Keeping"

    def do_GET(self) -> None:
        self._answer({"service": {"open": self.server.open, "a/b": [None, 3]}})

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append(json.loads(self.rfile.read(length)))
        if not self.server.deaf:
            self.server.open = self.server.asked[-1]["state"]["open"] == "true"
        self._answer({})

    def _answer(self, body: object) -> None:
        right = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        self.send_response(self.server.status or (200 if right else 401))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


class Keeping(ThreadingHTTPServer):
    open = True
    deaf = False
    status = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Service)
        self.asked: list[dict[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/crm"


@pytest.fixture
def service() -> Iterator[Keeping]:
    with Keeping() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def hook(service: Keeping, token: str | None = TOKEN, at: str = "/service/open") -> HttpHook:
    url = service.url
    spec = HttpSwitch(
        name="log-ins", read=url, set=url, to="false", at=at, method="PUT",
        body={"state": {"open": ":value"}, "why": "moved"},
    )  # fmt: skip
    return HttpHook(spec, read=url, set_=url, token=token)


def test_it_is_set_by_one_call_and_read_by_another(service: Keeping) -> None:
    switch = hook(service)
    assert switch.value() == "true"
    switch.set("false")
    assert (switch.value(), service.open) == ("false", False)
    assert service.asked == [{"state": {"open": "false"}, "why": "moved"}]


@pytest.mark.parametrize(
    ("at", "value"), [("/service/a~1b/1", "3"), ("/service/a~1b/0", None), ("/nowhere/else", None)]
)
def test_a_pointer_leads_to_its_value(service: Keeping, at: str, value: str | None) -> None:
    assert hook(service, at=at).value() == value


def test_a_pointer_to_many_values_is_a_mistake(service: Keeping) -> None:
    with pytest.raises(Misconfigured, match="more than one value"):
        hook(service, at="/service").value()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, Refused),
        (409, Refused),
        (500, Unreachable),
        (429, Unreachable),
        (302, Misconfigured),
        (403, Misconfigured),
    ],
)
def test_an_answer_is_told_by_what_is_to_be_done(
    service: Keeping, status: int, kind: type[Exception]
) -> None:
    service.status = status
    with pytest.raises(kind, match=f"switch log-ins at 127.0.0.1:[0-9]+: status {status}"):
        hook(service).set("false")


def test_nobody_there_is_unreachable(service: Keeping) -> None:
    switch = hook(service)
    service.server_close()
    service.shutdown()
    with pytest.raises(Unreachable, match="no answer"):
        switch.value()


def test_a_token_is_in_no_error_and_no_repr(service: Keeping) -> None:
    with pytest.raises(Misconfigured, match="does not take the token") as told:
        hook(service, token="wr0ng").value()
    assert "wr0ng" not in str(told.value) + repr(hook(service, token="wr0ng"))
    with pytest.raises(Misconfigured, match="not plain text") as told:
        hook(service, token="two words")
    assert "two words" not in str(told.value)


@pytest.mark.parametrize("url", ["ftp://crm.example", "crm.example", "https://u:p@crm.example/x"])
def test_an_address_that_cannot_be_right_is_refused_before_anything(url: str) -> None:
    spec = HttpSwitch(name="log-ins", read=url, set=url, to="off")
    with pytest.raises(Misconfigured, match="switch log-ins"):
        HttpHook(spec, read=url, set_=url, token=None)


def test_nothing_can_be_deleted_by_one() -> None:
    words = {"name": "x", "read": "https://a.example", "set": "https://a.example", "to": "off"}
    with pytest.raises(ValueError, match="POST"):
        HttpSwitch.model_validate(words | {"method": "DELETE"})
