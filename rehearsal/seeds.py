"""Rehearse other seeds without servers, and say what is wrong with what came of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from actions.desk import Desk
from gates.decision import Decision, replay
from gates.findings import State as FindingState
from gates.verdict import Because, Kind
from ledger import decisions
from rehearsal.compare import differences
from rehearsal.ground_memory import Memory
from rehearsal.rehearse import rehearse, secrets_of
from rehearsal.summary import Summary, summarise
from rehearsal.world import World
from rollout.phases import DECOMMISSION, State
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
    """Give decisions whose evidence does not explain them."""
    with desk.door.read() as tx:
        kept = decisions.of_phase(tx, desk.rollout)
    found = []
    for decided in kept:
        decision = Decision.model_validate(decided.document)
        name = f"{decisions.name_of(decided.id)} of {decided.phase}"
        if replay(decision) != decision.verdict:
            found.append(f"{name} replays to another verdict")
        found += [f"{name}: {words}" for words in _unfounded(decision)]
    return found


def _unfounded(decision: Decision) -> Iterator[str]:
    """Say where a verdict does not follow from what it shows, or shows it without numbers."""
    verdict = decision.verdict
    unmet = [f for f in verdict.findings if f.blocks and f.state is not FindingState.MET]
    if verdict.kind is Kind.ADVANCE:
        yield from (f"advanced on {f.metric} {f.state}" for f in unmet)
    elif verdict.because in {Because.TARGETS, Because.NO_DATA, Because.PROTECTIVE} and not unmet:
        yield f"{verdict.kind}, and nothing it shows is missing"
    if verdict.because is Because.SOAKING:  # on its first days there is nothing to count yet
        return
    yield from (
        f"{f.metric} is {f.state} without a number: {f.reason}"
        for f in unmet
        if not any(letter.isdigit() for letter in f.reason)
    )
