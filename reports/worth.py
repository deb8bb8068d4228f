"""What a rollout costs and gains: amounts by currency, one total by the plan's own rates.

Money is `Decimal` and always has its currency; amounts of two currencies are added only after
`config.money.Budget.own` has made them one. Effects are estimates with an interval, and so is all
that is reckoned from them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from config.measures import Measure
from config.money import Budget
from config.plan import Plan
from gates.credibility import doubt
from gates.impact import per_person, say
from gates.work_readings import ImpactReading, MeasureReading
from reports.gate import plain
from rollout.snapshot import Snapshot

CENT = Decimal("0.01")
Between = tuple[Decimal, Decimal, Decimal]
"""Lowest, best guess and highest."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What a measure has gained so far, in the budget's currency."""

    measure: Measure
    per_week: Between
    """A person and week."""
    total: Between


def person_weeks(snapshot: Snapshot, today: date) -> int:
    """Count the whole weeks people have worked since that of their move, up to last Sunday."""
    this_week = _monday(today)
    moved = (a.activated_on for k, a in snapshot.accounts.items() if k in snapshot.people)
    weeks = ((this_week - _monday(day)).days // 7 - 1 for day in moved if day is not None)
    return sum(max(0, number) for number in weeks)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def gain(measure: Measure, found: MeasureReading, budget: Budget, weeks: int) -> Gain | None:
    """Reckon what a measure has gained; None where it has no price or there are too few to tell."""
    ends = (found.low, found.change, found.high)
    if measure.worth is None or any(end is None for end in ends):
        return None
    sign = 1 if measure.better == "higher" else -1
    better = sorted(sign * Decimal(str(end)) for end in ends if end is not None)
    each = budget.own(measure.worth.amount, measure.worth.currency) * measure.times_a_week
    low, middle, high = (value * each for value in better)
    return Gain(measure, (low, middle, high), (low * weeks, middle * weeks, high * weeks))


def added(parts: Iterable[Between]) -> Between:
    """Add lowest to lowest and so on: the widest that all together can be."""
    low = middle = high = Decimal(0)
    for part in parts:
        low, middle, high = low + part[0], middle + part[1], high + part[2]
    return low, middle, high


def worth(plan: Plan, snapshot: Snapshot, found: ImpactReading | None, today: date) -> str:
    """Write costs, what moving did, gains and return as Markdown; empty where nothing is known."""
    parts = [_effects(found)] if found else []
    if plan.budget is not None:
        parts.append(_costs(plan.budget))
        if found is not None:
            parts.append(_return(plan, plan.budget, snapshot, found, today))
    return "\n\n".join(filter(None, parts))


def _effects(found: ImpactReading) -> str:
    if known := doubt(found):
        return f"## What moving did\n\nNot to be told: {plain(known[1])}."
    lines = [f"- {plain(say(m, NEEDS))}{_absolute(m)}" for m in found.measures]
    return "## What moving did\n\n" + "\n".join(lines)


NEEDS = 10


def _absolute(measure: MeasureReading) -> str:
    said = per_person(measure)
    return f" ({plain(said.partition(': ')[2])})" if said else ""


def _costs(budget: Budget) -> str:
    own = budget.currency
    rows = ["| cost | planned | spent |", "|---|--:|--:|"]
    for line in budget.lines:
        currency = line.currency or own
        rows.append(
            f"| {plain(line.what)} | {money(line.amount, currency)} |"
            f" {money(line.spent, currency)} |"
        )
    planned, spent = budget.planned, budget.spent
    reserve = planned * Decimal(str(budget.reserve))
    rows += [
        f"| reserve, {budget.reserve * 100:g} % | {money(reserve, own)} | |",
        f"| **all, in {own}** | **{money(planned + reserve, own)}** | **{money(spent, own)}** |",
    ]
    left = planned + reserve - spent
    over = f"over budget by {money(-left, own)}" if left < 0 else f"{money(left, own)} left"
    used = max(Decimal(0), spent - planned)
    drawn = f", {money(used, own)} of it from the reserve" if used and left >= 0 else ""
    rates = ", ".join(
        f"1 {name} = {rate.normalize():f} {own}" for name, rate in budget.rates.items()
    )
    stated = f" At {rates} (of {budget.rates_of})." if rates else ""
    return (
        "## What it costs\n\n"
        + "\n".join(rows)
        + f"\n\nSpent {money(spent, own)}{drawn}; {over}.{stated}"
    )


def _return(
    plan: Plan, budget: Budget, snapshot: Snapshot, found: ImpactReading, today: date
) -> str:
    own, weeks = budget.currency, person_weeks(snapshot, today)
    gains: list[Gain] = []
    lines: list[str] = []
    for reading in found.measures if doubt(found) is None else ():
        measure = plan.measures[reading.name]
        known = gain(measure, reading, budget, weeks)
        if known is not None:
            gains.append(known)
            lines.append(f"- {plain(measure.what)}: {between(known.total, own)}")
        elif measure.worth is not None:
            lines.append(f"- {plain(measure.what)}: not counted, too few to tell")
    if not gains:
        return "\n".join(
            ["## What it gains", "", *lines, "", "Nothing that has a price is known yet."]
        )
    total = added(known.total for known in gains)
    said = f"In {weeks} weeks of work since people moved: {between(total, own)}."
    spent = budget.spent
    if spent:
        low, middle, high = (100 * (value - spent) / spent for value in total)
        said += f" Return on what was spent: {middle:.0f} % (from {low:.0f} to {high:.0f} %)."
        said += _paid_back(snapshot, gains, spent - total[1])
    return "\n".join(["## What it gains", "", *lines, "", said, "", ASSUMED])


ASSUMED = (
    "This takes it that all who have moved gain what those gained who could be compared, and adds"
    " the ends of several measures' intervals as if all were at their worst or best at once."
)


def _paid_back(snapshot: Snapshot, gains: list[Gain], owed: Decimal) -> str:
    """Say in how many weeks what was spent is earned back, at the best guess."""
    people = sum(1 for p in snapshot.people.values() if p.in_scope)
    a_week = added(known.per_week for known in gains)[1] * people
    if owed <= 0:
        return " It has paid for itself."
    if a_week <= 0:
        return " At this rate it never pays for itself."
    weeks = int((owed / a_week).to_integral_value(ROUND_CEILING))
    return f" With all {people} people moved it has paid for itself in {weeks} weeks more."


def between(value: Between, currency: str) -> str:
    """Write "1,200.00 SRD (from 800.00 to 1,600.00)"."""
    low, middle, high = value
    return f"{money(middle, currency)} (from {amount(low)} to {amount(high)})"


def money(value: Decimal, currency: str) -> str:
    """Write an amount with its currency, to the cent."""
    return f"{amount(value)} {currency}"


def amount(value: Decimal) -> str:
    """Write an amount to the cent, with commas."""
    return f"{value.quantize(CENT):,}"
