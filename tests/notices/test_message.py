import smtplib
import socket
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from config.names import Language, Notice
from notices.invitation import Invitation, Method, uid_for
from notices.mailbox import Mailbox
from notices.message import BOUNDARY, _write, compose, message_id_for
from notices.preview import sample_words
from notices.rendering import Rendered, render
from notices.speaking import header_words

NOW = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
EVERY = [(notice, language) for notice in Notice for language in Language]
LONG_URL = "https://changeover.acme.example/unsubscribe?" + "t=" + "k" * 400


def invitation() -> Invitation:
    return Invitation(
        uid=uid_for("acme-crm/first-orders/1", "acme.example"),
        sequence=2,
        method=Method.REQUEST,
        title="Eerste orders",
        starts=datetime(2026, 3, 17, 13, 0, tzinfo=UTC),
        zone="America/Paramaribo",
        minutes=75,
        place="Zaal 2",
        organizer=Mailbox("Renuka Sital", "r.sital@acme.example"),
        attendee=Mailbox("Zoë Ramdin", "z.ramdin@acme.example"),
        language=Language.NL,
    )


def composed(
    notice: Notice = Notice.TRAINING,
    language: Language = Language.NL,
    rendered: Rendered | None = None,
    **changed: Any,  # noqa: ANN401 - any argument of compose
) -> EmailMessage:
    arguments: dict[str, Any] = {
        "sender": Mailbox("Renuka Sital, Acme Trading", "rollout@acme.example"),
        "to": Mailbox("Zoë Ramdin", "z.ramdin@acme.example"),
        "reply_to": Mailbox("Renuka Sital", "r.sital@acme.example"),
        "message_id": message_id_for("acme-crm/training/p7/1", "acme.example"),
        "date": NOW,
        "notice": notice,
        "language": language,
        "unsubscribe": LONG_URL,
        "invitation": invitation(),
    }
    rendered = rendered or render(notice, language, sample_words(language))
    return compose(rendered, **(arguments | changed))


def read(message: EmailMessage) -> EmailMessage:
    back = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(back, EmailMessage)
    assert back.defects == []
    for part in back.walk():
        assert part.defects == []
    return back


def content(message: EmailMessage, subtype: str) -> str:
    (part,) = [part for part in message.walk() if part.get_content_type() == f"text/{subtype}"]
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_read_back_it_is_what_was_given(notice: Notice, language: Language) -> None:
    rendered = render(notice, language, sample_words(language))
    message = composed(notice, language)
    back = read(message)
    assert back["Subject"] == rendered.subject
    assert content(back, "plain") == rendered.text
    assert content(back, "html").rstrip("\n") == rendered.html
    assert back["To"].addresses[0].addr_spec == "z.ramdin@acme.example"
    assert back["To"].addresses[0].display_name == "Zoë Ramdin"
    assert back["From"].addresses[0].display_name == "Renuka Sital, Acme Trading"
    assert back["Reply-To"].addresses[0].addr_spec == "r.sital@acme.example"
    assert back["Date"].datetime == NOW
    assert back["Auto-Submitted"] == "auto-generated"
    assert back["Content-Language"] == language.value
    assert back["X-Changeover-Notice"] == notice.value
    assert [part.get_content_type() for part in back.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert back.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(("notice", "language"), EVERY)
def test_octets_are_ascii_in_short_lines(notice: Notice, language: Language) -> None:
    words = sample_words(language)
    words = replace(words, tool=replace(words.tool, benefit="één woord " * 900))
    octets = composed(notice, language, render(notice, language, words)).as_bytes()
    octets.decode("ascii")
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) < 998


def test_one_click_unsubscribing_is_readable_and_for_https_alone() -> None:
    octets = composed().as_bytes()
    assert f"List-Unsubscribe: <{LONG_URL}>\r\n".encode() in octets
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in octets
    plain = composed(unsubscribe="mailto:leave@acme.example")
    assert plain["List-Unsubscribe"] == "<mailto:leave@acme.example>"
    assert plain["List-Unsubscribe-Post"] is None
    none = composed(unsubscribe=None, reply_to=None, invitation=None)
    assert none["List-Unsubscribe"] is None
    assert none["Reply-To"] is None
    assert len(list(none.iter_parts())) == 2


@pytest.mark.parametrize("domain", ["acme.example", f"{'long-' * 11}name.{'b' * 60}.example"])
def test_the_message_id_is_stable_and_whole(domain: str) -> None:
    message_id = message_id_for("acme-crm/welcome/p7/1", domain)
    assert message_id == message_id_for("acme-crm/welcome/p7/1", domain)
    assert message_id != message_id_for("acme-crm/welcome/p8/1", domain)
    assert "p7" not in message_id
    octets = composed(message_id=message_id).as_bytes()
    assert f"\r\nMessage-ID: {message_id}\r\n".encode() in octets


def test_the_same_step_gives_the_same_octets() -> None:
    assert composed().as_bytes() == composed().as_bytes()


def test_the_invitation_rides_along_with_its_method() -> None:
    (part,) = [p for p in read(composed()).walk() if p.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert part.get_content_charset() == "utf-8"
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    event: Any = Calendar.from_ical(payload).walk("VEVENT")[0]
    assert event["SEQUENCE"] == 2
    assert event["DTSTAMP"].dt == NOW
    cancelled = composed(invitation=replace(invitation(), method=Method.CANCEL))
    assert b"method=CANCEL" in cancelled.as_bytes().replace(b'"', b"")


INJECTED = "x\r\nBcc: all@acme.example\nSubject: y"


def test_data_cannot_add_a_header() -> None:
    message = composed(
        rendered=Rendered(INJECTED, "text\n", "<p>html</p>"),
        sender=Mailbox(INJECTED, "rollout@acme.example"),
        to=Mailbox(INJECTED, "z.ramdin@acme.example"),
        reply_to=Mailbox(INJECTED, "r.sital@acme.example"),
    )
    back = read(message)
    assert back["Bcc"] is None
    assert back.get_all("Subject") == ["x Bcc: all@acme.example Subject: y"]
    assert [a.addr_spec for a in back["To"].addresses] == ["z.ramdin@acme.example"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("message_id", "<a@b>\r\nBcc: all@acme.example"),
        ("message_id", "<a b@c>"),
        ("message_id", "a@b"),
        ("message_id", "<>"),
        ("message_id", "<é@b>"),
        ("message_id", f"<{'a' * 990}@b>"),
        ("unsubscribe", "https://acme.example/\r\nBcc: all@acme.example"),
        ("unsubscribe", "https://acme.example/>, <mailto:x@y.example"),
        ("unsubscribe", "javascript:x"),
        ("date", datetime(2026, 3, 17)),  # noqa: DTZ001 - the point
    ],
)
def test_what_cannot_stand_in_a_header_is_refused(header: str, value: Any) -> None:  # noqa: ANN401 - any of them
    with pytest.raises(ValueError, match=r"cannot (stand in a header|be of scheme)|naive"):
        composed(**{header: value})


def test_the_last_door_lets_no_line_break_through() -> None:
    for value in ("x\nBcc: y", "x\r\n y", "x\n"):
        with pytest.raises(ValueError, match="holds a line break"):
            _write(EmailMessage(), "Subject", value)


def test_no_part_can_hold_the_boundary() -> None:
    back = read(composed(rendered=Rendered("s", f"--{BOUNDARY}--\n--{BOUNDARY}\n", "<p>x</p>")))
    assert content(back, "plain") == f"--{BOUNDARY}--\n--{BOUNDARY}\n"
    assert len(list(back.iter_parts())) == 3


class Kept:
    """An SMTP server's handler that keeps what it is given."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 - aiosmtpd's
        self.received.append((envelope.rcpt_tos, envelope.original_content))
        return "250 kept"


def test_a_real_server_gets_the_very_octets() -> None:
    kept = Kept()
    message = composed()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as line:
            assert line.send_message(message) == {}
    finally:
        controller.stop()
    ((recipients, octets),) = kept.received
    assert recipients == ["z.ramdin@acme.example"]
    assert octets == message.as_bytes()


@given(text=st.text(max_size=200))
@example(text="Uw beslissing is nodig: het kernteam mag verder (gevraagd door R. Sital)")
@example(text="=?utf-8?q?a=0D=0ABcc=3A_all=40acme.example?=")
@example(text="x" * 200)
@example(text="één " * 50)
@example(text='"\\')
@example(text="Zoë (Zo) <x@y.example>, Ramdin")
def test_any_words_survive_a_header(text: str) -> None:
    message = composed(
        rendered=Rendered(text, "text\n", "<p>html</p>"),
        to=Mailbox(text, "z.ramdin@acme.example"),
        invitation=None,
    )
    octets = message.as_bytes()
    assert max(map(len, octets.split(b"\r\n"))) < 998
    assert message_from_bytes(octets, policy=default)["Subject"] == header_words(text)
    # The old parser: the new one of 3.11 puts spaces between the encoded words of a long name.
    back = message_from_bytes(octets)
    name, address = parseaddr("".join(back["To"].splitlines()))
    assert str(make_header(decode_header(name))) == Mailbox(text, "z.ramdin@acme.example").name
    assert address == "z.ramdin@acme.example"
    assert back["Bcc"] is None
