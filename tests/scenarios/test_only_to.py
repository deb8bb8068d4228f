"""Every mail to one address and nothing else, against a real relay and a real SCIM service."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from actions.apply_plan import apply_plan
from actions.desk import Desk, take_lease
from actions.hands import PlainHands
from actions.say_go import say_go
from config.plan import Plan
from connectors.csv_people import CsvDirectory
from connectors.ports import Account
from flows.order import Day, tick
from ledger import audit, records
from ledger.steps import WithheldError, claim
from rehearsal.servers.mail import ReceivedMail, received, start_mail
from rehearsal.servers.process import Server
from rehearsal.servers.scim import base_url, start_scim
from rehearsal.six_people import IT, LAUNCH, PEOPLE, TOKEN, SixPeople, moment
from reports.overview import overview
from rollout.phases import NotAllowedError, State
from rollout.planning import due_steps

ONE = "tryout@it.example"
DAY = timedelta(days=1)


@dataclass
class Trial:
    """Six people whose every mail goes to one address, and what the servers saw."""

    world: SixPeople
    desk: Desk
    mail: Path

    def morning(self, day: date) -> Day:
        """Live a morning of a worker."""
        with self.world.desk() as desk:
            return tick(PlainHands(desk), desk.rollout, moment(desk.plan, day))

    def got(self) -> list[ReceivedMail]:
        """Give every mail of the relay."""
        return received(self.mail)

    def accounts(self) -> list[Account]:
        """Give every account of the service."""
        with self.world.desk() as desk:
            return list(desk.outside.accounts.everyone().values())

    @property
    def plan(self) -> Plan:
        """The plan as applied."""
        return self.desk.plan


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start_mail(tmp_path_factory.mktemp("only-to-mail")) as server:
        yield server


@pytest.fixture(scope="module")
def scim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with start_scim(tmp_path_factory.mktemp("only-to-scim"), TOKEN) as server:
        yield server


@pytest.fixture
def trial(
    tmp_path: Path, relay: Server, scim: Server, request: pytest.FixtureRequest
) -> Iterator[Trial]:
    """Give a rollout applied so that every mail goes to one address."""
    mail = relay.log.parent / "mail"
    for kept in received(mail):
        kept.path.unlink()
    number = abs(hash(request.node.name)) % 10_000
    ledger = f"sqlite:///{tmp_path}/ledger.sqlite"
    world = SixPeople(str(tmp_path / "six"), number, relay.port, base_url(scim.port), ledger)
    world.build()
    with world.desk() as desk:
        people = CsvDirectory(desk.plan.people, world.place, desk.plan.organisation.sites).read()
        before = moment(desk.plan, LAUNCH - 8 * DAY)
        done = apply_plan(
            desk.door, desk.plan, world.plan_text(), world.place, IT, before, people, ONE
        )
        assert done.only_to == ONE
    with world.desk() as desk:
        yield Trial(world, desk, mail)


def kinds(mails: list[ReceivedMail]) -> Counter[str]:
    """Count mails by notice."""
    return Counter(str(mail.notice) for mail in mails)


def addresses(world: SixPeople) -> set[str]:
    """Give everybody's own address."""
    return {f"{name}@{world.domain}" for name, *_ in PEOPLE}


def test_every_mail_that_would_be_due_goes_to_one_address_and_nothing_else_happens(
    trial: Trial,
) -> None:
    before = sorted((a.user_name, a.active) for a in trial.accounts())
    for number in (-8, -7, -4, -3, 0, 1, 4, 7, 11):
        day = trial.morning(LAUNCH + number * DAY)
        assert day.name == "Needs a person"
        assert not day.moved
        assert not day.verdicts
    got = trial.got()
    assert {mail.to for mail in got} == {ONE}
    # A person's mail of a kind comes once, and says for whom it was meant.
    meant = Counter((mail.notice, mail.subject) for mail in got)
    assert max(meant.values()) == 1
    for address in addresses(trial.world):
        own = [m for m in got if m.subject.startswith(f"[for {address}] ")]
        assert {"announcement", "reminder", "training", "welcome", "weekly"} <= set(kinds(own))
    assert kinds(got)["announcement"] == len(PEOPLE)
    assert kinds(got)["welcome"] == len(PEOPLE)
    assert kinds(got)["training"] == len(PEOPLE)
    # The service, the old system and the ledger are as they were.
    assert sorted((a.user_name, a.active) for a in trial.accounts()) == before
    with closing(sqlite3.connect(trial.world.place / "old.sqlite")) as old:
        assert old.execute("select distinct access from app_user").fetchall() == [("full",)]
    assert not (trial.world.place / "backups").exists()
    look = trial.desk.look()
    assert {at.state for at in look.phases.values()} == {State.PLANNED}
    assert not look.accounts
    assert {key.partition(".")[0] for key in look.steps} == {"only-to"}
    assert "Only to one address." in overview(trial.plan, look, moment(trial.plan, LAUNCH))


def test_a_second_tick_of_a_morning_sends_nothing_again(trial: Trial) -> None:
    trial.morning(LAUNCH - 7 * DAY)
    first = len(trial.got())
    trial.morning(LAUNCH - 7 * DAY)
    assert len(trial.got()) == first == len(PEOPLE)


def test_after_go_everybody_gets_their_own_once(trial: Trial) -> None:
    trial.morning(LAUNCH - 7 * DAY)
    gone = say_go(trial.desk.door, trial.plan, IT, moment(trial.plan, LAUNCH - 7 * DAY))
    assert (gone.address, gone.mails) == (ONE, len(PEOPLE))
    before = len(trial.got())
    for number in (-7, -6):
        trial.morning(LAUNCH + number * DAY)
    after = trial.got()[before:]
    assert Counter(m.to for m in after) == Counter(addresses(trial.world))
    assert not [m for m in after if m.subject.startswith("[for")]
    assert kinds(after) == {"announcement": len(PEOPLE)}
    assert [a for a in trial.accounts() if str(a.external_id).startswith("changeover:")]
    with trial.desk.door.read() as tx:
        last = [e for e in audit.trail(tx, trial.desk.rollout) if e.event == "rollout.go"]
    assert [e.by for e in last] == [IT]


def test_go_is_refused_where_a_launch_is_past_and_a_second_time(trial: Trial) -> None:
    door, plan = trial.desk.door, trial.plan
    with pytest.raises(NotAllowedError, match="later start"):
        say_go(door, plan, IT, moment(plan, LAUNCH))
    assert trial.desk.look().only_to == ONE
    near = say_go(door, plan, IT, moment(plan, LAUNCH - 2 * DAY))
    assert near.hurried == ("first-half launches in 2 days; the plan prepares 7",)
    with pytest.raises(NotAllowedError, match="withholds nothing"):
        say_go(door, plan, IT, moment(plan, LAUNCH - 2 * DAY))


def test_applying_again_keeps_the_address_and_nothing_begun_is_withheld(trial: Trial) -> None:
    def again(only_to: str | None) -> str | None:
        now = moment(trial.plan, LAUNCH - 7 * DAY)
        text, place = trial.world.plan_text(), trial.world.place
        done = apply_plan(trial.desk.door, trial.plan, text, place, IT, now, (), only_to)
        return done.only_to

    assert again(None) == ONE
    say_go(trial.desk.door, trial.plan, IT, moment(trial.plan, LAUNCH - 7 * DAY))
    assert again(None) is None
    trial.morning(LAUNCH - 7 * DAY)
    assert trial.desk.look().state("first-half") is not State.PLANNED
    with pytest.raises(NotAllowedError, match="first-half has begun"):
        again(ONE)


def test_the_ledger_refuses_any_other_effect(trial: Trial) -> None:
    now = moment(trial.plan, LAUNCH - 7 * DAY)
    real = due_steps(trial.plan, trial.desk.look(), "first-half", now)
    lease = take_lease(trial.desk)
    with pytest.raises(WithheldError), trial.desk.door.write("claim") as tx:
        claim(tx, lease, real, now)
    say_go(trial.desk.door, trial.plan, IT, now)
    with pytest.raises(WithheldError), trial.desk.door.write("claim") as tx:
        claim(tx, lease, [step.to_one_address() for step in real], now)


def test_a_pause_holds_these_mails_too(trial: Trial) -> None:
    with trial.desk.door.write("pause") as tx:
        records.pause(tx, trial.desk.rollout, IT, "wait", datetime.now(UTC))
    trial.morning(LAUNCH - 7 * DAY)
    assert not trial.got()
