"""Once the old system is off its archive is handed over, once, with a day a year to open it."""

from collections.abc import Iterator
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from dateutil.rrule import rrulestr
from icalendar import Calendar

from actions.hands import PlainHands
from actions.invite_keeper import invite_keeper
from config.archive import Keeper
from config.names import Language
from config.outside import Mail
from connectors.memory import MemoryPost
from connectors.smtp import SmtpPost
from ledger import records
from rehearsal.servers.process import free_port
from rollout.keeping import first_opening
from rollout.phases import State

from .eve import DAY, READY, World, retire
from .test_ask_approvers import posted, text_of

KEEPER = Keeper(role="hoofd financiën", email="finance@acme.example")
OFF = READY + 17 * DAY


def kept(world: World, **update: object) -> World:
    decommission = world.desk.plan.decommission
    archive = decommission.archive.model_copy(update={"keeper": KEEPER, **update})
    return world.planned(decommission=decommission.model_copy(update={"archive": archive}))


def off(world: World) -> None:
    world.to_cooling()
    assert retire(world.desk, OFF).state is State.RETIRED


def test_the_keeper_gets_one_mail_once_it_is_off(world: World) -> None:
    world, post = kept(world), MemoryPost()
    desk = posted(world, post)
    world.to_cooling()
    assert not PlainHands(desk).keeps(desk.rollout, OFF)
    assert invite_keeper(desk, OFF).done == 0
    assert retire(world.desk, OFF).state is State.RETIRED
    assert PlainHands(desk).keeps(desk.rollout, OFF)
    assert invite_keeper(desk, OFF).done == 1
    assert invite_keeper(desk, OFF + DAY).done == 0
    assert not PlainHands(desk).keeps(desk.rollout, OFF + DAY)
    (letter,) = post.received
    made = world.desk.look().archive
    assert made is not None
    assert letter.to == KEEPER.email
    lines = text_of(letter).splitlines()
    assert [line for line in lines if line.endswith(f"--signer {made.signer}")]
    text = " ".join(lines)
    assert "als hoofd financiën past u erop tot 31 december 2036" in text
    assert f"--seal {made.seal} --signer {made.signer}" in text
    event = invitation(letter)
    days = occurrences(event)
    assert days[0] == date(2027, 4, 30)
    assert len(days) == 10
    assert days[-1] <= date(2036, 12, 31)
    assert str(made.signer) in event["DESCRIPTION"]


def invitation(letter: Any) -> Any:  # noqa: ANN401 - a letter of the memory post, an icalendar event
    parts = [p for p in letter.message.walk() if p.get_content_type() == "text/calendar"]
    (event,) = Calendar.from_ical(parts[0].get_payload(decode=True)).walk("VEVENT")
    return event


def occurrences(event: Any) -> list[date]:  # noqa: ANN401 - an icalendar event
    start: datetime = event["DTSTART"].dt
    rule = event["RRULE"].to_ical().decode()
    return [moment.date() for moment in rrulestr(rule, dtstart=start)]


def test_it_speaks_the_keepers_language(world: World) -> None:
    world, post = (
        kept(world, keeper=KEEPER.model_copy(update={"language": Language.EN})),
        MemoryPost(),
    )
    off(world)
    assert invite_keeper(posted(world, post), OFF).done == 1
    assert "as hoofd financiën you look after it until" in text_of(post.received[0])


def test_an_archive_that_is_soon_to_go_is_opened_once(world: World) -> None:
    world, post = kept(world, keep_until=date(2026, 12, 31)), MemoryPost()
    off(world)
    assert first_opening(world.desk.plan, world.desk.look()) is None
    assert invite_keeper(posted(world, post), OFF).done == 1
    assert "text/calendar" not in [p.get_content_type() for p in post.received[0].message.walk()]


def test_nobody_is_invited_where_nobody_is_named(world: World) -> None:
    world = kept(world, keeper=None)
    off(world)
    assert invite_keeper(posted(world, MemoryPost()), OFF).done == 0


def test_nobody_is_invited_while_all_is_paused(world: World) -> None:
    world = kept(world)
    off(world)
    with world.desk.door.write("pause") as tx:
        records.pause(tx, world.desk.rollout, "it", "wait", OFF)
    desk = posted(world, MemoryPost())
    assert not PlainHands(desk).keeps(desk.rollout, OFF)
    assert invite_keeper(desk, OFF).done == 0


SUCCESSOR = Keeper(role="directiesecretaris", email="secretary@acme.example")


class Received:
    """What a real mail server took, in order."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.letters += [(to, message) for to in envelope.rcpt_tos]
        return "250 kept"


@pytest.fixture
def received() -> Iterator[tuple[SmtpPost, Received]]:
    handler = Received()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        spec = {"host": "127.0.0.1", "port": controller.port, "security": "none",
                "sender": "changeover@acme.example", "connections": 1}  # fmt: skip
        yield SmtpPost(Mail.model_validate(spec)), handler
    finally:
        controller.stop()


def event_of(letter: EmailMessage) -> tuple[str, Any]:
    """Give the method and the event of a letter's invitation."""
    (part,) = [p for p in letter.walk() if p.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    calendar = Calendar.from_ical(payload)
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), event


def test_another_keeper_is_invited_and_the_former_ones_invitation_taken_back(
    world: World, received: tuple[SmtpPost, Received]
) -> None:
    post, seen = received
    world = kept(world)
    off(world)
    assert invite_keeper(posted(world, post), OFF).done == 1
    world = kept(world, keeper=SUCCESSOR)
    assert PlainHands(posted(world, post)).keeps(world.desk.rollout, OFF + DAY)
    assert invite_keeper(posted(world, post), OFF + DAY).done == 2
    assert invite_keeper(posted(world, post), OFF + 2 * DAY).done == 0
    assert not PlainHands(posted(world, post)).keeps(world.desk.rollout, OFF + 2 * DAY)
    assert [to for to, _ in seen.letters] == [KEEPER.email, KEEPER.email, SUCCESSOR.email]
    (_, asked), (method, taken), (_, anew) = (event_of(each) for _, each in seen.letters)
    assert method == "CANCEL"
    # A calendar takes out what has the same identifier and a higher sequence, from the same sender.
    for name in ("UID", "DTSTART", "RRULE", "ORGANIZER"):
        assert taken[name] == asked[name], name
    assert (asked["SEQUENCE"], taken["SEQUENCE"], taken["STATUS"]) == (0, 1, "CANCELLED")
    assert str(taken["ATTENDEE"]) == f"mailto:{KEEPER.email}"
    assert anew["UID"] != asked["UID"]
    assert str(anew["ATTENDEE"]) == f"mailto:{SUCCESSOR.email}"
    body = seen.letters[1][1].get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    assert "Als hoofd financiën paste u op het archief" in text
    assert "als directiesecretaris" in text
    assert len({letter["Message-ID"] for _, letter in seen.letters}) == 3


def test_who_keeps_it_again_is_asked_anew(world: World) -> None:
    post = MemoryPost()
    off(kept(world))
    for day, (keeper, mails) in enumerate([(KEEPER, 1), (None, 1), (KEEPER, 1), (SUCCESSOR, 2),
                                           (KEEPER, 2), (KEEPER, 0)]):  # fmt: skip
        desk = posted(kept(world, keeper=keeper), post)
        assert invite_keeper(desk, OFF + day * DAY).done == mails, day
    methods = [event_of(each.message)[0] for each in post.received if each.to == KEEPER.email]
    assert methods == ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST"]
    identifiers = [
        str(event_of(e.message)[1]["UID"]) for e in post.received if e.to == KEEPER.email
    ]
    assert identifiers[0] == identifiers[1]
    assert identifiers[2] == identifiers[3]
    assert len({*identifiers}) == 3
    assert "niemand genoemd" in " ".join(text_of(post.received[1]).split())


def test_an_invitation_that_was_refused_is_not_taken_back(world: World) -> None:
    post = MemoryPost()
    off(kept(world))
    post.refuse = {KEEPER.email}
    assert invite_keeper(posted(kept(world), post), OFF).refused == 1
    assert invite_keeper(posted(kept(world, keeper=SUCCESSOR), post), OFF + DAY).done == 1
    assert [each.to for each in post.received] == [SUCCESSOR.email]


def test_a_sender_that_changed_still_takes_back_what_the_former_sent(world: World) -> None:
    post = MemoryPost()
    off(kept(world))
    assert invite_keeper(posted(kept(world), post), OFF).done == 1
    mail = world.desk.plan.mail.model_copy(update={"sender": "other@elsewhere.example"})
    desk = posted(kept(world.planned(mail=mail), keeper=None), post)
    assert invite_keeper(desk, OFF + DAY).done == 1
    (_, asked), (_, taken) = (event_of(each.message) for each in post.received)
    assert taken["UID"] == asked["UID"]
    assert taken["ORGANIZER"] == asked["ORGANIZER"]
