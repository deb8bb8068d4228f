"""Limits: how often a level may be seen to miss its target, from look to look.

One look counts a local day, from the first on which the criterion can be compared, and none of the
day of a restart or before it: a person has seen those. What could not be seen may have been a miss:
it counts as one as far as a pause, so that losing data never makes a verdict better.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from config.criteria import Active, Level
from config.criterion import Limits, Miss
from gates.findings import SEVERITY, Does, Finding, State, worst
from gates.moment import Moment
from gates.tickets import comparable_from
from gates.wording import count

UNSHOWN = frozenset({State.UNDECIDED, State.MISSED, State.NO_DATA})
UNMET = frozenset({State.MISSED, State.NO_DATA})
MISSED = frozenset({State.MISSED})
BLIND = frozenset({State.NO_DATA})

MISS, ROW = "missed its target", "one after the other at"


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A limit that looks exceed."""

    words: str
    does: Does
    state: State = State.UNDECIDED
    """What it makes of a criterion that today's numbers do not miss."""
    spent: bool = False
    """Whether no further look undoes it: a person decides."""


def counts(criterion: Level, moment: Moment) -> bool:
    """Tell whether today's look counts."""
    return moment.today >= _first(criterion, moment)


def _first(criterion: Level, moment: Moment) -> date:
    whole = (
        moment.launched_on + timedelta(days=criterion.window)
        if isinstance(criterion, Active)
        else comparable_from(moment)
    )
    if moment.restarted_at is None:
        return whole
    restarted = moment.restarted_at.astimezone(ZoneInfo(moment.zone)).date()
    return max(whole, restarted + timedelta(days=1))


def limited(finding: Finding, today: Finding, criterion: Level, moment: Moment) -> Finding:
    """Hold a finding to its criterion's limits; `today` is what the numbers would say now."""
    first, metric = _first(criterion, moment), finding.metric
    before = [
        look.seen[metric] for look in moment.looks if look.day >= first and metric in look.seen
    ]
    found = exceeded(criterion.limits, [*before, today.state], criterion.on_miss)
    seen = {"seen": today.state}
    if found is None:
        return finding.model_copy(update=seen)
    base = today if today.state is State.NO_DATA else finding
    return base.model_copy(
        update={
            **seen,
            "state": base.state if base.state in UNMET else found.state,
            "reason": f"{base.reason}; {found.words}",
            "limit": found.words,
            "person": found.spent or base.person,
            "certain": False,
            "does": "note" if criterion.advisory else worst([finding.does, found.does]),
        }
    )


def exceeded(limits: Limits | None, seen: Sequence[State], on_miss: Miss) -> Exceeded | None:
    """Give the gravest limit that looks, oldest first, exceed; None: they keep within all."""
    if limits is None:
        return None
    pauses: Does = min(on_miss, "pause", key=SEVERITY.index)
    most, row = limits.failures, limits.in_a_row
    tried: list[tuple[int | None, int, Exceeded]] = [
        (most, _all(seen, MISSED), Exceeded(f"{MISS} at", on_miss, State.MISSED, spent=True)),
        (
            row,
            _last(seen, MISSED),
            Exceeded(f"{MISS} {ROW}", on_miss, State.MISSED),
        ),
        (most, _all(seen, UNMET), Exceeded(f"{MISS} or had no data at", pauses, spent=True)),
        (
            row,
            _last(seen, UNMET),
            Exceeded(f"{MISS} or had no data {ROW}", pauses),
        ),
        (limits.errors, _last(seen, BLIND), Exceeded(f"had no data {ROW}", pauses)),
        (limits.undecided, _all(seen, UNSHOWN), Exceeded("was not met at", pauses, spent=True)),
    ]
    for allowed, number, found in tried:
        if allowed is not None and number > allowed:
            said = f"{found.words} {count(number, 'look')}, {allowed} allowed"
            return replace(found, words=said)
    return None


def heeded(limits: Limits, seen: Sequence[State]) -> tuple[int, ...]:
    """Give what limits heed of looks: those with equal ones are the same to all looks to come."""
    counted = (
        (limits.failures, _all(seen, MISSED)),
        (limits.in_a_row, _last(seen, MISSED)),
        (limits.failures, _all(seen, UNMET)),
        (limits.in_a_row, _last(seen, UNMET)),
        (limits.errors, _last(seen, BLIND)),
        (limits.undecided, _all(seen, UNSHOWN)),
    )
    return tuple(0 if most is None else min(number, most + 1) for most, number in counted)


def _all(seen: Sequence[State], of: frozenset[State]) -> int:
    return sum(state in of for state in seen)


def _last(seen: Sequence[State], of: frozenset[State]) -> int:
    """Count the newest looks, one after the other, that are such."""
    return next((n for n, state in enumerate(reversed(seen)) if state not in of), len(seen))
