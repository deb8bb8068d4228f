import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from rehearsal.servers import mail, process, scim
from rehearsal.servers.mail import received, start_mail
from rehearsal.servers.process import Server, ServerFailed, free_port, start
from rehearsal.servers.scim import PilotUser, base_url, start_scim

TOKEN = "right-token"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    for _ in range(round(seconds / 0.02)):
        if true():
            return True
        time.sleep(0.02)
    return False


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1][0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


LISTENER = """
import os, socket, subprocess, sys, time
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(60)
"""


def start_listener(folder: Path) -> Server:
    port = free_port()
    command = [sys.executable, "-S", "-c", LISTENER, str(port)]
    return start("listener", command, port=port, folder=folder)


def pids(server: Server) -> list[int]:
    assert eventually(lambda: bool(server.log.read_text(encoding="utf-8").strip()))
    return [int(word) for word in server.log.read_text(encoding="utf-8").split()]


class TestProcess:
    def test_a_stopped_server_and_what_it_started_are_gone(self, tmp_path: Path) -> None:
        with start_listener(tmp_path) as server:
            assert process.answers(server.port)
            # A session of its own: Ctrl-C in a terminal is for the rehearsal, which ends it.
            assert os.getsid(server.process.pid) == server.process.pid
            found = pids(server)
        assert not server.alive
        assert not process.answers(server.port)
        assert len(found) == 2
        assert eventually(lambda: all(gone(pid) for pid in found))
        assert server.stop() == 128 + signal.SIGTERM

    def test_one_that_ignores_the_question_is_made_to_end(self, tmp_path: Path) -> None:
        deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LISTENER
        port = free_port()
        server = start("deaf", [sys.executable, "-c", deaf, str(port)], port=port, folder=tmp_path)
        found = pids(server)
        assert server.stop(within_seconds=0.3) == 128 + signal.SIGKILL
        assert eventually(lambda: all(gone(pid) for pid in found))

    def test_servers_die_with_whoever_started_them(self, tmp_path: Path) -> None:
        # The starter is killed outright: nothing of its own could run any more.
        starter = (
            "import sys, time; from pathlib import Path\n"
            "from tests.rehearsal.test_servers import start_listener, pids\n"
            "server = start_listener(Path(sys.argv[1]))\n"
            "print(*pids(server), server.process.pid, flush=True)\n"
            "time.sleep(60)\n"
        )
        root = Path(process.__file__).parents[2]
        with subprocess.Popen(
            [sys.executable, "-c", starter, str(tmp_path)], stdout=subprocess.PIPE, cwd=root
        ) as parent:
            assert parent.stdout is not None
            found = [int(word) for word in parent.stdout.readline().split()]
            assert len(found) == 3
            assert not any(gone(pid) for pid in found)
            parent.send_signal(signal.SIGKILL)
        assert eventually(lambda: all(gone(pid) for pid in found))

    def test_a_server_that_ends_at_once_says_why(self, tmp_path: Path) -> None:
        command = [sys.executable, "-c", "raise SystemExit('no such maildir')"]
        with pytest.raises(ServerFailed, match=r"ended with 1 before(.|\n)*no such maildir"):
            start("broken", command, port=free_port(), folder=tmp_path)

    def test_a_server_that_never_answers_is_ended(self, tmp_path: Path) -> None:
        command = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
        with pytest.raises(ServerFailed, match=r"did not answer on 127.0.0.1:\d+ within 0.3 s"):
            start("silent", command, port=free_port(), folder=tmp_path, within_seconds=0.3)

    def test_a_port_that_is_taken_is_no_server_of_ours(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(ServerFailed, match=r"answers on .* already"):
                start_mail(tmp_path, port=port)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("relay")
    with start_mail(folder, refuse=["gone@acme.example"]) as server:
        yield server


def maildir(server: Server) -> Path:
    return server.log.parent / "mail"


def letter(to: str, subject: str, notice: str | None = "welcome") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "rollout@acme.example"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{subject.split(maxsplit=1)[0].casefold()}@acme.example>"
    if notice:
        message["X-Changeover-Notice"] = notice
    message.set_content("Goedemorgen Désirée,\n.\nuw account is open.\n")
    return message


def to_find(server: Server, message_id: str) -> list[mail.ReceivedMail]:
    return [found for found in received(maildir(server)) if found.message_id == message_id]


class TestMail:
    def test_a_mail_is_kept_before_it_is_acknowledged(self, relay: Server) -> None:
        with smtplib.SMTP("127.0.0.1", relay.port) as line:
            line.send_message(letter("desiree@acme.example", "Welkom bij Atlas ✓"))
            (kept,) = to_find(relay, "<welkom@acme.example>")
        assert kept.to == "desiree@acme.example"
        assert kept.subject == "Welkom bij Atlas ✓"
        assert kept.notice == "welcome"
        assert kept.path.parent.name == "new"
        assert kept.message["Return-Path"] == "<rollout@acme.example>"
        assert kept.message.get_content() == "Goedemorgen Désirée,\n.\nuw account is open.\n"

    def test_an_address_that_is_not_ascii_arrives_as_it_is(self, relay: Server) -> None:
        with smtplib.SMTP("127.0.0.1", relay.port) as line:
            line.send_message(letter("josé@acme.example", "Utf naar José", notice=None))
        (kept,) = to_find(relay, "<utf@acme.example>")
        assert (kept.to, kept.subject, kept.notice) == ("josé@acme.example", "Utf naar José", None)

    def test_a_refused_address_gets_550_and_no_mail(self, relay: Server) -> None:
        before = len(received(maildir(relay)))
        with (
            smtplib.SMTP("127.0.0.1", relay.port) as line,
            pytest.raises(smtplib.SMTPRecipientsRefused) as refused,
        ):
            line.send_message(letter("Gone@acme.example", "Refused"))
        assert refused.value.recipients["Gone@acme.example"][0] == 550
        assert len(received(maildir(relay))) == before

    def test_each_recipient_gets_a_copy_of_their_own(self, relay: Server) -> None:
        with smtplib.SMTP("127.0.0.1", relay.port) as line:
            both = ["a@acme.example", "b@acme.example"]
            # A header of the sender's own cannot pretend another recipient.
            message = letter("list@acme.example", "Both of you")
            message["X-Envelope-To"] = "c@acme.example"
            line.send_message(message, to_addrs=both)
        assert [kept.to for kept in to_find(relay, "<both@acme.example>")] == both

    def test_many_lines_at_once_lose_nothing_and_keep_their_order(self, relay: Server) -> None:
        def send(of: int) -> None:
            with smtplib.SMTP("127.0.0.1", relay.port) as line:
                for number in range(50):
                    line.send_message(letter(f"p{of}.{number}@acme.example", f"Many {of}"))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(send, range(4)))
        kept = [found.to for found in to_find(relay, "<many@acme.example>")]
        assert len(set(kept)) == len(kept) == 200
        for of in range(4):
            mine = [to for to in kept if to.startswith(f"p{of}.")]
            assert mine == [f"p{of}.{number}@acme.example" for number in range(50)]

    def test_a_killed_relay_goes_on_after_what_it_had_kept(self, tmp_path: Path) -> None:
        with start_mail(tmp_path) as first:
            with smtplib.SMTP("127.0.0.1", first.port) as line:
                line.send_message(letter("a@acme.example", "First"))
                line.send_message(letter("a@acme.example", "Second"))
            first.kill()
        # A mail reader moves what it has seen to cur/, with flags.
        seen = received(tmp_path / "mail")[1].path
        seen.rename(tmp_path / "mail" / "cur" / f"{seen.name}:2,S")
        with start_mail(tmp_path, port=first.port) as second:
            with smtplib.SMTP("127.0.0.1", second.port) as line:
                line.send_message(letter("a@acme.example", "Third"))
            assert second.stop() == 0
        subjects = [found.subject for found in received(tmp_path / "mail")]
        assert subjects == ["First", "Second", "Third"]

    def test_what_cannot_be_kept_is_not_acknowledged(self, tmp_path: Path) -> None:
        with start_mail(tmp_path) as server:
            (tmp_path / "mail" / "tmp").rename(tmp_path / "elsewhere")
            with (
                smtplib.SMTP("127.0.0.1", server.port) as line,
                pytest.raises(smtplib.SMTPDataError) as error,
            ):
                line.send_message(letter("a@acme.example", "Lost"))
        assert error.value.smtp_code == 451

    def test_no_folder_is_no_mail(self, tmp_path: Path) -> None:
        assert received(tmp_path / "none") == []


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start_scim(tmp_path_factory.mktemp("scim"), TOKEN) as server:
        yield server


@pytest.fixture
def client(service: Server) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=base_url(service.port), headers={"Authorization": f"Bearer {TOKEN}"}
    ) as client:
        yield client


def new_user(address: str, **more: object) -> dict[str, object]:
    return {"schemas": [scim.USER_SCHEMA], "userName": address, **more}


def patched(client: httpx.Client, id_: str, operation: dict[str, object]) -> httpx.Response:
    return client.patch(f"/Users/{id_}", json={"schemas": [PATCH], "Operations": [operation]})


def find(client: httpx.Client, said: str) -> list[str]:
    page = client.get("/Users", params={"filter": said}).raise_for_status().json()
    return [user["userName"] for user in page["Resources"]]


class TestScim:
    @pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
    def test_nobody_gets_in_without_the_token(self, service: Server, header: str | None) -> None:
        headers = {"Authorization": header} if header else {}
        answer = httpx.get(f"{base_url(service.port)}/Users", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        config = httpx.get(f"{base_url(service.port)}/ServiceProviderConfig").json()
        assert config["authenticationSchemes"][0]["type"] == "oauthbearertoken"

    def test_the_token_stands_in_no_command_line_and_no_log(self, service: Server) -> None:
        lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
        assert any(b"rehearsal.servers.scim" in line for line in lines)
        assert not any(TOKEN.encode() in line for line in lines)
        assert TOKEN not in service.log.read_text(encoding="utf-8")

    def test_a_service_without_a_token_does_not_start(self, tmp_path: Path) -> None:
        with pytest.raises(ServerFailed, match=scim.TOKEN_VARIABLE):
            start_scim(tmp_path, "")

    def test_user_names_are_unique_and_external_ids_are_not(self, client: httpx.Client) -> None:
        first = client.post("/Users", json=new_user("Uniq@acme.example", externalId="x-1"))
        assert first.status_code == 201
        assert "active" not in first.json()
        again = client.post("/Users", json=new_user("uniq@ACME.example"))
        assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
        other = client.post("/Users", json=new_user("other@acme.example", externalId="x-1"))
        assert other.status_code == 201
        assert find(client, 'userName eq "UNIQ@acme.example"') == ["Uniq@acme.example"]
        assert len(find(client, 'externalId eq "x-1"')) == 2
        assert find(client, 'externalId eq "X-1"') == []

    def test_patch_changes_one_thing_and_put_all(self, client: httpx.Client) -> None:
        made = client.post(
            "/Users", json=new_user("p@acme.example", externalId="x-2", active=False)
        )
        id_ = made.json()["id"]
        answer = patched(client, id_, {"op": "replace", "path": "active", "value": True})
        assert (answer.status_code, answer.content) == (204, b"")
        shown = client.get(f"/Users/{id_}")
        assert (shown.json()["active"], shown.json()["externalId"]) == (True, "x-2")
        assert shown.headers["ETag"] == answer.headers["ETag"] != made.headers["ETag"]
        assert patched(client, id_, {"op": "replace", "value": {"active": False}}).is_success
        assert client.get(f"/Users/{id_}").json()["active"] is False
        stale = client.delete(f"/Users/{id_}", headers={"If-Match": made.headers["ETag"]})
        assert stale.status_code == 412
        put = client.put(f"/Users/{id_}", json=new_user("p@acme.example", active=True))
        assert "externalId" not in put.json()
        assert client.delete(f"/Users/{id_}").status_code == 204
        assert client.get(f"/Users/{id_}").status_code == 404

    def test_pilot_accounts_are_seeded_paged_and_dumped(self, tmp_path: Path) -> None:
        with start_scim(tmp_path, TOKEN) as server:
            url = base_url(server.port)
            pilots = [
                PilotUser(f"p{n}@acme.example", "Désirée", f"N{n}", active=n % 2 == 0)
                for n in range(450)
            ]
            started = time.perf_counter()
            ids = scim.seed(url, TOKEN, pilots)
            seconds = time.perf_counter() - started
            held = scim.dump(url, TOKEN, tmp_path / "accounts.json")
            with pytest.raises(httpx.HTTPStatusError, match="409"):
                scim.seed(url, TOKEN, pilots[:1])
            with pytest.raises(httpx.HTTPStatusError, match="401"):
                scim.users(url, "wrong")
            assert server.stop() in {0, 128 + signal.SIGTERM}
        assert json.loads((tmp_path / "accounts.json").read_text(encoding="utf-8")) == held
        assert {user["userName"]: user["id"] for user in held} == ids
        assert {user["userName"]: user["active"] for user in held} == {
            pilot.email: pilot.active for pilot in pilots
        }
        assert not any("externalId" in user for user in held)
        # Some 600 a second on an idle machine; a tenth of that would spoil every rehearsal.
        assert seconds < len(pilots) / 60

    def test_many_at_once_are_all_served(self, client: httpx.Client) -> None:
        def make(number: int) -> int:
            return client.post("/Users", json=new_user(f"m{number}@acme.example")).status_code

        with ThreadPoolExecutor(16) as pool:
            assert list(pool.map(make, range(300))) == [201] * 300


def test_a_servers_environment_is_ours_and_its_own(tmp_path: Path) -> None:
    show = (
        "import os, socket, sys, time\nprint(os.environ['ASKED'], os.environ['PATH'], flush=True)"
    )
    port = free_port()
    command = [sys.executable, "-S", "-c", f"{show}\n{LISTENER}", str(port)]
    with start("env", command, port=port, folder=tmp_path, environment={"ASKED": "yes"}) as server:
        assert f"yes {os.environ['PATH']}" in server.log.read_text(encoding="utf-8")
