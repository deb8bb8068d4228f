"""Rehearse other seeds without servers, and say what is wrong with what came of them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from actions.desk import Desk
from gates.decision import Decision
from gates.verdict import Kind
from ledger import decisions, evidence
from ledger.tables import transition
from rehearsal.compare import differences
from rehearsal.explained import recounted, unexplained
from rehearsal.ground_memory import Memory
from rehearsal.rehearse import rehearse, secrets_of
from rehearsal.summary import Summary, summarise
from rehearsal.world import World
from rollout.phases import DECOMMISSION, State, Verb
from rollout.snapshot import Snapshot
from rollout.steps import FINAL

SEEDS = range(101, 121)
"""Twenty, and none of them the demo's."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a seed."""

    summary: Summary
    wrong: list[str]
    """Everything that should not be, in words."""


def rehearsed(seed: int, folder: Path) -> Rehearsed:
    """Rehearse one seed to its end, in an empty folder."""
    with World(folder, seed, Memory()) as world, secrets_of(world):
        desk = rehearse(world, lambda _: None)
        found = differences(desk, world.ground.mails(), world.ground.accounts(), world.old)
        wrong = [*found, *_unfinished(desk), *_unsettled(desk), *_unexplained(desk)]
        return Rehearsed(summarise(desk), wrong)


def _unfinished(desk: Desk) -> list[str]:
    state = desk.look().state(DECOMMISSION)
    return [] if state is State.RETIRED else [f"it ended with the old system {state}"]


def _unsettled(desk: Desk) -> list[str]:
    steps = desk.look().steps.items()
    return [f"{key} is {step.state}" for key, step in steps if step.state not in FINAL]


def _unexplained(desk: Desk) -> list[str]:
    """Give decisions whose evidence does not explain them, and phases that passed without one."""
    name = desk.rollout
    with desk.door.read() as tx:
        kept = decisions.of_phase(tx, name)
        days = evidence.read(tx, name, "activity")
        passed = tx.execute(
            select(transition.c.phase, transition.c.decision).where(
                transition.c.rollout == name, transition.c.verb == Verb.PASS_GATE
            )
        ).all()
    active: dict[str, set[date]] = {}
    for row in days:
        active.setdefault(row["person"], set()).add(row["day"])
    found = []
    by_number = {d.id: Decision.model_validate(d.document) for d in kept}
    for decided in kept:
        decision = by_number[decided.id]
        opened = _opened(desk.look(), decided.phase)
        wrong = [*unexplained(decision), *recounted(decision, opened, active)]
        found += [f"{decisions.name_of(decided.id)} of {decided.phase}: {w}" for w in wrong]
    for phase, number in passed:
        if number is None or by_number[number].verdict.kind is not Kind.ADVANCE:
            found.append(f"{phase} passed, and no verdict says so")
    undecided = {p.name for p in desk.plan.phases} - {phase for phase, _ in passed}
    return found + [f"{phase} never passed" for phase in sorted(undecided)]


def _opened(snapshot: Snapshot, phase: str) -> dict[str, date]:
    """Give when each of a phase's people who stayed to its end was activated."""
    found = {p.key: snapshot.accounts.get(p.key) for p in snapshot.members(phase)}
    return {k: a.activated_on for k, a in found.items() if a and a.activated_on}
