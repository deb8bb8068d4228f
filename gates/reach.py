"""What a gate asks that so few people, or days, can hardly show or never: told beforehand."""

from collections.abc import Iterator

from config.criteria import Adopted, Criterion, Gate, Nps, Satisfaction, Survey
from config.names import Metric
from config.values import percent_text
from gates import bounded_mean, lenses
from gates.shares import needed
from gates.simulated import Course, working_days
from rollout.quarters import QUARTERS

ASKED = "nobody has answered when the numbers decide"


def hardly(gate: Gate, course: Course) -> Iterator[str]:
    """Say of each criterion that decides what takes everybody, or what nobody can show."""
    deciding = {m: c for m, c in gate.criteria().items() if not c.advisory}
    yield from _everybody(deciding, course.people)
    for metric, criterion in deciding.items():
        name = metric.value
        for bar in _shares(criterion):
            yield from _never(name, bar, getattr(criterion, "confidence", None), course.people)
        if isinstance(criterion, Adopted):
            yield from _days(criterion, course)
        if isinstance(criterion, Survey):
            yield from (f"{name}: {said}" for said in _of_answers(criterion, course))


def _shares(criterion: Criterion) -> list[float]:
    """Give the shares of people a criterion asks for, the bar that decides first."""
    if isinstance(criterion, Adopted):
        return [criterion.to_advance, criterion.goal.share]
    if isinstance(criterion, Survey):
        return []
    share = getattr(criterion, "at_least", None)
    return [share] if isinstance(share, float) else []


def _everybody(deciding: dict[Metric, Criterion], people: int) -> Iterator[str]:
    """Bars below all that a small phase reaches only with everybody."""
    bars = {bar for c in deciding.values() for bar in _shares(c)}
    for bar in sorted(bars):
        if people > 1 and bar < 1 and needed(bar, people) == people:
            said = f"{percent_text(bar)} of {people} people is all {people}"
            yield f"{said}: one alone can hold it"


def _never(name: str, bar: float, confidence: float | None, people: int) -> Iterator[str]:
    if confidence is not None and lenses.fewest(people, bar, confidence) > people:
        yield (
            f"{name}: not even all {people} would show {percent_text(bar)} as surely as "
            f"{percent_text(confidence)}, so that it never passes; lower the bar or the confidence"
        )


def _days(criterion: Adopted, course: Course) -> Iterator[str]:
    possible = int((working_days(course.last_day, criterion.days) < course.soak_day).sum())
    if possible < criterion.days:
        yield (
            f"adopted: {criterion.days} active days take more than the {possible} there are before "
            "the numbers decide; a longer phase (weeks) or fewer days"
        )


def _of_answers(criterion: Survey, course: Course) -> Iterator[str]:
    people = course.people
    asked = sum(day < course.soak_day for day in course.quarters or (course.asked_on,))
    if not asked:
        yield f"the survey is mailed on day {course.quarters or course.asked_on}; {ASKED}"
    of = round(people * asked / QUARTERS) if course.quarters else people
    if course.quarters and asked and criterion.answers_at_least > of:
        yield (
            f"about {of} of {people} people are asked before the numbers decide; with "
            f"answers_at_least {criterion.answers_at_least} it holds until more have been"
        )
    most = max(needed(criterion.answers, people), min(criterion.answers_at_least, people))
    if not course.quarters and people > 1 and most == people and criterion.answers < 1:
        yield f"it takes the answers of all {people} people: one who is silent holds it"
    if isinstance(criterion, Satisfaction) and criterion.at_least >= criterion.of:
        yield f"a mean of {criterion.of} takes every single answer to be {criterion.of}"
    if criterion.confidence is not None and not _shown(criterion, people):
        yield (
            f"not even the best answer of all {people} would show it as surely as "
            f"{percent_text(criterion.confidence)}, so that it never passes; lower the confidence"
        )


def _shown(criterion: Survey, people: int) -> bool:
    """Whether the best answers of everybody would show it of people to come."""
    sure = criterion.confidence or 0.0
    if isinstance(criterion, Satisfaction):
        return bounded_mean.shows_more([(10, people)], criterion.at_least, (1, 10), None, sure)
    assert isinstance(criterion, Nps)  # noqa: S101 - there are two kinds
    return bounded_mean.shows_more([(1, people)], criterion.above / 100, (-1, 1), None, sure)
