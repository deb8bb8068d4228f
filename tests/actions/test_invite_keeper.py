"""Once the old system is off its archive is handed over, once, with a day a year to open it."""

from datetime import date, datetime
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from actions.hands import PlainHands
from actions.invite_keeper import invite_keeper
from config.archive import Keeper
from config.names import Language
from connectors.memory import MemoryPost
from ledger import records
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
