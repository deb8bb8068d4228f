"""Skipping a phase with nobody in it, from the asking to what comes after, at a real ledger."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from actions.ask_for import ask_for
from actions.carry_out_orders import carry_out_orders
from actions.desk import Desk
from actions.judge_phase import judge_phase
from actions.sync_people import sync_people
from gates.decision import from_json, replay
from ledger import decisions, people, phases
from ledger.tables import transition
from rollout.agenda import ends
from rollout.moves import next_move
from rollout.orders import OrderKind
from rollout.people import Entry
from rollout.phase_day import PhaseDay
from rollout.phases import Dates, NotAllowedError, State, Verb

from .at_gate import ENDED
from .eve import IT, people_of

CORE, REST = "core-team", "remaining-users"
DAY = timedelta(days=1)


def ask(desk: Desk, phase: str) -> None:
    """Ask to skip a phase."""
    ask_for(desk.door, desk.plan, OrderKind.SKIP, phase, IT, "they all work elsewhere now", ENDED)


def leave(desk: Desk, phase: str) -> None:
    """Let everybody of a phase leave."""
    gone = [replace(p, left_on=ENDED.date()) for p in desk.look().members(phase)]
    with desk.door.write("leave") as tx:
        people.change(tx, desk.rollout, gone)


def with_directory(desk: Desk, entries: Iterable[Entry]) -> Desk:
    """Give the desk beside a directory that has these people."""
    outside = SimpleNamespace(directory=SimpleNamespace(read=lambda: [*entries]))
    return replace(desk, outside=cast("Any", outside))


def everybody(desk: Desk) -> list[Entry]:
    """Give whom the directory should have."""
    return [p.entry for p in desk.look().people.values() if p.left_on is None]


def test_a_person_skips_an_empty_phase_and_it_stands_in_the_ledger(desk: Desk) -> None:
    ask(desk, REST)
    assert desk.look().state(REST) is State.PLANNED
    assert carry_out_orders(desk, ENDED) == [
        "skip remaining-users: remaining-users is skipped: nobody is in it"
    ]
    assert desk.look().state(REST) is State.SKIPPED
    with desk.door.read() as tx:
        here = transition.c.phase == REST
        row = tx.execute(select(transition).where(here).order_by(transition.c.seq.desc())).first()
    assert row is not None
    assert (row.verb, row.by, row.reason) == (Verb.SKIP, IT, "they all work elsewhere now")
    assert not desk.look().orders


def test_nobody_skips_a_phase_that_has_people(desk: Desk) -> None:
    with pytest.raises(NotAllowedError, match="24 people are in core-team"):
        ask(desk, CORE)


def test_who_came_in_since_it_was_asked_for_is_not_skipped(desk: Desk) -> None:
    ask(desk, REST)
    late = replace(people_of(31)[-1], phase=REST)
    with desk.door.write("join") as tx:
        people.add(tx, desk.rollout, [late])
    (said,) = carry_out_orders(desk, ENDED)
    assert "not done: 1 person is in remaining-users" in said
    assert desk.look().state(REST) is State.PLANNED


def test_a_live_phase_whose_people_all_left_is_decided_and_the_next_launches(desk: Desk) -> None:
    leave(desk, CORE)
    late = replace(people_of(31)[-1], phase=REST)
    with desk.door.write("next") as tx:
        people.add(tx, desk.rollout, [late])
        phases.set_dates(tx, desk.rollout, REST, Dates(ENDED.date(), None, 1), "a test", ENDED)
        for verb in (Verb.PREPARE, Verb.BE_READY):
            at = phases.standing(tx, desk.rollout)[REST]
            phases.record(tx, desk.rollout, at.move(verb, "a test"), IT, ENDED)
    judged = judge_phase(desk, CORE, ENDED)
    assert judged.verdict != "advance"
    assert "`changeover decide core-team skip` goes past it" in judged.headline
    with desk.door.read() as tx:
        kept = decisions.of_phase(tx, desk.rollout, CORE)[-1]
    decision = from_json(json.dumps(kept.document))
    assert replay(decision) == decision.verdict

    def launches() -> bool:
        move = next_move(PhaseDay(desk.plan, desk.look(), desk.plan.phase(REST), ENDED))
        return move is not None and move.verb is Verb.LAUNCH

    assert not launches()
    ask(desk, CORE)
    carry_out_orders(desk, ENDED)
    assert launches()
    assert judge_phase(desk, CORE, ENDED + DAY).verdict == "nothing"
    assert not ends(desk.plan, desk.look())


def test_who_joins_later_moves_in_the_last_phase_that_is_not_skipped(desk: Desk) -> None:
    ask(desk, REST)
    carry_out_orders(desk, ENDED)
    assert not ends(desk.plan, desk.look())
    new = people_of(31)[-1].entry
    sync_people(with_directory(desk, [*everybody(desk), new]), ENDED)
    found = desk.look().people["p00031"]
    assert (found.phase, found.reason) == (CORE, "joined late")


def test_who_is_in_scope_again_is_not_lost_in_a_skipped_phase(desk: Desk) -> None:
    mine = replace(people_of(31)[-1], phase=REST, excluded="stays")
    with desk.door.write("left out") as tx:
        people.add(tx, desk.rollout, [mine])
    ask(desk, REST)
    carry_out_orders(desk, ENDED)
    # The plan leaves out an address; theirs is another by now.
    sync_people(with_directory(desk, everybody(desk)), ENDED)
    found = desk.look().people[mine.key]
    assert (found.phase, found.excluded) == (CORE, None)
