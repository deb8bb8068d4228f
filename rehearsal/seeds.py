"""Rehearse other seeds without servers, and say what is wrong with what came of them."""

from pathlib import Path

from actions.desk import Desk
from gates.decision import Decision, replay
from ledger import decisions
from rehearsal.compare import differences
from rehearsal.ground_memory import Memory
from rehearsal.rehearse import rehearse, secrets_of
from rehearsal.world import World
from rollout.phases import DECOMMISSION, State
from rollout.steps import FINAL

SEEDS = range(101, 121)
"""Twenty, and none of them the demo's."""


def wrong_with(seed: int, folder: Path) -> list[str]:
    """Rehearse one seed to its end; give everything that should not be, in words."""
    with World(folder, seed, Memory()) as world, secrets_of(world):
        desk = rehearse(world, lambda _: None)
        found = differences(desk, world.ground.mails(), world.ground.accounts(), world.old)
        return [*found, *_unfinished(desk), *_unsettled(desk), *_unexplained(desk)]


def _unfinished(desk: Desk) -> list[str]:
    state = desk.look().state(DECOMMISSION)
    return [] if state is State.RETIRED else [f"it ended with the old system {state}"]


def _unsettled(desk: Desk) -> list[str]:
    steps = desk.look().steps.items()
    return [f"{key} is {step.state}" for key, step in steps if step.state not in FINAL]


def _unexplained(desk: Desk) -> list[str]:
    """Give decisions whose evidence does not explain them."""
    with desk.door.read() as tx:
        kept = decisions.of_phase(tx, desk.rollout)
    found = []
    for decided in kept:
        decision = Decision.model_validate(decided.document)
        name = f"{decisions.name_of(decided.id)} of {decided.phase}"
        if replay(decision) != decision.verdict:
            found.append(f"{name} replays to another verdict")
        if decided.verdict == "advance":
            judged = (f for f in decision.verdict.findings if f.blocks)
            found += [f"{name} advanced on {f.metric} {f.state}" for f in judged]
    return found
