"""Skipping a phase with nobody in it: a person's decision, and never a pass."""

from config.plan import Phase, Plan
from rollout.phases import DECOMMISSION, RULES, Move, NotAllowedError, PhaseNow, State, Verb
from rollout.snapshot import Snapshot

MAY_SKIP = RULES[Verb.SKIP][0]
"""States a phase can be skipped from."""


def skip(snapshot: Snapshot, at: PhaseNow, reason: str) -> Move:
    """Give the move that skips a phase; NotAllowedError while somebody is in it.

    Nor is the last phase left skipped: whoever joins later has to move somewhere.
    """
    move = at.move(Verb.SKIP, reason)
    if members := len(snapshot.members(at.name)):
        said = "1 person is" if members == 1 else f"{members} people are"
        msg = f"{said} in {at.name}: only a phase with nobody in it can be skipped"
        raise NotAllowedError(msg)
    states = {n: it.state for n, it in snapshot.phases.items() if n not in {at.name, DECOMMISSION}}
    if set(states.values()) <= {State.SKIPPED}:
        msg = f"{at.name} is the only phase left: who joins later would move in none; keep it"
        raise NotAllowedError(msg)
    return move


def is_empty(snapshot: Snapshot, at: PhaseNow) -> bool:
    """Whether a phase could be skipped: nobody is in it, and there are people in others."""
    anybody = any(p.in_scope for p in snapshot.people.values())
    return anybody and at.state in MAY_SKIP and not snapshot.members(at.name)


def after(plan: Plan, snapshot: Snapshot, phase: str) -> list[Phase]:
    """Give the phases that come after one, but for those that are skipped."""
    place = [p.name for p in plan.phases].index(phase) + 1
    return [p for p in plan.phases[place:] if snapshot.state(p.name) is not State.SKIPPED]


def how_to_skip(phase: str) -> str:
    """Say what to do about a phase with nobody in it."""
    return f"`changeover decide {phase} skip` goes past it"
