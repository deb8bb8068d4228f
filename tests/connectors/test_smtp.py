"""What becomes of a mail when a relay says no, says nothing, or hangs up."""

import ssl
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.outside import Mail
from connectors import smtp_line
from connectors.errors import FateUnknown, Misconfigured, OutsideError, Refused, Unreachable
from connectors.smtp import SmtpPost
from rehearsal.servers.process import free_port
from tests.connectors.odd_relay import HANG_UP, SILENCE, OddRelay

PASSWORD = "hunter2-correct-horse"
SENDER = "rollout@acme.example"


def letter(to: str = "ana@acme.example", text: str = "Goedemorgen,\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = to
    message["Subject"] = "Welkom"
    message.set_content(text, cte="8bit")
    return message


def post(port: int, **more: object) -> SmtpPost:
    spec = {"host": "127.0.0.1", "port": port, "security": "none", "sender": SENDER, **more}
    return SmtpPost(Mail.model_validate(spec))


class TestFate:
    def test_a_break_after_the_dot_is_unknown(self) -> None:
        with OddRelay({".": [HANG_UP]}) as relay, post(relay.port).line() as line:
            with pytest.raises(FateUnknown, match="look there whether it arrived"):
                line.send(letter())
            assert len(relay.kept) == 1
            with pytest.raises(Unreachable, match="open another"):
                line.send(letter())
        assert len(relay.kept) == relay.connections == 1

    def test_no_answer_to_the_dot_is_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(smtp_line, "_ANSWER_SECONDS", 0.2)
        with OddRelay({".": [SILENCE]}) as relay, post(relay.port).line() as line:
            with pytest.raises(FateUnknown):
                line.send(letter())
            assert len(relay.kept) == 1

    def test_an_answer_to_the_dot_that_is_none_is_unknown(self) -> None:
        with (
            OddRelay({".": ["354 go on"]}) as relay,
            post(relay.port).line() as line,
            pytest.raises(FateUnknown, match="answered 354"),
        ):
            line.send(letter())

    def test_a_break_before_the_dot_handed_nothing_over(self) -> None:
        with OddRelay({"body": [HANG_UP]}) as relay, post(relay.port).line() as line:
            with pytest.raises(Unreachable, match="nothing was handed over"):
                line.send(letter(text="much\n" * 1_000_000))
            assert relay.kept == []

    @pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
    @pytest.mark.parametrize("how", [HANG_UP, SILENCE])
    def test_a_break_before_the_message_handed_nothing_over(
        self, step: str, how: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(smtp_line, "_STEP_SECONDS", 0.2)
        with OddRelay({step: [how]}) as relay, post(relay.port).line() as line:
            with pytest.raises(Unreachable, match="nothing was handed over"):
                line.send(letter())
            with pytest.raises(Unreachable, match="open another"):
                line.send(letter())
        assert relay.kept == []
        assert relay.connections == 1

    @pytest.mark.parametrize(
        ("step", "said", "kind"),
        [
            ("MAIL", "451 4.3.0 later", Unreachable),
            ("MAIL", "550 5.7.1 sender not allowed", Misconfigured),
            ("MAIL", "530 5.7.0 log in first", Misconfigured),
            ("MAIL", "552 5.3.4 too big", Refused),
            ("RCPT", "450 4.2.0 greylisted", Unreachable),
            ("RCPT", "550 5.1.1 nobody here", Refused),
            ("RCPT", "530 5.7.0 log in first", Misconfigured),
            ("DATA", "451 4.3.0 later", Unreachable),
            ("DATA", "554 5.5.1 no", Refused),
            ("DATA", "250 what?", Unreachable),
            (".", "451 4.3.0 disk full", Unreachable),
            (".", "421 4.3.2 going down", Unreachable),
            (".", "550 5.7.1 spam", Refused),
        ],
    )
    def test_a_no_is_final_or_for_now_by_its_code(
        self, step: str, said: str, kind: type[OutsideError]
    ) -> None:
        with OddRelay({step: [said]}) as relay, post(relay.port).line() as line:
            with pytest.raises(OutsideError, match=f"code {said[:3]}") as error:
                line.send(letter())
            assert type(error.value) is kind
            before = len(relay.kept)
            if kind is Refused:
                line.send(letter("next@acme.example"))
                assert len(relay.kept) == before + 1
            else:
                with pytest.raises(Unreachable, match="open another"):
                    line.send(letter("next@acme.example"))
        assert relay.connections == 1
        assert "ana@" not in str(error.value)


class TestLine:
    @pytest.mark.parametrize("how", ["421 4.7.0 enough on this line", HANG_UP])
    def test_a_used_line_the_relay_ends_is_dialled_again(self, how: str) -> None:
        with OddRelay({"MAIL": ["250 OK", how]}) as relay, post(relay.port).line() as line:
            for number in range(3):
                line.send(letter(f"p{number}@acme.example"))
        assert relay.connections == 2
        assert [content.count(f"p{n}@".encode()) for n, content in enumerate(relay.kept)] == [1] * 3

    def test_a_fresh_line_is_not(self) -> None:
        with (
            OddRelay({"MAIL": ["421 go away"] * 9}) as relay,
            post(relay.port).line() as line,
            pytest.raises(Unreachable, match="421"),
        ):
            line.send(letter())
        assert relay.connections == 1

    def test_one_connection_carries_many_and_says_goodbye(self) -> None:
        with OddRelay() as relay, post(relay.port).line() as line:
            for _ in range(5):
                line.send(letter())
        assert relay.connections == 1
        assert relay.heard[-1] == "QUIT"
        assert relay.heard[0] == "ehlo [127.0.0.1]"

    def test_what_travels_is_what_was_written(self) -> None:
        message = letter(text=".\n..\nDésirée\n")
        del message["Subject"]
        url = f"<https://acme.example/{'x' * 200}>"
        message.policy = SMTP.clone(refold_source="none")
        message.set_raw("List-Unsubscribe", url)
        with OddRelay() as relay, post(relay.port).line() as line:
            line.send(message)
        (content,) = relay.kept
        head, _, body = content.partition(b"\r\n\r\n")
        assert body == "..\r\n...\r\nDésirée\r\n".encode()
        assert head.endswith(f"\r\nList-Unsubscribe: {url}".encode())
        assert any(words.endswith("BODY=8BITMIME") for words in relay.heard)

    def test_a_relay_of_seven_bits_gets_seven_bits(self) -> None:
        with OddRelay(offers=()) as relay, post(relay.port).line() as line:
            line.send(letter(text="Désirée\n"))
        assert relay.kept[0].isascii()
        assert b"D=C3=A9sir" in relay.kept[0] or b"base64" in relay.kept[0]

    def test_what_a_relay_cannot_take_is_refused_before_it_is_asked(self) -> None:
        with OddRelay(offers=("SIZE 900",)) as relay, post(relay.port).line() as line:
            with pytest.raises(Refused, match=r"takes 900 bytes and the message has \d{4}"):
                line.send(letter(text="much\n" * 400))
            with pytest.raises(Refused, match="no SMTPUTF8"):
                line.send(letter("josé@acme.example"))
            line.send(letter())
        assert len([words for words in relay.heard if words.startswith("MAIL")]) == 1

    def test_no_more_a_minute_than_allowed(self) -> None:
        slept: list[float] = []
        spec = Mail(port=1, security="none", sender=SENDER, per_minute=30)
        with OddRelay() as relay:
            spec = spec.model_copy(update={"port": relay.port})
            paced = SmtpPost(spec, clock=lambda: 100.0, sleep=slept.append)
            with paced.line() as one, paced.line() as other:
                for line in (one, other, one):
                    line.send(letter())
        assert slept == [pytest.approx(2), pytest.approx(4)]


class TestOpening:
    @pytest.mark.parametrize(
        ("says", "kind"),
        [
            ({"connect": ["421 busy"]}, Unreachable),
            ({"connect": [HANG_UP]}, Unreachable),
            ({"connect": ["554 no mail here"]}, Misconfigured),
            ({"EHLO": ["421 busy"], "HELO": ["421 busy"]}, Unreachable),
            ({"EHLO": ["550 no"], "HELO": ["550 no"]}, Misconfigured),
            ({"EHLO": [HANG_UP]}, Unreachable),
        ],
    )
    def test_a_relay_that_turns_us_away(
        self, says: dict[str, list[str]], kind: type[OutsideError]
    ) -> None:
        with (
            OddRelay(says) as relay,
            pytest.raises(OutsideError) as error,
            post(relay.port).line(),
        ):
            pass
        assert type(error.value) is kind

    def test_nobody_there_may_be_there_later(self) -> None:
        with pytest.raises(Unreachable, match=r"mail relay 127\.0\.0\.1"), post(free_port()).line():
            pass

    def test_a_relay_without_starttls_gets_no_mail(self) -> None:
        with (
            OddRelay() as relay,
            pytest.raises(Misconfigured, match="offers no STARTTLS"),
            post(relay.port, security="starttls").line(),
        ):
            pass
        assert [words.split()[0] for words in relay.heard] == ["ehlo"]

    @pytest.mark.parametrize(
        ("said", "kind"), [("535 5.7.8 no", Misconfigured), ("454 4.7.0 later", Unreachable)]
    )
    def test_the_password_is_in_no_error(self, said: str, kind: type[OutsideError]) -> None:
        said = f"{said}: {PASSWORD}"
        spec = Mail(port=1, security="none", sender=SENDER, user="bob")
        with OddRelay({"AUTH": [said] * 3}, offers=("AUTH PLAIN LOGIN",)) as relay:
            relay_post = SmtpPost(spec.model_copy(update={"port": relay.port}), PASSWORD)
            with pytest.raises(OutsideError) as error, relay_post.line():
                pass
        assert type(error.value) is kind
        told = "".join(traceback.format_exception(error.value)) + repr(relay_post)
        assert PASSWORD not in told

    def test_a_password_does_not_travel_in_the_clear(self) -> None:
        spec = Mail(host="mail.acme.example", security="none", sender=SENDER, user="bob")
        with pytest.raises(Misconfigured, match="in the clear"):
            SmtpPost(spec, PASSWORD)
        with pytest.raises(Misconfigured, match="no password"):
            SmtpPost(spec.model_copy(update={"security": "tls"}), None)


class Keeping(Message):
    """Keeps messages, for one user."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[str] = []
        self.login: LoginPassword | None = None

    def handle_message(self, message: object) -> None:
        self.kept.append(str(message))

    def authenticate(self, *asked: object) -> AuthResult:
        login = asked[-1]
        assert isinstance(login, LoginPassword)
        self.login = login
        good = login.password == PASSWORD.encode()
        return AuthResult(success=good, handled=good)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture(params=["starttls", "tls"])
def private_relay(
    request: pytest.FixtureRequest, certificate: Path
) -> Iterator[tuple[Mail, Keeping]]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    keeping = Keeping()
    settings: dict[str, Any] = {"authenticator": keeping.authenticate}
    if request.param == "starttls":
        settings |= {"tls_context": context, "require_starttls": True, "auth_required": True}
    else:
        # aiosmtpd knows of its outer TLS only by being told.
        settings |= {"auth_require_tls": False}
    controller = Controller(
        keeping,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context if request.param == "tls" else None,
        server_hostname="relay.test",
        **settings,
    )
    controller.start()
    spec = {"port": controller.port, "security": request.param, "sender": SENDER, "user": "bob"}
    yield Mail.model_validate(spec), keeping
    controller.stop()


class TestPrivate:
    def test_mail_travels_privately_after_logging_in(
        self, private_relay: tuple[Mail, Keeping], certificate: Path
    ) -> None:
        spec, keeping = private_relay
        trusting = ssl.create_default_context(cafile=str(certificate))
        with SmtpPost(spec, PASSWORD, tls=trusting).line() as line:
            line.send(letter())
        assert len(keeping.kept) == 1
        assert keeping.login == LoginPassword(b"bob", PASSWORD.encode())

    def test_a_wrong_password_stops(
        self, private_relay: tuple[Mail, Keeping], certificate: Path
    ) -> None:
        trusting = ssl.create_default_context(cafile=str(certificate))
        relay = SmtpPost(private_relay[0], "wrong-one", tls=trusting)
        with pytest.raises(Misconfigured, match="535") as error, relay.line():
            pass
        assert "wrong-one" not in str(error.value)

    def test_a_relay_nobody_vouches_for_hears_no_password(
        self, private_relay: tuple[Mail, Keeping]
    ) -> None:
        spec, keeping = private_relay
        relay = SmtpPost(spec, PASSWORD)
        with pytest.raises(Misconfigured, match=r"no private line .*self-signed"), relay.line():
            pass
        assert keeping.login is None
