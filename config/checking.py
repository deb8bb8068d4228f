"""What the parts of a plan must say together, which none can check alone."""

from collections.abc import Iterator
from itertools import pairwise

from config.criteria import Gate
from config.plan import EVERYONE_ELSE, Phase, Plan, Who

Place = tuple[str | int, ...]
Wrong = Iterator[tuple[Place, str]]
RESERVED = frozenset({"decommission", "rollout", "review"})


def check(plan: Plan) -> Wrong:
    """Give each place that contradicts another, and what to do there."""
    of_all = [said for _, said in _gate((), plan.gates)]
    yield from ((("gates",), said) for said in of_all)
    for number, phase in enumerate(plan.phases):
        yield from _names(plan, number, phase)
        own = _gate(("phases", number, "gate"), plan.gate_of(phase))
        yield from ((place, said) for place, said in own if said not in of_all)
    yield from _shares(plan)
    yield from _launches(plan)
    yield from _sources(plan)


def _names(plan: Plan, number: int, phase: Phase) -> Wrong:
    place = ("phases", number)
    earlier = [p.name for p in plan.phases[:number]]
    if phase.name in earlier:
        yield (*place, "name"), f"{phase.name} names two phases; give each its own name"
    if phase.name in RESERVED:
        yield (*place, "name"), f"{phase.name} is reserved; choose another name"
    if phase.training is not None and phase.training not in plan.trainings:
        known = ", ".join(plan.trainings) or "none yet"
        yield (*place, "training"), f"{phase.training} is not in trainings ({known})"
    if phase.buddies is not None and phase.buddies not in earlier:
        yield (*place, "buddies"), f"{phase.buddies} is no earlier phase; buddies have moved before"
    unknown = [i for i in phase.checklist or () if i not in plan.checklist]
    if unknown:
        yield (*place, "checklist"), f"{', '.join(unknown)} is not in the plan's checklist"
    if isinstance(phase.who, Who) and phase.who.site not in {None, *plan.organisation.sites}:
        sites = ", ".join(plan.organisation.sites)
        yield (*place, "who", "site"), f"{phase.who.site} is no site of the plan ({sites})"


def _gate(place: Place, gate: Gate) -> Wrong:
    deciding = [m for m, c in gate.criteria().items() if not c.advisory and m.value != "incidents"]
    if not deciding:
        yield place, "could never decide: no criterion but incidents counts; add adopted"
    if gate.adopted is not None and gate.adopted.to_advance > gate.adopted.goal.share:
        yield place, "adopted.to_advance is above its goal; it is the bar on the way there"


def _shares(plan: Plan) -> Wrong:
    names = [p.name for p in plan.phases if p.who == EVERYONE_ELSE]
    for number, phase in enumerate(plan.phases):
        if phase.who == EVERYONE_ELSE and number != len(plan.phases) - 1:
            message = f"everyone-else is for the last phase; {phase.name} leaves nobody after it"
            yield ("phases", number, "who"), message
    shares = [p.who.share for p in plan.phases if isinstance(p.who, Who) and p.who.share]
    low, high = sum(s.low for s in shares), sum(s.high for s in shares)
    last = ("phases", len(plan.phases) - 1, "who")
    if low > 1 + 1e-9:
        yield last, f"the shares add up to {low:.0%} at least; together they are 100% at most"
    elif len(shares) == len(plan.phases) and high < 1 - 1e-9:
        yield last, f"the shares add up to {high:.0%} at most; who is left moves never"
    elif not names and not shares and all(isinstance(p.who, Who) for p in plan.phases):
        yield last, "nobody else moves; let the last phase be everyone-else"


def _launches(plan: Plan) -> Wrong:
    stated = [(n, p) for n, p in enumerate(plan.phases) if p.launch is not None]
    for number, phase in stated:
        if phase.launch is not None and phase.launch < plan.start:
            yield ("phases", number, "launch"), f"{phase.launch} is before the start, {plan.start}"
    for (_, before), (number, phase) in pairwise(stated):
        if before.launch is not None and phase.launch is not None:
            days = (phase.launch - before.launch).days
            if days < before.weeks * 7 - 3:
                message = (
                    f"overlaps {before.name}, which takes {before.weeks} weeks from {before.launch}"
                )
                yield ("phases", number, "launch"), message


def _sources(plan: Plan) -> Wrong:
    for number, source in enumerate(plan.people):
        if (source.join is None) != (number == 0):
            said = "the first file has everybody; each further one says join: email"
            yield ("people", number), said
    if plan.decommission.begins == "at-once" and plan.decommission.wait_weeks:
        yield ("decommission", "begins"), "at-once leaves no weeks to wait; drop wait_weeks"
    if plan.old_system.off and plan.old_system.url is None:
        yield ("old_system", "url"), "is needed to turn the switches of `off`"
