"""The adapters each contract is tried on: memory, and the real thing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.outside import Mail
from connectors.memory import MemoryAccounts, MemoryPost
from connectors.ports import Accounts, Post
from connectors.scim import ScimAccounts
from connectors.smtp import SmtpPost
from rehearsal.servers.mail import received, start_mail
from rehearsal.servers.process import Server
from rehearsal.servers.scim import PilotUser, base_url, seed, start_scim
from tests.connectors.odd_scim import OddScim

TOKEN = "contract-token-5f1d"
REFUSED = "gone@acme.example"


@dataclass(frozen=True)
class Service:
    """Accounts, and the way a pilot's account comes to be there without us."""

    accounts: Accounts
    add_pilot: Callable[[str], str]


@pytest.fixture(scope="session")
def scim_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start_scim(tmp_path_factory.mktemp("scim"), TOKEN) as server:
        yield server


@pytest.fixture(scope="session")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start_mail(tmp_path_factory.mktemp("relay"), refuse=[REFUSED]) as server:
        yield server


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    match request.param:
        case "memory":
            memory = MemoryAccounts()
            yield Service(memory, lambda address: memory.add(address).id)
        case "scim2-server":
            server: Server = request.getfixturevalue("scim_server")
            with _scim(base_url(server.port)) as scim:

                def add(address: str) -> str:
                    pilot = PilotUser(address, "Pilot", "Person")
                    return seed(base_url(server.port), TOKEN, [pilot])[address]

                yield Service(scim, add)
        case "pages of 20 by POST, PATCH answers 200":
            odd = OddScim(TOKEN, page=20, heeds_start=False, patch_answers=200)
            with odd, _scim(odd.url) as scim:
                yield Service(scim, odd.add)
        case "no PATCH, no filter":
            with OddScim(TOKEN, page=7, patch=False, filters=False) as odd, _scim(odd.url) as scim:
                yield Service(scim, odd.add)
        case other:
            pytest.fail(f"no such accounts: {other}")


@contextmanager
def _scim(url: str) -> Iterator[ScimAccounts]:
    accounts = ScimAccounts(url, TOKEN)
    try:
        yield accounts
    finally:
        accounts.close()


@dataclass(frozen=True)
class Relay:
    """A relay, and what it received: envelope's recipient, subject and text."""

    post: Post
    received: Callable[[], list[tuple[str, str, str]]]


@pytest.fixture
def mail_relay(request: pytest.FixtureRequest) -> Iterator[Relay]:
    if request.param == "memory":
        memory = MemoryPost(refuse=[REFUSED])
        yield Relay(
            memory,
            lambda: [
                (letter.to, str(letter.message["Subject"]), letter.message.get_content())
                for letter in memory.received
            ],
        )
        return
    server: Server = request.getfixturevalue("relay")
    folder: Path = server.log.parent / "mail"
    before = len(received(folder))
    spec = Mail(port=server.port, security="none", sender="rollout@acme.example")
    yield Relay(
        SmtpPost(spec),
        lambda: [
            (kept.to, kept.subject, kept.message.get_content())
            for kept in received(folder)[before:]
        ],
    )
