"""A department that leaves before its launch: a person skips its phase, and the rollout ends."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from actions.ask_for import ask_for
from actions.desk import Desk
from rehearsal.directory import Folk
from rehearsal.ground_memory import Memory
from rehearsal.office import leader
from rehearsal.rehearse import begin, mornings, secrets_of
from rehearsal.timelines import Beginner, by_hand
from rehearsal.world import World
from rollout.agenda import needs
from rollout.orders import OrderKind
from rollout.phases import DECOMMISSION, State

GONE, BEFORE = "Service", date(2026, 3, 9)
HIRED = date(2026, 3, 18)
EMPTY = "second-department"
AT_ONCE_AT_MOST = 3
"""More who vanish on one day are taken for a fault of the directory."""


@dataclass(frozen=True)
class Shrinking(Beginner):
    """An organisation whose second department leaves, a few a day, and which hires one again."""

    def changed(self, folk: list[Folk], seed: int, today: date) -> list[Folk]:  # noqa: ARG002
        if today == HIRED:
            one = replace(folk[0], email="new@growing.example", given="New", employee_id="99")
            return [*folk, replace(one, department=GONE, pilot=False)]
        if not BEFORE < today < HIRED:
            return folk
        gone = [f for f in folk if f.department == GONE and not f.pilot and not f.volunteer]
        return [f for f in folk if f not in gone[:AT_ONCE_AT_MOST]]


def test_a_rollout_ends_without_a_phase_that_nobody_is_in(tmp_path: Path) -> None:
    asked: list[datetime] = []

    def decide(desk: Desk, now: datetime) -> None:
        by_hand(desk, now)
        how = f"`changeover decide {EMPTY} skip`"
        if not asked and any(how in said for said in needs(desk.plan, desk.look(), now)):
            asked.append(now)
            why, it = "they went to the other branch", leader(desk.plan)
            ask_for(desk.door, desk.plan, OrderKind.SKIP, EMPTY, it, why, now)

    company = Shrinking("growing", date(2026, 2, 9))
    with World(tmp_path, 7, Memory(), company) as world, secrets_of(world):
        desk = begin(world)
        seen = [*mornings(world, desk, after=decide)]
        look = desk.look()
        desk.outside.close()
        desk.door.engine.dispose()
    assert seen
    assert len(asked) == 1
    assert look.state(EMPTY) is State.SKIPPED
    others = {n: at.state for n, at in look.phases.items() if n not in {EMPTY, DECOMMISSION}}
    assert set(others.values()) == {State.PASSED}
    assert look.state(DECOMMISSION) is State.RETIRED
    (late,) = (p for p in look.people.values() if p.entry.given == "New")
    assert (late.phase, late.reason) == ("everyone-else", "joined late")
    staying = {p.key for p in look.people.values() if p.in_scope}
    assert staying <= look.adopted
