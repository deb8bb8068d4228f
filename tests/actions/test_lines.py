"""Mails over several lines: each on the wire before it is sent, no more unknown than lines."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from email.message import EmailMessage
from typing import Any, NoReturn, cast

import pytest
from sqlalchemy import select, update

from actions.desk import Desk
from actions.mailing import mail
from connectors.errors import FateUnknown, Misconfigured, Refused, Unreachable
from connectors.opening import Outside
from ledger import leases, records
from ledger.tables import lease
from ledger.tables import step as steps
from rollout.steps import Step

from .eve import IT, READY, World

LINES = 4
MAILS = 30


@dataclass
class Relay:
    """A relay that looks into the ledger while it takes a mail, and answers as told."""

    desk: Desk
    connections: int = LINES
    says: dict[str, Exception] = field(default_factory=dict)
    """By recipient."""
    before: Any = None
    """Called with each recipient before it is answered."""
    taken: list[str] = field(default_factory=list)
    not_on_wire: list[str] = field(default_factory=list)
    on_wire_at_most: int = 0
    opened: int = 0
    _alone: Any = field(default_factory=threading.Lock)

    @contextmanager
    def line(self) -> Iterator["Relay"]:
        self.opened += 1
        yield self

    def send(self, message: EmailMessage) -> None:
        to = str(message["To"])
        with self._alone:
            marks = states(self.desk)
            if marks[f"notice.weekly:core-team:{to.partition('@')[0]}:1:w1"] != "on_wire":
                self.not_on_wire.append(to)
            self.on_wire_at_most = max(self.on_wire_at_most, [*marks.values()].count("on_wire"))
            if self.before is not None:
                self.before(to)
            if to in self.says:
                raise self.says[to]
            self.taken.append(to)


def states(desk: Desk) -> dict[str, str]:
    with desk.door.read() as tx:
        query = select(steps.c.key, steps.c.state).where(steps.c.kind == "notice.weekly")
        return dict(tx.execute(query).tuples().all())


def due() -> list[Step]:
    keys = [f"p{n:05}" for n in range(1, MAILS + 1)]
    return [Step("notice.weekly", "core-team", key, 1, "w1", READY) for key in keys]


def compose(step: Step) -> EmailMessage:
    message = EmailMessage()
    message["To"] = address(step)
    message.set_content("Week 1")
    return message


def address(step: Step) -> str:
    return f"{step.person}@acme.example"


def through(world: World, relay: Any) -> Desk:  # noqa: ANN401 - anything that takes mail
    openers = {port.name: cast("Any", None) for port in fields(Outside)}
    return replace(world.desk, outside=Outside(**openers | {"open_post": lambda: relay}))


def test_every_mail_goes_once_each_marked_before_and_no_more_marked_than_lines(
    world: World,
) -> None:
    relay = Relay(world.desk)
    outcome = mail(through(world, relay), due(), compose, READY)
    assert outcome.done == MAILS
    assert Counter(relay.taken) == Counter(address(s) for s in due())
    assert relay.not_on_wire == []
    assert 1 < relay.on_wire_at_most <= LINES
    assert relay.opened <= LINES
    assert {*states(world.desk).values()} == {"done"}


def test_what_one_mail_meets_does_not_touch_the_others(world: World) -> None:
    one, two, three = (address(s) for s in due()[:3])
    relay = Relay(world.desk)
    relay.says = {one: Refused("no"), two: FateUnknown("?"), three: Unreachable("later")}
    outcome = mail(through(world, relay), due(), compose, READY)
    assert (outcome.done, outcome.refused, outcome.unknown) == (MAILS - 3, 1, 1)
    assert outcome.unreachable == 1
    found = Counter(states(world.desk).values())
    assert found == {"done": MAILS - 3, "refused": 1, "unknown": 1, "planned": 1}
    assert mail(through(world, Relay(world.desk)), due(), compose, READY).done == 1


def test_a_message_that_cannot_be_written_is_refused_and_never_on_the_wire(world: World) -> None:
    def wrong(step: Step) -> EmailMessage:
        if step == due()[0]:
            raise ValueError("no such address")
        return compose(step)

    relay = Relay(world.desk)
    assert mail(through(world, relay), due(), wrong, READY).refused == 1
    assert len(relay.taken) == MAILS - 1


def test_a_pause_stops_the_mailing_where_it_is(world: World) -> None:
    relay = Relay(world.desk)

    def pause(_to: str) -> None:
        relay.before = None
        with world.desk.door.write("pause") as tx:
            records.pause(tx, world.desk.rollout, IT, "stop", READY)

    relay.before = pause
    with pytest.raises(Exception, match="acme-crm"):
        mail(through(world, relay), due(), compose, READY)
    assert 1 <= len(relay.taken) <= 2 * LINES
    found = Counter(states(world.desk).values())
    assert found["done"] == len(relay.taken)
    assert found["claimed"] + found["planned"] == MAILS - len(relay.taken)


def test_a_lost_lease_sends_nothing_more(world: World) -> None:
    relay = Relay(world.desk)

    def lose(_to: str) -> None:
        relay.before = None
        with world.desk.door.write("lose") as tx:
            tx.execute(update(lease).values(token=99))

    relay.before = lose
    with pytest.raises(leases.LeaseLostError):
        mail(through(world, relay), due(), compose, READY)
    assert 1 <= len(relay.taken) <= LINES
    found = Counter(states(world.desk).values())
    assert found["on_wire"] <= LINES
    assert found["done"] + found["on_wire"] >= len(relay.taken)


def test_a_relay_that_takes_no_mail_at_all_stops_it_and_leaves_nothing_unknown(
    world: World,
) -> None:
    relay = Relay(world.desk)
    relay.says = {address(s): Misconfigured("mend user and password") for s in due()}
    with pytest.raises(Misconfigured):
        mail(through(world, relay), due(), compose, READY)
    assert relay.taken == []
    assert {*states(world.desk).values()} <= {"planned", "claimed"}


class Nobody:
    connections = LINES

    def line(self) -> NoReturn:
        raise Unreachable("nobody answers")


def test_where_nobody_answers_every_mail_waits_for_the_next_tick(world: World) -> None:
    outcome = mail(through(world, Nobody()), due(), compose, READY)
    assert (outcome.done, outcome.unreachable) == (0, MAILS)
    assert {*states(world.desk).values()} <= {"planned", "claimed"}
    assert mail(through(world, Relay(world.desk)), due(), compose, READY).done == MAILS
