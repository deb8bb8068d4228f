"""Who moves when: people to phases, each with the reason."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from config.plan import EVERYONE_ELSE, Phase, Plan, Who
from rollout.people import Person
from rollout.phases import PhaseNow, State

Choice = dict[str, tuple[str, str]]
"""Person key -> phase and reason."""


def assign(plan: Plan, people: Iterable[Person]) -> Choice:
    """Choose a phase for everybody in scope; phases take in the plan's order.

    People who already have a phase keep it, and count towards its share.
    """
    scope = [p for p in people if p.in_scope]
    chosen: Choice = {p.key: (p.phase, p.reason) for p in scope if p.phase}
    for phase in plan.phases:
        rest = [p for p in scope if p.key not in chosen]
        already = sum(1 for name, _ in chosen.values() if name == phase.name)
        for person, reason in _members(phase, rest, len(scope), already):
            chosen[person.key] = (phase.name, reason)
    return chosen


def moved_on(
    plan: Plan, phases: Mapping[str, PhaseNow], people: Iterable[Person]
) -> dict[str, Person]:
    """Give everybody in scope who is in a skipped phase, by key, in the one they move in instead.

    That is where late joiners go: the plan's last phase, and where that is skipped, the last that
    is not. Nobody's where every phase is.
    """
    skipped = {n for n, at in phases.items() if at.state is State.SKIPPED}
    found = (p for p in people if p.in_scope and p.phase in skipped)
    kept = last_phase(plan, phases)
    return {p.key: replace(p, phase=kept, reason="joined late" if kept else "") for p in found}


def last_phase(plan: Plan, phases: Mapping[str, PhaseNow]) -> str | None:
    """Name the last phase of a plan that is not skipped; None where each is."""
    names = [p.name for p in plan.phases]
    kept = [n for n in names if n not in phases or phases[n].state is not State.SKIPPED]
    return kept[-1] if kept else None


def _members(
    phase: Phase, rest: Sequence[Person], everybody: int, already: int
) -> list[tuple[Person, str]]:
    if phase.who == EVERYONE_ELSE:
        return [(p, "everyone else") for p in rest]
    who = phase.who
    assert isinstance(who, Who)  # noqa: S101 - narrows the type; the plan allows nothing else
    if who.share is not None:
        return _by_share(who, rest, everybody, already)
    if who.site is not None:
        return [(p, f"works in {who.site}") for p in rest if p.entry.site == who.site]
    if who.department is not None:
        return [(p, who.department) for p in rest if p.entry.department == who.department]
    named = {a.lower() for a in who.people}
    return [(p, "named in the plan") for p in rest if p.entry.email.lower() in named]


_FIRST: dict[str, tuple[Callable[[Person], bool], Callable[[Person], str]]] = {
    "pilot": (lambda p: p.entry.pilot, lambda _: "pilot user"),
    "volunteer": (lambda p: p.entry.volunteer, lambda _: "volunteer"),
    "heaviest-users": (
        lambda p: p.entry.usage is not None,
        lambda p: f"{p.entry.usage:g} h a week",
    ),
}


def _by_share(
    who: Who, rest: Sequence[Person], everybody: int, already: int
) -> list[tuple[Person, str]]:
    """Fill a share: those who come first, then the heaviest users, then by key.

    Flagged people (pilot, volunteer) are all taken up to the share's upper bound; without them
    the middle of the share is filled. A share of at least one person is one person.
    """
    assert who.share is not None  # noqa: S101 - the caller's condition
    low = max(1, math.ceil(who.share.low * everybody - 1e-9))
    high = max(low, math.floor(who.share.high * everybody + 1e-9))
    ranked = sorted(rest, key=lambda p: (_rank(who, p), -(p.entry.usage or 0), p.key))
    flagged = sum(1 for p in ranked if _reason(who, p) in {"pilot user", "volunteer"})
    wanted = min(max(flagged + already, low), high) if flagged else round((low + high) / 2)
    return [(p, _reason(who, p)) for p in ranked[: max(0, wanted - already)]]


def _rank(who: Who, person: Person) -> int:
    for place, first in enumerate(who.first):
        if _FIRST[first][0](person):
            return place
    return len(who.first)


def _reason(who: Who, person: Person) -> str:
    for first in who.first:
        if _FIRST[first][0](person):
            return _FIRST[first][1](person)
    return "fills the share"
