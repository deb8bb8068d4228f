"""Looking at simulated phases every morning, by the very rules that real ones are judged by.

What two rollouts have in common is judged once: of readings that cannot differ in what they are
found to be, one goes to `gates.judging`, and of equal findings one set to `gates.verdict`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from config.criteria import Criterion, Gate, Level
from config.names import Metric
from gates.findings import SEVERITY, Does, Finding
from gates.judging import judge
from gates.moment import Moment
from gates.readings import (
    ActiveReading,
    AdoptedReading,
    IncidentsReading,
    NpsReading,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)
from gates.simulated import WEEK, Cohorts, Counts, Course, activity
from gates.verdict import Kind, kind_of

MONDAY = date(2024, 1, 1)
"""Launch day of every simulated phase; only that it is a Monday counts."""
FIRST_LOOK = 2
Column = npt.NDArray[np.int64]
Columns = Mapping[str, Column]
Known = dict[tuple[object, ...], Finding]

SURVEYS = frozenset({Metric.SATISFACTION, Metric.NPS})


def _dear(metric: Metric) -> int:
    """Rank metrics by how many different readings must be judged: the dearest last."""
    return 2 if metric is Metric.TICKETS else int(metric in SURVEYS)


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of each simulated rollout."""

    kind: npt.NDArray[np.str_]
    """The verdict that ended the looks: advance, pause, roll_back; hold where none did."""
    day: Column
    """The day of that verdict; the last day looked at where all were hold."""


def look_daily(cohorts: Cohorts, gate: Gate) -> Decided:
    """Look every morning until a gate advances, pauses or rolls back, or the days are over.

    Whatever approval the gate asks for is there; the data are fresh and whole; no incident is open.
    What is not simulated is taken as met: `not_simulated` names it.
    """
    course = cohorts.course
    gate = gate.model_copy(update={m.value: None for m in gate.criteria() if m not in COLUMNS})
    gate = without_limits(gate)
    kind = np.full(len(cohorts), Kind.HOLD.value, dtype="<U9")
    day = np.full(len(cohorts), course.last_day)
    going = np.arange(len(cohorts))
    known: Known = {}
    for today in range(FIRST_LOOK, course.last_day + 1):
        found = looked(cohorts, gate, today, going, known)
        ended = found != Kind.HOLD.value
        kind[going[ended]] = found[ended]
        day[going[ended]] = today
        going = going[~ended]
        if not len(going):
            break
    return Decided(kind, day)


def without_limits(gate: Gate) -> Gate:
    """Give a gate whose levels decide at the soak's end only: simulated looks keep no history."""
    free = {
        m.value: c.model_copy(update={"limits": None})
        for m, c in gate.criteria().items()
        if isinstance(c, Level)
    }
    return gate.model_copy(update=free)


def not_simulated(gate: Gate) -> tuple[Metric, ...]:
    """Give what a gate decides by that no simulated people have: their work, and who supports."""
    return tuple(m for m, c in gate.criteria().items() if m not in COLUMNS and not c.advisory)


def looked(
    cohorts: Cohorts, gate: Gate, today: int, which: Column, known: Known | None = None
) -> npt.NDArray[np.str_]:
    """Give the verdict's kind on the morning of a day, for some of the rollouts.

    `known` keeps what answers were found to be, for the looks that follow.
    """
    moment = moment_of(cohorts.course, today)
    criteria = gate.criteria()
    kinds = np.full(len(which), Kind.HOLD.value, dtype="<U9")
    rows = np.arange(len(which))
    sets: dict[Metric, list[Finding]] = {}
    places: dict[Metric, Column] = {}
    for metric in sorted(criteria, key=_dear):
        columns = {k: v[which[rows]] for k, v in COLUMNS[metric](cohorts, today).items()}
        sets[metric], places[metric] = _judged(metric, criteria[metric], columns, moment, known)
        if _only_holds(criteria, sets):
            # One that holds is enough where nothing judged so far, or still to be, does more.
            on = _undecided([[f.does for f in sets[m]] for m in sets], [*places.values()])
            rows = rows[on]
            places = {name: place[on] for name, place in places.items()}
    codes = _as_one([places[metric] for metric in criteria])
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    found = [tuple(sets[m][int(places[m][n])] for m in criteria) for n in first]
    verdicts = [kind_of(gate, findings, moment)[0].value for findings in found]
    kinds[rows] = np.array(verdicts, dtype="<U9")[place]
    return kinds


def _undecided(does: list[list[Does]], places: list[Column]) -> npt.NDArray[np.bool_]:
    """Tell which rows are not yet bound to hold: nothing holds them, or something does more."""
    grave = np.stack(
        [
            np.array([SEVERITY.index(d) for d in each])[at]
            for each, at in zip(does, places, strict=True)
        ]
    ).max(axis=0)
    found: npt.NDArray[np.bool_] = grave != SEVERITY.index("hold")
    return found


def _only_holds(criteria: Mapping[Metric, Criterion], judged: Iterable[Metric]) -> bool:
    """Tell whether no criterion still to be judged can pause or roll back."""
    left = {metric: c for metric, c in criteria.items() if metric not in {*judged}}
    return all(c.advisory or c.on_miss in {"hold", "note"} for c in left.values())


def moment_of(course: Course, today: int) -> Moment:
    """Give the morning of a day of a simulated phase."""
    day = MONDAY + timedelta(days=today - 1)
    return Moment(
        phase="simulated",
        now=datetime.combine(day, time(6), UTC),
        today=day,
        launched_on=MONDAY,
        soak_ends_on=MONDAY + timedelta(days=course.soak_day - 1),
        approved=True,
    )


def _judged(
    metric: Metric, criterion: Criterion, columns: Columns, moment: Moment, known: Known | None
) -> tuple[list[Finding], Column]:
    """Judge readings, one of each that can be told apart; gives findings and each row's place."""
    _, first, place = np.unique(
        _as_one(list(columns.values())), return_index=True, return_inverse=True
    )
    judged: list[Finding] = []
    for n in first:
        values = {k: int(v[n]) for k, v in columns.items()}
        # What answers say changes with the answers, and when the soak ends.
        key = (metric, moment.soaked, *values.values())
        found = known.get(key) if known is not None and metric in SURVEYS else None
        found = found or judge(metric, criterion, reading(metric, values), moment)
        if known is not None and metric in SURVEYS:
            known[key] = found
        judged.append(found)
    # Findings that do the same to the phase are one from here on; the words were another's.
    same: dict[tuple[object, ...], int] = {}
    index = [same.setdefault((f.state, f.certain, f.does), len(same)) for f in judged]
    kept = dict(zip(index, judged, strict=True))
    return [kept[n] for n in range(len(same))], np.array(index, dtype=np.int64)[place]


def _as_one(columns: list[Column]) -> Column:
    """Give rows of whole numbers, none negative, as one number each."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        code = code * (int(column.max(initial=0)) + 1) + column
    return code


def reading(metric: Metric, values: Mapping[str, int]) -> Reading:
    """Make a reading of whole numbers, as `COLUMNS` names them."""
    return READINGS[metric].model_validate(values)


READINGS: dict[Metric, type[Reading]] = {
    Metric.ADOPTED: AdoptedReading,
    Metric.ACTIVE: ActiveReading,
    Metric.TRAINING_COMPLETED: TrainingReading,
    Metric.SATISFACTION: SatisfactionReading,
    Metric.NPS: NpsReading,
    Metric.TICKETS: TicketsReading,
    Metric.INCIDENTS: IncidentsReading,
}


def _cohort(cohorts: Cohorts) -> dict[str, Column]:
    return {"cohort": np.full(len(cohorts), cohorts.course.people)}


def _adopted(cohorts: Cohorts, today: int) -> dict[str, Column]:
    course = cohorts.course
    soak, goal = could_still(course, today)
    return _cohort(cohorts) | {
        "adopted": cohorts.adopting[:, 1:today].sum(axis=1),
        "could_still_by_soak_end": cohorts.adopting @ soak,
        "could_still_by_goal": cohorts.adopting @ goal,
    }


@cache
def could_still(course: Course, today: int) -> tuple[Counts, Counts]:
    """Tell of people by their day of adoption (0: never) who, seen today, can still adopt.

    By the soak's end, and by the goal's: 1 or 0, as `gates.adoption` counts them.
    """
    active = activity(course.last_day, course.active_days)
    adopted = np.arange(course.last_day + 1) < today
    adopted[0] = False
    still = []
    for end in (min(course.soak_day - 1, course.last_day), course.last_day):
        possible = np.zeros(course.last_day + 1, dtype=bool)
        for ahead in range(1, course.active_days + 1):
            recent = active[:, max(1, today + ahead - WEEK) : today].sum(axis=1)
            possible |= (today + ahead - 1 <= end) & (recent + ahead >= course.active_days)
        still.append((possible & ~adopted).astype(np.int64))
    return still[0], still[1]


def _in_use(cohorts: Cohorts, first: int, last: int) -> Column:
    """Count people active on one of some days, both included."""
    active = activity(cohorts.course.last_day, cohorts.course.active_days)
    found: Column = cohorts.adopting @ active[:, max(1, first) : last + 1].any(axis=1)
    return found


def _active(cohorts: Cohorts, today: int) -> dict[str, Column]:
    return _cohort(cohorts) | {"active": _in_use(cohorts, today - WEEK, today - 1)}


TRAINED_ON = 2


def _training(cohorts: Cohorts, today: int) -> dict[str, Column]:
    came = cohorts.trained if today > TRAINED_ON else np.zeros_like(cohorts.trained)
    return _cohort(cohorts) | {"invited": _cohort(cohorts)["cohort"], "attended": came}


def _satisfaction(cohorts: Cohorts, today: int) -> dict[str, Column]:
    marks = cohorts.marks[:, :today].sum(axis=1)
    total = marks @ np.arange(1, 11)
    return _cohort(cohorts) | {"answered": marks.sum(axis=1), "total": total}


def _nps(cohorts: Cohorts, today: int) -> dict[str, Column]:
    scores = cohorts.scores[:, :today].sum(axis=1)
    counted = {"answered": scores.sum(axis=1), "promoters": scores[:, 2]}
    return _cohort(cohorts) | counted | {"detractors": scores[:, 0]}


def _tickets(cohorts: Cohorts, today: int) -> dict[str, Column]:
    launch = min(WEEK, today - 1)
    return _cohort(cohorts) | {
        "launch_tickets": cohorts.tickets[:, 1 : launch + 1].sum(axis=1),
        "launch_active": _in_use(cohorts, 1, launch),
        "week_tickets": cohorts.tickets[:, max(1, today - WEEK) : today].sum(axis=1),
        "week_active": _in_use(cohorts, today - WEEK, today - 1),
    }


COLUMNS: dict[Metric, Callable[[Cohorts, int], dict[str, Column]]] = {
    Metric.ADOPTED: _adopted,
    Metric.ACTIVE: _active,
    Metric.TRAINING_COMPLETED: _training,
    Metric.SATISFACTION: _satisfaction,
    Metric.NPS: _nps,
    Metric.TICKETS: _tickets,
    Metric.INCIDENTS: lambda cohorts, _: _cohort(cohorts),
}
"""How each metric is measured on a day: fields of its reading, a number a rollout."""
