"""Who helps whom: a buddy from an earlier phase for each person of a later one.

The same in every process, and steady: who joins is added at the end, and when a buddy leaves only
those they helped get another.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from config.plan import Phase, Plan
from rollout.people import Person
from rollout.phases import State
from rollout.snapshot import Snapshot

FAR = 3
"""How many more people than others somebody helps before one at another site is asked instead."""
FOREIGN = 3
"""The same, for one of another language."""


def buddies(plan: Plan, snapshot: Snapshot, phase: Phase) -> dict[str, Person]:
    """Give each person's buddy by the person's key; nobody's where the plan names no phase.

    Each is asked in turn: whoever of the same site and language helps fewest so far.
    """
    helping = _helping(plan, snapshot, phase)
    if helping is None:
        return {}
    everyone = sorted(snapshot.people.values(), key=lambda p: p.key)
    helpers = [p for p in everyone if p.phase == helping and p.excluded is None]
    people = [p for p in everyone if p.phase == phase.name and p.excluded is None]
    here = [h for h in helpers if h.left_on is None]
    load: Counter[str] = Counter()
    found = _spread(people, helpers, load)
    # Those who left keep their place in the order, so that nobody else's buddy changes.
    orphans = [p for p in people if p.key in found and found[p.key].left_on is not None]
    found |= _spread(orphans, here, load)
    return {
        p.key: found[p.key]
        for p in people
        if p.left_on is None and p.key in found and found[p.key].left_on is None
    }


def _helping(plan: Plan, snapshot: Snapshot, phase: Phase) -> str | None:
    """Name the phase that helps: the one the plan names, or the nearest before, if it is skipped.

    The nearest before the one that is helped: its people have moved last, and know it all still.
    """
    skipped = {n for n, at in snapshot.phases.items() if at.state is State.SKIPPED}
    if phase.buddies not in skipped:
        return phase.buddies
    names = [p.name for p in plan.phases]
    kept = [n for n in names[: names.index(phase.name)] if n not in skipped]
    return kept[-1] if kept else None


def _spread(
    people: Iterable[Person], helpers: Sequence[Person], load: Counter[str]
) -> dict[str, Person]:
    """Give each person a helper, counting in `load` how many each has."""
    found: dict[str, Person] = {}
    for person in people if helpers else ():
        helper = min(helpers, key=lambda h: (load[h.key] + _apart(person, h), h.key))
        load[helper.key] += 1
        found[person.key] = helper
    return found


def _apart(one: Person, other: Person) -> int:
    far = one.entry.site != other.entry.site
    foreign = one.entry.language != other.entry.language
    return FAR * far + FOREIGN * foreign
