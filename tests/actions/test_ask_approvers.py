"""Approvers are asked by mail: each once, never the requester, whatever dies in between."""

import re
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, NoReturn, cast

import pytest
from sqlalchemy import insert, select, update

from actions.ask_approvers import ask_approvers
from actions.desk import Desk, give_back, take_lease
from actions.reconcile import reconcile
from actions.retirement_awaited import awaited_approval
from config.names import Language
from connectors.errors import Unreachable
from connectors.memory import MemoryPost
from connectors.opening import Outside
from connectors.ports import Post
from ledger import audit, phases, records
from ledger.evidence_tables import decision
from ledger.tables import rollout, step
from rehearsal.failpoints import watched
from rollout.officials import official_key
from rollout.orders import gate_subject
from rollout.phases import State, Verb

from .eve import APPROVERS, DAY, HOUR, IT, READY, World, retire

FINDINGS = [
    {"needed": "adopted ≥ 60 % at day 12", "now": "17 of 21 = 81 %"},
    {"needed": "no critical or major incident", "now": "none open"},
]
COMMAND = re.compile(
    r"^changeover approve (\S+) --digest ([0-9a-f]{64}) --rollout acme-crm$", re.MULTILINE
)


def posted(world: World, post: Post) -> Desk:
    """Give the world's desk with a post, and the old system it has."""
    old = world.desk.outside.old
    nothing = cast("Any", None)
    openers = {field.name: nothing for field in fields(Outside)}
    openers |= {"open_post": lambda: post, "open_old": lambda: old}
    return replace(world.desk, outside=Outside(**openers))


def text_of(letter: Any) -> str:  # noqa: ANN401 - a letter of the memory post
    part = letter.message.get_body(("plain",))
    return str(part.get_content())


def steps_of(desk: Desk) -> dict[str, str]:
    with desk.door.read() as tx:
        query = select(step.c.key, step.c.state).where(step.c.kind == "notice.approval")
        return dict(tx.execute(query).tuples().all())


def to_gate(world: World, phase: str = "core-team") -> None:
    """Put a phase back before its gate, which has found everything and waits."""
    with world.desk.door.write("gate") as tx:
        name = world.desk.rollout
        for verb in (Verb.PAUSE, Verb.ROLL_BACK, Verb.FINISH_ROLL_BACK, Verb.TRY_AGAIN):
            at = phases.standing(tx, name)[phase]
            phases.record(tx, name, at.move(verb, "a test"), IT, READY)
        for verb in (Verb.BE_READY, Verb.LAUNCH):
            at = phases.standing(tx, name)[phase]
            phases.record(tx, name, at.move(verb, "a test"), IT, READY)
        verdict = {"because": "approval", "findings": FINDINGS}
        row = {"phase": phase, "attempt": 2, "at": READY, "verdict": "hold"}
        document = {"decision": {"verdict": verdict}, "adopters": []}
        tx.execute(insert(decision).values(rollout=name, id=2, document=document, **row))


def test_a_waiting_gate_asks_every_approver_once_with_all_they_need(world: World) -> None:
    to_gate(world)
    post = MemoryPost()
    desk = posted(world, post)
    assert ask_approvers(desk, READY).done == 2
    for later in (timedelta(0), HOUR, 3 * DAY):
        assert ask_approvers(desk, READY + later).done == 0
    assert sorted(letter.to for letter in post.received) == sorted(APPROVERS)
    subject, digest = gate_subject("core-team", 2)
    for letter in post.received:
        text = text_of(letter)
        (found,) = COMMAND.findall(text)
        assert found == (subject, digest)
        assert "Adopted ≥ 60 % at day 12: 17 of 21 = 81 %" in text
        assert letter.message["X-Changeover-Notice"] == "approval"
    with desk.door.read() as tx:
        head = audit.head(tx, desk.rollout)
    assert head in text_of(post.received[0])
    assert {*steps_of(desk).values()} == {"done"}
    assert not any("@" in key for key in steps_of(desk))


def test_the_command_in_the_mail_is_what_the_gate_waits_for(world: World) -> None:
    to_gate(world)
    post = MemoryPost()
    desk = posted(world, post)
    ask_approvers(desk, READY)
    (subject, digest) = COMMAND.findall(text_of(post.received[0]))[0]
    world.approve(subject, digest, READY + HOUR, by=APPROVERS[:1])
    # One of two has said yes, and one is enough for a gate: the other's mail changes nothing.
    assert ask_approvers(desk, READY + DAY).done == 0
    assert len(post.received) == 2


def test_who_asked_is_never_asked(world: World) -> None:
    to_gate(world)
    with world.desk.door.write("asker") as tx:
        tx.execute(update(rollout).values(applied_by=APPROVERS[0].upper()))
    post = MemoryPost()
    assert ask_approvers(posted(world, post), READY).done == 1
    assert [letter.to for letter in post.received] == [APPROVERS[1]]


def test_a_mail_speaks_the_language_of_its_reader(world: World) -> None:
    to_gate(world)
    sites = dict(world.desk.plan.organisation.sites)
    first = next(iter(sites))
    site = sites["port-of-spain"].model_copy(update={"champion": APPROVERS[1]})
    organisation = world.desk.plan.organisation.model_copy(
        update={"sites": sites | {"port-of-spain": site}}
    )
    assert sites[first].language is Language.NL
    post = MemoryPost()
    ask_approvers(posted(world.planned(organisation=organisation), post), READY)
    said = {letter.to: str(letter.message["Content-Language"]) for letter in post.received}
    assert said == {APPROVERS[0]: "nl", APPROVERS[1]: "en"}


def test_the_smallest_organisation_is_told_how_to_confirm_it_itself(world: World) -> None:
    to_gate(world)
    alone = world.planned(approvers=())
    with alone.desk.door.write("leave") as tx:
        tx.exec_driver_sql("update person set left_on = '2026-04-01' where key > 'p00002'")
    post = MemoryPost()
    assert ask_approvers(posted(alone, post), READY).done == 1
    subject, digest = gate_subject("core-team", 2)
    assert [letter.to for letter in post.received] == [IT]
    assert f"approve {subject} --digest {digest} --typed {subject}" in text_of(post.received[0])


def test_the_freeze_and_the_end_are_asked_for_over_what_they_cover(world: World) -> None:
    post = MemoryPost()
    desk = posted(world, post)
    assert ask_approvers(desk, READY).done == 0  # nobody has asked for it
    world.order()
    assert ask_approvers(desk, READY).done == 2
    (subject, digest) = COMMAND.findall(text_of(post.received[0]))[0]
    assert subject == "freeze"
    assert "2 mensen moeten" not in text_of(post.received[0])
    world.approve(subject, digest, READY)
    assert retire(world.desk, READY).state is State.FROZEN
    assert ask_approvers(desk, READY + HOUR).done == 0
    assert len(post.received) == 2


def test_to_retire_two_must_approve_and_the_mail_says_so(world: World) -> None:
    world.to_frozen()
    assert retire(world.desk, READY + HOUR).state is State.FROZEN
    assert retire(world.desk, READY + HOUR).state is State.PROVED
    post = MemoryPost()
    desk = posted(world, post)
    assert ask_approvers(desk, READY + HOUR).done == 2
    waits = awaited_approval(world.desk, READY + HOUR)
    assert waits is not None
    text = text_of(post.received[0])
    assert COMMAND.findall(text) == [("retire", waits.digest)]
    assert "2 mensen moeten het goedkeuren" in text
    made = world.desk.look().archive
    assert made is not None
    plain = " ".join(text.split())
    assert f"ondertekend met de sleutel {made.signer}; het zegel is {made.seal}" in plain


def test_an_override_is_asked_for_with_its_reason(world: World) -> None:
    with world.desk.door.write("override") as tx:
        records.add_order(
            tx,
            world.desk.rollout,
            "override",
            "core-team/nps:d1:7",
            IT,
            "The audit is on Monday",
            READY,
        )
    post = MemoryPost()
    assert ask_approvers(posted(world, post), READY).done == 2
    assert "The audit is on Monday" in text_of(post.received[0])


def test_what_can_no_longer_be_asked_is_skipped_and_no_pause_does_that(world: World) -> None:
    to_gate(world)
    dead = posted(world, cast("Any", Unreachably()))
    assert ask_approvers(dead, READY).done == 0
    assert {*steps_of(dead).values()} == {"planned"}
    with dead.door.write("pause") as tx:
        records.pause(tx, dead.rollout, IT, "a test", READY)
    ask_approvers(dead, READY)
    assert {*steps_of(dead).values()} == {"planned"}
    with dead.door.write("on") as tx:
        records.unpause(tx, dead.rollout, IT, "a test", READY)
        at = phases.standing(tx, dead.rollout)["core-team"]
        phases.record(tx, dead.rollout, at.move(Verb.PASS_GATE, "overridden"), IT, READY)
    ask_approvers(dead, READY)
    assert {*steps_of(dead).values()} == {"skipped"}


class Unreachably:
    """A relay that does not answer."""

    connections = 2

    def line(self) -> NoReturn:
        raise Unreachable("nobody answers")


class DiedError(BaseException):
    """The worker died: nothing catches this."""


def test_wherever_a_worker_dies_nobody_is_asked_twice_or_never(world: World) -> None:
    to_gate(world)
    base = replace(world.desk, lease=None)
    give_back(base, world.desk.held())
    for place in range(1, PLACES_AT_MOST):
        post = MemoryPost()
        died = _asks(base, post, place)
        assert not _asks(base, post, None)
        for address in APPROVERS:
            came = [letter.to for letter in post.received].count(address)
            state = _state_of(base, address)
            assert came in {"done": {1}, "unknown": {0, 1}}[state], (place, state, came)
        states = [*steps_of(base).values()]
        assert states.count("unknown") <= post.connections
        with base.door.write("forget") as tx:
            tx.execute(step.delete().where(step.c.kind == "notice.approval"))
        if not died:
            assert states == ["done", "done"]
            assert place > PLACES_AT_LEAST
            return
    pytest.fail("more places than expected")


PLACES_AT_LEAST, PLACES_AT_MOST = 10, 60


def _asks(base: Desk, post: MemoryPost, die_at: int | None) -> bool:
    """Ask as a worker does; whether it died at the place."""
    passed = 0

    def passing(_name: str) -> None:
        nonlocal passed
        passed += 1
        if passed == die_at:
            raise DiedError

    held = take_lease(base)
    desk = replace(posted(World(base, base.folder), post), lease=held)
    try:
        reconcile(desk, READY)
        ask_approvers(watched(desk, passing), READY)
    except DiedError:
        return True
    finally:
        give_back(base, held)  # as if it had run out
    return False


def _state_of(desk: Desk, address: str) -> str:
    (found,) = (s for k, s in steps_of(desk).items() if f":{official_key(address)}:" in k)
    return found
