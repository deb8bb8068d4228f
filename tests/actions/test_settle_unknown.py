"""A mail whose fate nobody knew: what becomes of it once a person has looked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest

from actions.desk import Desk
from actions.hands import PlainHands
from actions.settle_unknown import settle_unknown
from config.names import Notice
from connectors.errors import FateUnknown
from connectors.ports import Line, Post
from flows.order import Day, tick
from ledger import records
from rehearsal.servers.mail import received, start_mail
from rehearsal.servers.scim import base_url, start_scim
from rehearsal.six_people import FIRST, IT, MORNINGS, ROLL_BACK_ON, TOKEN, SixPeople, moment
from rollout.phases import State
from rollout.steps import StepState

BEA = "bea"
_NUMBERS = count(1)


@dataclass
class Breaking:
    """A line to the real relay that breaks under one notice to one person."""

    post: Post
    notice: Notice
    connections: int = 1

    @contextmanager
    def line(self) -> Iterator[Line]:
        with self.post.line() as line:
            yield BreakingLine(line, self.notice)


@dataclass
class BreakingLine:
    """Breaks before the relay has the mail, as only the relay can know."""

    behind: Line
    notice: Notice

    def send(self, message: EmailMessage) -> None:
        if message["X-Changeover-Notice"] == self.notice and BEA in str(message["To"]):
            msg = "the line broke after the final dot"
            raise FateUnknown(msg)
        self.behind.send(message)


@dataclass
class Office:
    """Six people on real servers, and how their IT goes on."""

    desk: Desk
    mail: Path
    bea: str
    """Her address."""

    def morning(self, day: datetime, broken: Notice | None = None) -> Day:
        desk = self.desk
        if broken is None:
            return tick(PlainHands(desk), desk.rollout, day)
        post = Breaking(desk.outside.post, broken)
        with replace(desk.outside, open_post=lambda: post) as outside:
            return tick(PlainHands(replace(desk, outside=outside)), desk.rollout, day)

    def unknown(self) -> str:
        (key,) = self.desk.look().unknown()
        return key

    def got(self, notice: Notice) -> int:
        mails = received(self.mail)
        return sum(1 for m in mails if m.notice == notice and m.to == self.bea)

    def state_of(self, key: str) -> tuple[StepState, str]:
        step = self.desk.look().steps[key]
        return step.state, step.detail


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SixPeople]:
    """Start the relay and the account service; give run 0 on them, which is only a pattern."""
    folder = tmp_path_factory.mktemp("servers")
    with start_mail(folder) as mail, start_scim(folder, TOKEN) as scim:
        yield SixPeople(str(folder), 0, mail.port, base_url(scim.port), "")


@pytest.fixture
def office(servers: SixPeople, tmp_path: Path) -> Iterator[Office]:
    number = next(_NUMBERS)
    ledger = f"sqlite:///{tmp_path}/ledger.sqlite"
    world = replace(servers, folder=str(tmp_path / "six"), number=number, ledger=ledger)
    world.build()
    with world.desk() as desk:
        yield Office(desk, servers.place / "mail", f"{BEA}@{world.domain}")


def until_rolled_back(office: Office, broken: Notice) -> datetime:
    """Live all mornings, one notice broken; give the morning after."""
    desk = office.desk
    for day in MORNINGS:
        now = moment(desk.plan, day)
        with desk.door.write("office") as tx:
            for item in desk.plan.checklist_of(desk.plan.phase(FIRST)):
                records.confirm(tx, desk.rollout, item, IT, now)
            if day == ROLL_BACK_ON:
                records.add_order(tx, desk.rollout, "roll-back", FIRST, IT, "prices are wrong", now)
        office.morning(now, broken)
    assert desk.look().state(FIRST) is State.ROLLED_BACK
    return moment(desk.plan, MORNINGS[-1] + timedelta(days=1))


def pause(office: Office, now: datetime) -> None:
    with office.desk.door.write("pause") as tx:
        records.pause(tx, office.desk.rollout, IT, "the phone rings", now)


@pytest.mark.parametrize("before", [pause, lambda *_: None], ids=["paused", "running"])
def test_a_rollback_notice_that_was_not_sent_is_sent_then(
    office: Office, before: Callable[[Office, datetime], None]
) -> None:
    now = until_rolled_back(office, Notice.ROLLBACK)
    key = office.unknown()
    assert key.startswith("notice.rollback:")
    assert office.got(Notice.ROLLBACK) == 0
    before(office, now)
    office.morning(now)
    assert office.got(Notice.ROLLBACK) == 0  # never again before a person has looked
    settle_unknown(office.desk.door, key, IT, now, done=False)
    office.morning(now)
    office.morning(now)
    assert office.got(Notice.ROLLBACK) == 1
    assert office.state_of(key) == (StepState.DONE, "sent")


def test_a_welcome_that_was_not_sent_is_skipped_once_its_attempt_is_over(office: Office) -> None:
    now = until_rolled_back(office, Notice.WELCOME)
    key = office.unknown()
    assert key.startswith("notice.welcome:")
    settle_unknown(office.desk.door, key, IT, now, done=False)
    office.morning(now)
    assert office.got(Notice.WELCOME) == 0
    assert office.state_of(key) == (StepState.SKIPPED, "attempt 1 was rolled back")
    assert office.got(Notice.ROLLBACK) == 1
