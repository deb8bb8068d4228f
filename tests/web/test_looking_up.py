"""Who may look at an archive's tables, and what is written down of it."""

import asyncio
import json
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from archive.verify import verify
from tests.archive.sources import KEY, bytes_of, shop, signed
from web.looking_up import Door, LookLog, SignOn
from web.readers import NoReaderError, Readers, add_reader, readers_of
from web.tables import tables_app

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOST = "127.0.0.1:8765"
SIGN_ON = SignOn("X-Remote-User", "a secret of the proxy alone")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    signed(shop(folder / "old.sqlite"), folder / "kept")
    return folder / "kept"


@pytest.fixture(scope="module")
def pages(archive: Path) -> Any:  # noqa: ANN401 - Datasette's own class
    return tables_app(archive)


@pytest.fixture
def people(tmp_path: Path) -> tuple[Path, str]:
    path = tmp_path / "people.tsv"
    path.write_text("# who may look\n")
    return path, add_reader_first(path)


def add_reader_first(path: Path) -> str:
    path.unlink()
    return add_reader(path, "R.Sital@acme.example")


@pytest.fixture
def door(pages: Any, people: tuple[Path, str], tmp_path: Path) -> Door:  # noqa: ANN401
    log = LookLog(tmp_path / "looked.jsonl")
    return Door(pages, readers_of(people[0]), log, lambda: NOW, frozenset({HOST}))


def client(door: Door) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url=f"http://{HOST}")


def ask(door: Door, *requests: tuple[Any, ...]) -> list[httpx.Response]:
    """Ask one thing after another, as one browser."""

    async def asked() -> list[httpx.Response]:
        async with client(door) as browser:
            return [
                await browser.request(method, url, **(more[0] if more else {}))
                for method, url, *more in requests
            ]

    return asyncio.run(asked())


def enter(token: str) -> tuple[str, str, dict[str, Any]]:
    return "POST", "/enter", {"data": {"token": token}}


def looked(door: Door) -> list[dict[str, Any]]:
    return [json.loads(line) for line in door.log.path.read_text().splitlines()]


def test_a_stranger_is_sent_to_the_door_and_sees_nothing(door: Door) -> None:
    for url in ("/", "/archive/customers", "/archive.db", "/archive.json?sql=select+1", "/-/x"):
        (found,) = ask(door, ("GET", url))
        assert (found.status_code, found.headers["location"]) == (303, "/enter")
        assert "Klant" not in found.text
    (_, wrong, still) = ask(door, ("GET", "/enter"), enter("guessed"), ("GET", "/archive"))
    assert (wrong.status_code, still.status_code) == (403, 303)


def test_who_is_on_the_list_looks_things_up(door: Door, people: tuple[Path, str]) -> None:
    (entered, home, table, row) = ask(
        door,
        enter(people[1]),
        ("GET", "/"),
        ("GET", "/archive/customers?name__contains=Klant+3"),
        ("GET", "/archive/customers/3.json"),
    )
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Archive: acme-crm" in home.text
    assert KEY.fingerprint in home.text
    assert "Klant 3 é" in table.text
    assert row.json()["rows"] == [[3, "Klant 3 é", "2019-01-04"]]


def test_who_looked_at_which_page_is_written_down_and_not_for_what(
    door: Door, people: tuple[Path, str]
) -> None:
    asked = ("/archive/customers?name__contains=Klant+3", "/-/static/app.css", "/x")
    ask(door, enter(people[1]), *(("GET", url) for url in asked))
    who = "r.sital@acme.example"
    at = NOW.isoformat()
    assert looked(door) == [
        {"at": at, "who": None, "path": "/enter", "status": 303},
        {"at": at, "who": who, "path": "/archive/customers", "status": 200},
        {"at": at, "who": who, "path": "/x", "status": 404},
    ]
    assert "Klant" not in door.log.path.read_text()
    assert people[1] not in door.log.path.read_text()
    assert stat.S_IMODE(door.log.path.stat().st_mode) == 0o600


def test_the_log_is_only_ever_added_to(door: Door) -> None:
    door.log.path.write_text('{"earlier": 1}\n')
    ask(door, ("GET", "/"))
    assert looked(door)[0] == {"earlier": 1}
    assert len(looked(door)) == 2


def test_nothing_but_looking_is_possible(
    door: Door, people: tuple[Path, str], archive: Path
) -> None:
    before = bytes_of(archive)
    statements = ("delete from customers", "insert into customers values (99, 'x', null)")
    found = ask(
        door,
        enter(people[1]),
        *(("GET", "/archive.json", {"params": {"sql": sql}}) for sql in statements),
        ("POST", "/archive/customers"),
        ("DELETE", "/archive"),
        ("GET", "/archive.db"),
        ("GET", "/archive/customers.csv?_stream=1"),
    )
    assert [each.status_code for each in found] == [303, 400, 400, 405, 405, 403, 400]
    assert bytes_of(archive) == before
    assert verify(archive).holds


def test_a_page_elsewhere_cannot_reach_in_by_another_name(
    door: Door, people: tuple[Path, str]
) -> None:
    """DNS may be made to point any name at 127.0.0.1."""
    (_, found) = ask(
        door, enter(people[1]), ("GET", "/archive", {"headers": {"host": "evil.example"}})
    )
    assert found.status_code == 403


def test_the_sign_on_says_who_it_is_and_proves_itself(door: Door) -> None:
    door = replace(door, sign_on=SIGN_ON)
    proves, says = {"x-changeover-proxy": SIGN_ON.secret}, {"x-remote-user": "r.sital@ACME.example"}
    found = ask(
        door,
        ("GET", "/archive", {"headers": proves | says}),
        ("GET", "/archive", {"headers": says}),
        ("GET", "/archive", {"headers": says | {"x-changeover-proxy": "guessed"}}),
        ("GET", "/archive", {"headers": proves}),
        ("GET", "/archive", {"headers": proves | {"x-remote-user": "eve@acme.example"}}),
        ("GET", "/enter", {"headers": {}}),
    )
    assert [each.status_code for each in found] == [200, 403, 403, 403, 403, 403]
    assert [each["who"] for each in looked(door)] == ["r.sital@acme.example", *[None] * 5]


def test_the_list_keeps_no_token_and_takes_nobody_twice(people: tuple[Path, str]) -> None:
    path, token = people
    assert token not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert readers_of(path).owner(token) == "r.sital@acme.example"
    assert Readers({"a@b": ""}).owner("") is None
    with pytest.raises(NoReaderError, match="is on the list"):
        add_reader(path, "r.sital@acme.example")
    with pytest.raises(NoReaderError, match="is no name"):
        add_reader(path, "a\tb")
    path.write_text("# nobody\n")
    with pytest.raises(NoReaderError, match="nobody is on the list"):
        readers_of(path)
    with pytest.raises(NoReaderError, match="cannot be read"):
        readers_of(path.with_name("none"))


@pytest.fixture
def shown(archive: Path, people: tuple[Path, str]) -> Iterator[str]:
    """Run the command itself; gives the address it says."""
    command = [sys.executable, "-c", "from cli.main import main; main()", "archive", "browse"]
    command += [
        str(archive),
        "--people",
        str(people[0]),
        "--port",
        "0",
        "--signer",
        KEY.fingerprint,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        verified, address = process.stdout.readline(), process.stdout.readline()
        assert "signer proved" in verified
        yield re.findall(r"http://\S+/", address)[0]
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert "Traceback" not in rest


def test_the_command_shows_a_verified_archive_and_leaves_it_as_it_is(
    shown: str, archive: Path, people: tuple[Path, str]
) -> None:
    before = bytes_of(archive)
    with httpx.Client(base_url=shown, follow_redirects=True) as browser:
        assert "Your token" in browser.get("/archive/orders").text
        assert "Archive: acme-crm" in browser.post("/enter", data={"token": people[1]}).text
        assert "40 rows" in browser.get("/archive/orders").text
    assert bytes_of(archive) == before
    log = archive.with_name("kept.looked.jsonl")
    assert '"path": "/archive/orders"' in log.read_text()
    log.unlink()
