"""A freeze of the plan: nothing launches in it, and dates are told beforehand."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from pydantic import ValidationError

import config
from config.loading import load
from config.plan import Freeze, Plan
from rollout.moves import new_dates, next_move
from rollout.phase_day import PhaseDay
from rollout.phases import Dates, PhaseNow, State, Verb
from rollout.schedule import dates_from, schedule
from rollout.snapshot import Snapshot

PHASED = load(Path(config.__file__).parent / "examples" / "phased.yaml")
BOOKS = Freeze(first=date(2026, 3, 14), last=date(2026, 3, 17), why="closing the books")
AUDIT = Freeze(first=date(2026, 3, 17), last=date(2026, 3, 19), why="the audit")


def frozen(*freezes: Freeze) -> Plan:
    return PHASED.model_copy(update={"freezes": freezes})


@pytest.mark.parametrize(
    ("freezes", "launch"),
    [
        ((), date(2026, 3, 16)),
        ((BOOKS,), date(2026, 3, 18)),
        ((AUDIT, BOOKS), date(2026, 3, 20)),
        ((AUDIT,), date(2026, 3, 16)),
    ],
)
def test_a_phase_is_not_planned_to_launch_in_a_freeze(
    freezes: tuple[Freeze, ...], launch: date
) -> None:
    plan = frozen(*freezes)
    assert dates_from(plan, plan.phases[1], date(2026, 3, 16), ()).launch == launch
    planned = schedule(plan, {p.name: frozenset[str]() for p in plan.phases})
    assert planned["core-team"].launch == launch


def test_a_launch_that_a_freeze_would_make_overlap_is_planned_after_it() -> None:
    first, core, last = PHASED.phases
    phases = (first, core.model_copy(update={"launch": date(2026, 3, 16)}), last)
    plan = frozen(Freeze(first=date(2026, 3, 2), last=date(2026, 3, 6), why="the audit"))
    planned = schedule(
        plan.model_copy(update={"phases": phases}), {p.name: frozenset[str]() for p in phases}
    )
    assert planned["early-adopters"].soak_ends_on == date(2026, 3, 20)
    assert planned["core-team"].launch == date(2026, 3, 23)


def test_a_day_is_in_the_freeze_that_ends_last() -> None:
    plan = frozen(BOOKS, AUDIT)
    assert plan.frozen_on(date(2026, 3, 17)) == AUDIT
    assert plan.frozen_on(date(2026, 3, 14)) == BOOKS
    assert plan.frozen_on(date(2026, 3, 20)) is None


def test_a_freeze_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="before it begins"):
        Freeze(first=date(2026, 3, 17), last=date(2026, 3, 16), why="nothing")


def standing(day: date, state: State, *freezes: Freeze) -> PhaseDay:
    plan = frozen(*freezes)
    launch = Dates(date(2026, 3, 16), date(2026, 3, 27))
    begun = datetime(2026, 3, 2, tzinfo=UTC)
    before = Dates(date(2026, 3, 2), date(2026, 3, 13))
    passed = PhaseNow("early-adopters", State.PASSED, 1, before, begun)
    core = PhaseNow("core-team", state, 1, launch, begun)
    phases = {p.name: replace(core, name=p.name, state=State.PLANNED) for p in plan.phases}
    phases |= {"early-adopters": passed, "core-team": core}
    snapshot = Snapshot("acme-crm", False, False, {}, phases, {})  # noqa: FBT003
    now = datetime.combine(day, time(12), UTC)
    return PhaseDay(plan, snapshot, plan.phase("core-team"), now)


def test_a_ready_phase_waits_for_the_end_of_a_freeze() -> None:
    launching = next_move(standing(date(2026, 3, 16), State.READY))
    assert launching is not None
    assert launching.verb is Verb.LAUNCH
    assert next_move(standing(date(2026, 3, 16), State.READY, BOOKS)) is None


def test_a_launch_in_a_freeze_moves_before_it_comes() -> None:
    for day, freezes, moves in (
        (date(2026, 3, 13), (BOOKS,), True),
        (date(2026, 3, 12), (BOOKS,), False),
        (date(2026, 3, 13), (AUDIT,), False),
    ):
        at = standing(day, State.READY, *freezes)
        core = {p.name: replace(at, phase=p) for p in at.plan.phases}
        moved = [m for m in new_dates(at.plan, core) if m.phase == "core-team"]
        assert bool(moved) == moves
        if moves:
            assert moved[0].reason == "nothing launches in a freeze (closing the books)"
            assert moved[0].dates.launch == date(2026, 3, 23)
