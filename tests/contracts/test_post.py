"""What every kind of post keeps."""

from email.message import EmailMessage

import pytest

from connectors.errors import Refused
from tests.contracts.conftest import REFUSED, Relay

pytestmark = pytest.mark.parametrize("mail_relay", ["memory", "aiosmtpd"], indirect=True)

TEXT = "Goedemorgen Désirée,\n.\n..two\nuw account is open ✓\n"


def letter(to: str, subject: str = "Welkom") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Renuka Sital <rollout@acme.example>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{subject.lower()}@acme.example>"
    message.set_content(TEXT)
    return message


def test_a_line_hands_over_many_as_they_were(mail_relay: Relay) -> None:
    with mail_relay.post.line() as line:
        for number in range(3):
            line.send(letter(f"p{number}@acme.example", f"Welkom {number}"))
    assert mail_relay.received() == [
        (f"p{number}@acme.example", f"Welkom {number}", TEXT) for number in range(3)
    ]


def test_one_message_used_for_many_is_as_it_was_each_time(mail_relay: Relay) -> None:
    message = letter("a@acme.example")
    with mail_relay.post.line() as line:
        line.send(message)
        message.replace_header("To", "b@acme.example")
        message.replace_header("Subject", "Second")
        line.send(message)
    assert [(to, subject) for to, subject, _ in mail_relay.received()] == [
        ("a@acme.example", "Welkom"),
        ("b@acme.example", "Second"),
    ]


def test_a_refused_recipient_does_not_spoil_the_line(mail_relay: Relay) -> None:
    with mail_relay.post.line() as line:
        with pytest.raises(Refused, match="550") as refused:
            line.send(letter(REFUSED))
        line.send(letter("next@acme.example"))
    assert REFUSED not in str(refused.value)
    assert [to for to, _, _ in mail_relay.received()] == ["next@acme.example"]


@pytest.mark.parametrize(
    "headers",
    [
        {"To": "a@acme.example, b@acme.example"},
        {"To": "a@acme.example", "Cc": "b@acme.example"},
        {"To": "a@acme.example", "Bcc": "b@acme.example"},
        {"Bcc": "b@acme.example"},
        {},
    ],
)
def test_a_message_is_for_one_and_never_for_two(mail_relay: Relay, headers: dict[str, str]) -> None:
    message = letter("x@acme.example")
    del message["To"]
    for name, value in headers.items():
        message[name] = value
    with mail_relay.post.line() as line:
        with pytest.raises(Refused, match="one recipient"):
            line.send(message)
        line.send(letter("next@acme.example"))
    assert [to for to, _, _ in mail_relay.received()] == ["next@acme.example"]


def test_an_address_outside_ascii_arrives_as_it_is(mail_relay: Relay) -> None:
    with mail_relay.post.line() as line:
        line.send(letter("josé@acme.example"))
    assert [to for to, _, _ in mail_relay.received()] == ["josé@acme.example"]


def test_lines_are_open_at_once(mail_relay: Relay) -> None:
    assert mail_relay.post.connections == 4
    with mail_relay.post.line() as one, mail_relay.post.line() as other:
        one.send(letter("one@acme.example"))
        other.send(letter("other@acme.example"))
        one.send(letter("third@acme.example"))
    assert len(mail_relay.received()) == 3
