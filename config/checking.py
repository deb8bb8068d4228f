"""What the parts of a plan must say together, which none can check alone."""

from collections.abc import Iterator
from datetime import date, timedelta

from config.asking import check_sql
from config.criteria import Gate
from config.organisation import OldSystem
from config.outside import SqlSwitch
from config.plan import EVERYONE_ELSE, Phase, Plan, Who

Place = tuple[str | int, ...]
Wrong = Iterator[tuple[Place, str]]
RESERVED = frozenset({"decommission", "rollout", "review"})


def check(plan: Plan) -> Wrong:
    """Give each place that contradicts another, and what to do there."""
    of_all = [said for _, said in (*_gate((), plan.gates), *_asked(plan, (), plan.gates))]
    yield from ((("gates",), said) for said in of_all)
    for number, phase in enumerate(plan.phases):
        yield from _names(plan, number, phase)
        place, gate = ("phases", number, "gate"), plan.gate_of(phase)
        own = (*_gate(place, gate), *_asked(plan, place, gate))
        yield from ((place, said) for place, said in own if said not in of_all)
    yield from _shares(plan)
    yield from _launches(plan)
    yield from _sources(plan)
    yield from _money(plan)
    yield from check_sql(plan)


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


def _asked(plan: Plan, place: Place, gate: Gate) -> Wrong:
    """Give the criteria that have nothing in the plan to be measured by."""
    tool, old = plan.new_tool, plan.old_system
    for name in ("completing", "workflows"):
        if getattr(gate, name) is not None and not tool.workflows:
            yield place, f"{name} needs new_tool.workflows: which are the key ones?"
        if getattr(gate, name) is not None and tool.completed.kind == "none":
            yield place, f"{name} needs new_tool.completed: who completed which workflow when"
    if gate.work_moved is not None and "none" in {tool.completed.kind, old.completed.kind}:
        yield place, "work_moved needs new_tool.completed and old_system.completed"
    if gate.dependents is not None and old.logins is None:
        yield place, "dependents needs old_system.logins: a SELECT of email and last log-in"
    if gate.support is not None and not any(tier.hours_a_week for tier in plan.support):
        yield place, "support needs hours_a_week of a tier of `support`"
    if gate.impact is not None:
        unknown = [name for name in gate.impact.measures if name not in plan.measures]
        if unknown:
            yield place, f"impact.measures: {', '.join(unknown)} is not in the plan's measures"
        elif not plan.measures:
            yield place, "impact needs measures: what is the work measured by?"


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
    """Give stated launches before the weeks of the phase ahead are over, holidays left out."""
    earliest, before = _weekday(plan.start), ""
    for number, phase in enumerate(plan.phases):
        launch, place = _weekday(phase.launch or earliest), ("phases", number, "launch")
        if phase.launch is not None and phase.launch < plan.start:
            yield place, f"{phase.launch} is before the start, {plan.start}"
        elif launch < earliest:
            yield place, f"overlaps {before}; choose {earliest} or later"
        launch = max(launch, earliest)
        before = f"{phase.name}, which takes {phase.weeks} weeks from {launch}"
        ends = launch + timedelta(days=phase.weeks * 7 - 3)
        earliest = ends + timedelta(days=7 - ends.weekday())


def _weekday(day: date) -> date:
    """Give the day itself, or the Monday after a weekend's."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def _sources(plan: Plan) -> Wrong:
    for number, source in enumerate(plan.people):
        if (source.join is None) != (number == 0):
            said = "the first file has everybody; each further one says join: email"
            yield ("people", number), said
    if plan.decommission.begins == "at-once" and plan.decommission.wait_weeks:
        yield ("decommission", "begins"), "at-once leaves no weeks to wait; drop wait_weeks"
    yield from _old_system(plan.old_system)


def _old_system(old: OldSystem) -> Wrong:
    if old.url is not None:
        if old.source is not None:
            yield ("old_system", "source"), "stands beside url: say one of the two"
        return
    for stage in ("freeze", "off"):
        if any(isinstance(switch, SqlSwitch) for switch in getattr(old, stage)):
            yield ("old_system", "url"), f"is needed to turn the sql switches of `{stage}`"
    for name in ("logins", "attempts", "person"):
        if getattr(old, name) is not None and old.source is not None:
            yield ("old_system", name), "asks a database, and the old system is none: leave it out"
    if old.files:
        yield ("old_system", "files"), "lie beside a database: write its url, or leave them out"


def _money(plan: Plan) -> Wrong:
    """Money of several currencies is added by stated rates, or not at all."""
    for name, measure in plan.measures.items():
        if measure.worth is not None and plan.budget is None:
            place = ("measures", name, "worth")
            yield place, "needs a budget, whose currency and rates it is reckoned in"
    budget = plan.budget
    if budget is None:
        return
    used = {line.currency for line in budget.lines if line.currency is not None}
    used |= {m.worth.currency for m in plan.measures.values() if m.worth is not None}
    for currency in sorted(used - {budget.currency, *budget.rates}):
        said = f"no rate for {currency}: write what 1 {currency} costs in {budget.currency}"
        yield ("budget", "rates"), said
    if budget.currency in budget.rates:
        yield ("budget", "rates", budget.currency), "is the budget's own currency; leave it out"
    if budget.rates and budget.rates_of is None:
        yield ("budget", "rates_of"), "is needed with rates: the day they were looked up"
