"""A critical failure in the core team, without the engine (`./dev demo --scenario trouble`)."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from actions.hands import PlainHands
from flows.order import phase_day
from gates.decision import Decision, replay
from ledger import decisions
from ledger.tables import transition
from rehearsal.compare import differences, undone
from rehearsal.ground import Mail
from rehearsal.ground_memory import Memory
from rehearsal.rehearse import begin, mornings, secrets_of
from rehearsal.sight import Sight
from rehearsal.summary import summarise
from rehearsal.trouble import PHASE, Trouble
from rehearsal.world import World
from rollout.people import Person
from rollout.phases import State

SEED = 7
MORNINGS_AT_MOST = 60


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trouble]:
    """Live until the core team is live for the second time."""
    folder = tmp_path_factory.mktemp("trouble")
    with World(folder / "world", SEED, Memory()) as world, secrets_of(world):
        desk = begin(world)
        hands = PlainHands(desk)
        found = Trouble(world, desk, lambda phase, now: phase_day(hands, desk.rollout, phase, now))
        for number, morning in enumerate(mornings(world, desk)):
            assert number < MORNINGS_AT_MOST
            found.day(morning.day)
            at = desk.look().phases[PHASE]
            if (at.attempt, at.state) == (2, State.LIVE):
                break
        yield found
        desk.outside.close()
        desk.door.engine.dispose()


def core(trouble: Trouble) -> list[Person]:
    """Give who was moved, and moved back."""
    return trouble.sights[0].ledger.members(PHASE)


def mails(trouble: Trouble) -> dict[str, Counter[str]]:
    """Give how often everybody got each notice."""
    found: dict[str, Counter[str]] = {}
    for mail in trouble.world.ground.mails():
        found.setdefault(mail.to.lower(), Counter())[str(mail.notice)] += 1
    return found


def test_the_world_agrees_with_the_ledger_before_and_after(trouble: Trouble) -> None:
    world = trouble.world
    assert trouble.differences() == []
    ground = world.ground
    assert differences(trouble.desk, ground.mails(), ground.accounts(), world.old) == []


def test_what_was_made_is_closed_and_what_was_there_is_as_it_was(trouble: Trouble) -> None:
    before, after = trouble.sights
    accounts = [before.ledger.accounts[p.key] for p in core(trouble)]
    assert all(before.open[a.id] for a in accounts)
    kept = [a for a in accounts if after.open[a.id]]
    found = [(a.ours, a.was_active) for a in accounts]
    assert Counter(found) == {(True, False): len(accounts) - 2, (False, True): 1, (False, False): 1}
    assert [(a.ours, a.was_active) for a in kept] == [(False, True)]
    emails = {p.entry.email.lower() for p in core(trouble)}
    assert not emails & before.works
    assert emails <= after.works
    early = {p.entry.email.lower() for p in before.ledger.members("early-adopters")}
    assert not early & after.works


def test_everybody_was_told_once_in_their_language(trouble: Trouble) -> None:
    told = [m for m in trouble.world.ground.mails() if m.notice == "rollback"]
    wanted = {p.entry.email.lower(): p.entry.language for p in core(trouble)}
    assert {m.to.lower(): m.message["Content-Language"] for m in told} == wanted
    assert len(told) == len(wanted)
    subjects = {(m.message["Content-Language"], m.message["Subject"]) for m in told}
    assert sorted(language for language, _ in subjects) == ["en", "nl"]


def test_the_gate_rolled_back_though_everything_was_paused(trouble: Trouble) -> None:
    with trouble.desk.door.read() as tx:
        looks = decisions.of_phase(tx, trouble.desk.rollout, PHASE)
        steps = [
            (r.verb, r.attempt, r.by.partition("@")[0])
            for r in tx.execute(
                select(transition).where(transition.c.phase == PHASE).order_by(transition.c.seq)
            )
        ]
    (rolled_back,) = [
        Decision.model_validate(d.document) for d in looks if d.verdict == "roll_back"
    ]
    assert rolled_back.moment.paused
    assert replay(rolled_back) == rolled_back.verdict
    first, second = ("prepare", "be_ready", "launch"), ("be_ready", "launch")
    assert steps == [
        ("plan", 1, "r.sital"),
        *((verb, 1, "changeover") for verb in (*first, "roll_back", "finish_roll_back")),
        ("try_again", 2, "r.sital"),
        *((verb, 2, "changeover") for verb in second),
    ]


def test_the_second_attempt_is_announced_anew_and_nothing_is_said_twice(trouble: Trouble) -> None:
    got, snapshot = mails(trouble), trouble.desk.look()
    for person in snapshot.members(PHASE):
        its = got[person.entry.email.lower()]
        twice = {"announcement": 2, "welcome": 2, "reminder": 2, "rollback": 1, "rescheduling": 0}
        assert {notice: its[notice] for notice in twice} == twice
        assert its["survey"] == 1
        assert its["training"] == 1 + (person.key not in trouble.sights[1].ledger.trained)
    left = [p for p in core(trouble) if p.key not in {m.key for m in snapshot.members(PHASE)}]
    assert [got[p.entry.email.lower()]["announcement"] for p in left] == [1]
    later = [p for p in snapshot.members("remaining-users") if p.joined_on < date(2026, 3, 20)]
    assert later
    for person in later:
        its = got[person.entry.email.lower()]
        assert (its["rescheduling"], its["reminder"]) == (1, 0)


def _flipped(sight: Sight, key: str) -> Sight:
    account = sight.ledger.accounts[key].id
    return replace(sight, open={**sight.open, account: not sight.open[account]})


def _barred(sight: Sight, key: str) -> Sight:
    return replace(sight, works=sight.works - {sight.ledger.people[key].entry.email.lower()})


def test_the_summary_tells_what_happened(trouble: Trouble) -> None:
    summary = summarise(trouble.desk)
    core_team = next(p for p in summary.phases if p.phase == "core team")
    assert [(a.outcome, a.launch) for a in core_team.attempts] == [
        ("rolled back", "2026-03-16"),
        ("live", "2026-04-07"),
    ]
    assert "1 critical open" in core_team.attempts[0].numbers
    turns = (
        "Thu 19 Mar 10:40  r.sital opens incident 1 (critical)",
        "Thu 19 Mar 10:40  r.sital pauses the whole rollout",
        "Thu 19 Mar 11:00  core team: must be rolled back. Incidents: 1 critical open",
        "Thu 19 Mar 11:00  core team: rolled back",
        "Mon 23 Mar 10:40  r.sital closes incident 1: a nightly import",
        "Mon 23 Mar 10:40  r.sital asks to try again core team: the cause is found",
        "Tue 24 Mar 06:00  core team: launch moves to Tue 07 Apr",
        "Tue 24 Mar 06:00  remaining users: launch moves to Mon 20 Apr",
        "Tue 07 Apr 06:00  core team: launched",
    )
    places = [next(n for n, s in enumerate(summary.story) if s.startswith(t)) for t in turns]
    assert places == sorted(places)
    told = Counter(p.entry.language.value for p in core(trouble))
    assert summary.story[-1] == (
        f"core team, attempt 1, undone: {len(core(trouble)) - 2} accounts the rollout made are "
        f"closed, 2 from the pilot are as found (1 open), {len(core(trouble))} people work in "
        f"Kantoor again, told {told['nl']} in Dutch and {told['en']} in English"
    )
    assert "@" not in json.dumps(summary.as_json())


@dataclass(frozen=True)
class Reworded:
    """A mail as it would be in another language."""

    mail: Mail
    language: str

    @property
    def to(self) -> str:
        return self.mail.to

    @property
    def message_id(self) -> str:
        return self.mail.message_id

    @property
    def notice(self) -> str | None:
        return self.mail.notice

    @property
    def message(self) -> EmailMessage:
        message = deepcopy(self.mail.message)
        message.replace_header("Content-Language", self.language)
        return message


def test_the_comparison_sees_what_is_wrong(trouble: Trouble) -> None:
    before, after = trouble.sights
    mails, someone = trouble.world.ground.mails(), core(trouble)[0]
    other = before.ledger.members("early-adopters")[0]

    def seen(
        before: Sight = before, after: Sight = after, mails: Sequence[Mail] = mails
    ) -> list[str]:
        return undone(trouble.desk, mails, PHASE, before, after)

    assert "open is True, not as found" in seen(after=_flipped(after, someone.key))[0]
    assert "before, open was False" in seen(before=_flipped(before, someone.key))[0]
    assert "does not let them work" in seen(after=_barred(after, someone.key))[0]
    assert "of another phase changed" in seen(after=_flipped(after, other.key))[0]
    one = next(m for m in mails if m.notice == "rollback")
    others = [m for m in mails if m is not one]
    assert "got 2 mails that it is rolled back" in seen(mails=[*mails, one])[0]
    assert "got 0 mails that it is rolled back" in seen(mails=others)[0]
    wrong = {"en": "nl", "nl": "en"}[str(one.message["Content-Language"])]
    assert f"was told in {wrong}" in seen(mails=[*others, Reworded(one, wrong)])[0]
