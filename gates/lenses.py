"""The second lens: what a cohort's numbers say of people like them who are still to move.

The first lens, what the cohort itself did, decides. This one is shown beside it, and decides too
where the plan names a `confidence`: then the numbers must hold for people to come, or be missed by
them, as surely as that. In a cohort below 20 it speaks in people, not in bounds.
"""

from dataclasses import replace

from config.criteria import EARLY
from gates import bounded_mean, proportion, rate
from gates.findings import Judged, State
from gates.readings import TicketsReading
from gates.sample import Sample
from gates.wording import people, percent

PEOPLE_BELOW = 20
"""In smaller cohorts a bound says less than the people themselves."""


def of_share(judged: Judged, some: int, of: int, bar: float, confidence: float | None) -> Judged:
    """See so many of a cohort as a sample of people to come."""
    if not of:
        return judged
    if of < PEOPLE_BELOW:
        shown = _in_people(some, of)
    else:
        low, high = proportion.bounds(some, of, confidence or EARLY)
        shown = f"people to come: {low * 100:.0f}-{high * 100:.0f} % ({_sure(confidence)})"
    if confidence is None:
        return replace(judged, beyond=shown)
    more = proportion.shows_more(some, of, bar, confidence)
    less = proportion.shows_less(some, of, bar, confidence)
    need = fewest(of, bar, confidence)
    hint = f"that takes {need} of {of}" if need <= of else f"not even {of} of {of} would show it"
    return _decide(judged, shown, hint, confidence, more=more, less=less)


def of_answers(judged: Judged, sample: Sample) -> Judged:
    """See answers as a sample of those of people to come; blanks are at their worst either way."""
    confidence, shown = sample.confidence, ""
    if not sample.marks:
        return judged if confidence is None else _unknown(judged, confidence)
    if sample.answered >= PEOPLE_BELOW:
        found = bounded_mean.bounds(sample.marks, sample.ends, sample.steps, confidence or EARLY)
        low, high = (round(sample.scale * value, 2) for value in found)
        shown = f"people to come: {low:g} to {high:g} ({_sure(confidence)})"
    if confidence is None:
        return replace(judged, beyond=shown)
    worst, best = sample.with_blanks(sample.low), sample.with_blanks(sample.high)
    more = bounded_mean.shows_more(worst, sample.bar, sample.ends, None, confidence)
    less = bounded_mean.shows_less(best, sample.bar, sample.ends, None, confidence)
    hint = f"{people(sample.answered)} do not show it yet"
    return _decide(judged, shown, hint, confidence, more=more, less=less)


def of_tickets(
    judged: Judged, reading: TicketsReading, times: float, confidence: float | None
) -> Judged:
    """See tickets since the launch week as those of people to come, by the days people worked."""
    if confidence is None:
        return judged
    if not (reading.launch_days and reading.later_days):
        return _unknown(judged, confidence)
    first = (reading.launch_tickets, float(reading.launch_days))
    later = (reading.later_tickets, float(reading.later_days))
    less = rate.shows_rise(first, later, times, confidence)
    more = rate.shows_no_rise(first, later, times, confidence)
    hint = f"{reading.launch_tickets} and then {reading.later_tickets} tickets do not show it yet"
    return _decide(judged, "", hint, confidence, more=more, less=less)


def _decide(
    judged: Judged, shown: str, hint: str, confidence: float, *, more: bool, less: bool
) -> Judged:
    """Leave a state that is shown of people to come, too; open any other."""
    stands = {State.MET: more, State.MISSED: less}.get(judged.state, True)
    if stands:
        return replace(judged, beyond=shown)
    open_still = f"{judged.reason}; not {percent(confidence)} sure of people to come: {hint}"
    return replace(judged, state=State.UNDECIDED, reason=open_still, beyond=shown, certain=False)


def _unknown(judged: Judged, confidence: float) -> Judged:
    return _decide(judged, "", "nothing was measured to tell", confidence, more=False, less=False)


def fewest(of: int, bar: float, confidence: float) -> int:
    """Give the fewest of so many that show a share above the bar; one more than all: none do."""
    low, high = 0, of + 1
    while low < high:
        middle = (low + high) // 2
        shows = proportion.shows_more(middle, of, bar, confidence)
        low, high = (low, middle) if shows else (middle + 1, high)
    return low


def _in_people(some: int, of: int) -> str:
    rest = of - some
    if not rest:
        return f"all of {people(of)}"
    return f"all but {rest} of {people(of)}" if rest < some else f"{some} of {people(of)}"


def _sure(confidence: float | None) -> str:
    return f"{percent(confidence or EARLY)} sure"
