"""An override from the asking to how it turned out, at a real ledger."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from actions.approving import NotApprovedError, approve
from actions.carry_out_orders import carry_out_orders
from actions.desk import Desk
from actions.judge_phase import judge_phase
from actions.overriding import ask_override
from cli.overridden import lines
from config.criteria import Active
from config.names import Severity
from gates.decision import from_json, replay
from ledger import decisions, evidence, records
from rollout.orders import OrderKind, order_digest
from rollout.phases import NotAllowedError, State
from rollout.snapshot import ApprovalNow, OrderNow

from .at_gate import ENDED
from .eve import APPROVERS, IT

DAY = timedelta(days=1)
CORE = "core-team"


@pytest.fixture
def held(desk: Desk) -> Desk:
    """Give a phase that too few people use this week: 15 of 24, where 80 % are wanted."""
    gates = desk.plan.gates.model_copy(update={"active": Active(at_least=0.8, advisory=False)})
    core = desk.plan.phase(CORE).model_copy(update={"gate": None})
    chosen = tuple(core if p.name == CORE else p for p in desk.plan.phases)
    plan = desk.plan.model_copy(update={"gates": gates, "phases": chosen})
    holding = replace(desk, plan=plan)
    keys = [p.key for p in holding.look().members(CORE)]
    with desk.door.write("days") as tx:
        late = [{"person": k, "day": ENDED.date() - 2 * DAY} for k in keys[:15]]
        evidence.put(tx, desk.rollout, "activity", late)
        noise = evidence.read(tx, desk.rollout, "activity")
        assert len(noise) > len(late)
    return holding


def look(desk: Desk, now: datetime) -> str:
    """Judge on fresh evidence; gives the verdict."""
    with desk.door.write("fresh") as tx:
        evidence.note(tx, desk.rollout, "activity", now, 1, now)
    return judge_phase(desk, CORE, now).verdict


def asked(desk: Desk, now: datetime = ENDED, days: int = 7) -> OrderNow:
    """Ask for it."""
    why = "half of them were at the fair"
    return ask_override(desk.door, desk.plan, CORE, "active", days, IT, why, now)[0]


def yes(desk: Desk, order: OrderNow, by: str, now: datetime = ENDED) -> None:
    """Approve it."""
    approve(desk.door, desk.plan, f"override:{CORE}", order_digest(desk.rollout, order), by, now)


def outcome(desk: Desk) -> str | None:
    """Give what became of the only override."""
    with desk.door.read() as tx:
        ((_, came),) = records.every_order(tx, desk.rollout, OrderKind.OVERRIDE)
    return came


def test_an_approved_override_lets_the_phase_pass_and_stands_in_its_evidence(held: Desk) -> None:
    assert look(held, ENDED + 4 * DAY) == "hold"
    order = asked(held, ENDED + 4 * DAY)
    assert look(held, ENDED + 4 * DAY) == "hold"
    yes(held, order, APPROVERS[0], ENDED + 4 * DAY)
    assert look(held, ENDED + 4 * DAY) == "advance"
    assert held.look().state(CORE) is State.PASSED
    with held.door.read() as tx:
        kept = decisions.of_phase(tx, held.rollout, CORE)[-1]
    (stored,) = kept.document["moment"]["overrides"]
    assert (stored["asked_by"], stored["approved_by"]) == (IT, [APPROVERS[0]])
    assert "Overridden by order 1" in kept.document["verdict"]["headline"]
    decision = from_json(json.dumps(kept.document))
    assert replay(decision) == decision.verdict
    assert outcome(held) == f"the phase passed with it ({decisions.name_of(kept.id)})"
    assert not held.look().orders


def test_who_asks_never_approves_and_neither_does_a_stranger(held: Desk) -> None:
    now = ENDED + 4 * DAY
    look(held, now)
    order = ask_override(held.door, held.plan, CORE, "active", 7, APPROVERS[0], "why", now)[0]
    with pytest.raises(NotApprovedError, match="who asks never approves"):
        yes(held, order, APPROVERS[0], now)
    with pytest.raises(NotApprovedError, match="is no approver"):
        yes(held, order, "somebody@acme.example", now)
    # What slipped past the door is refused again at the gate.
    with held.door.write("slip") as tx:
        digest = order_digest(held.rollout, order)
        given = ApprovalNow(f"override:{CORE}", digest, IT, APPROVERS[0], now)
        records.approve(tx, held.rollout, given)
    assert look(held, now) == "hold"


def test_it_lapses_for_good_when_the_finding_gets_worse(held: Desk) -> None:
    now = ENDED + 4 * DAY
    look(held, now)
    yes(held, asked(held, now), APPROVERS[0], now)
    # Two days on, nobody was active within the week.
    assert look(held, now + 2 * DAY) == "hold"
    assert str(outcome(held)).startswith("lapsed: it got worse")
    with held.door.write("back") as tx:
        keys = [p.key for p in held.look().members(CORE)]
        back = [{"person": k, "day": (now + 2 * DAY).date()} for k in keys[:16]]
        evidence.put(tx, held.rollout, "activity", back)
    assert look(held, now + 3 * DAY) == "hold"


def test_it_lapses_when_an_incident_stops_the_phase(held: Desk) -> None:
    now = ENDED + 4 * DAY
    look(held, now)
    yes(held, asked(held, now), APPROVERS[0], now)
    with held.door.write("incident") as tx:
        records.open_incident(tx, held.rollout, Severity.MAJOR, "no orders", IT, now)
    assert look(held, now) == "pause"
    assert outcome(held) == "lapsed: the phase is stopped by its incidents"
    with held.door.read() as tx:
        kept = decisions.of_phase(tx, held.rollout, CORE)[-1]
    assert "Override 1 no longer counts" in kept.document["verdict"]["headline"]


def test_it_ends_with_its_days(held: Desk) -> None:
    now = ENDED + 4 * DAY
    look(held, now)
    yes(held, asked(held, now, days=1), APPROVERS[0], now)
    assert carry_out_orders(held, now + timedelta(hours=23)) == []
    assert "it counted for 1 days" in carry_out_orders(held, now + DAY)[0]
    assert outcome(held) == "lapsed: it counted for 1 days"


def test_only_what_holds_may_be_overridden(held: Desk) -> None:
    def refused(finding: str, days: int = 7) -> str:
        with pytest.raises(NotAllowedError) as error:
            ask_override(held.door, held.plan, CORE, finding, days, IT, "why", ENDED + 4 * DAY)
        return str(error.value)

    assert "has not been looked at yet" in refused("active")
    look(held, ENDED + 4 * DAY)
    assert "it does not hold the phase; core-team is held by active" in refused("incidents")
    assert "has no finding nps; it is held by active" in refused("nps")
    assert "1 to 28 days, not 90" in refused("active", days=90)
    asked(held, ENDED + 4 * DAY)
    assert "asked for already" in refused("active")


def test_history_shows_how_it_turned_out(held: Desk) -> None:
    now = ENDED + 4 * DAY
    look(held, now)
    order = asked(held, now)

    def told(then: datetime) -> list[str]:
        with held.door.read() as tx:
            orders = records.every_order(tx, held.rollout, OrderKind.OVERRIDE)
            known = {d.id: d for d in decisions.of_phase(tx, held.rollout)}
        return list(lines(held.plan, held.look(), orders, known, then))

    assert "approved by nobody" in told(now)[0]
    assert "waits for an approval" in told(now)[3]
    yes(held, order, APPROVERS[0], now)
    assert "it counts until 2026-04-07" in told(now)[3]
    look(held, now)
    who, why, said, came, phase = told(now)
    assert who == f"override 1: active in core-team, asked by {IT}, approved by {APPROVERS[0]}"
    assert "half of them were at the fair" in why
    assert "15 of 24" in said
    assert "the phase passed with it" in came
    assert "passed; 24 of 24 = 100% have adopted: its goal of 80% is reached" in phase


def test_who_adopts_after_the_phase_passed_is_counted(desk: Desk) -> None:
    keys = [p.key for p in desk.look().members("early-adopters")]
    with desk.door.write("empty") as tx:
        decisions.keep(tx, desk.rollout, "early-adopters", 1, "advance", {}, keys[:1], ENDED)
        used = [{"person": keys[1], "day": ENDED.date() - timedelta(days=n)} for n in (3, 4, 5)]
        evidence.put(tx, desk.rollout, "activity", used)
        evidence.note(tx, desk.rollout, "activity", ENDED, len(used), ENDED)
    assert judge_phase(desk, "early-adopters", ENDED).verdict == "nothing"
    assert {keys[0], keys[1]} <= desk.look().adopted
