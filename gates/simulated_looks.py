"""Looking at simulated phases every morning, by the very rules that real ones are judged by.

What two rollouts have in common is judged once: of readings that cannot differ in what they are
found to be, one goes to `gates.judging`, and of equal findings one set to `gates.verdict`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from config.criteria import Criterion, Gate
from config.names import Metric
from gates.findings import SEVERITY, Does, Finding
from gates.judging import judge
from gates.moment import Moment
from gates.simulated import Cohorts, Course
from gates.simulated_history import Histories
from gates.simulated_readings import COLUMNS, Column, reading
from gates.verdict import Kind, kind_of

MONDAY = date(2024, 1, 1)
"""Launch day of every simulated phase; only that it is a Monday counts."""
FIRST_LOOK = 2
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
    kind = np.full(len(cohorts), Kind.HOLD.value, dtype="<U9")
    day = np.full(len(cohorts), course.last_day)
    going = np.arange(len(cohorts))
    past = Past(moment_of(course, FIRST_LOOK), {}, Histories(gate, len(cohorts)))
    for today in range(FIRST_LOOK, course.last_day + 1):
        past = replace(past, moment=moment_of(course, today))
        found = looked(cohorts, gate, today, going, past)
        ended = found != Kind.HOLD.value
        kind[going[ended]] = found[ended]
        day[going[ended]] = today
        going = going[~ended]
        if not len(going):
            break
    return Decided(kind, day)


def not_simulated(gate: Gate) -> tuple[Metric, ...]:
    """Give what a gate decides by that no simulated people have: their work, and who supports."""
    return tuple(m for m, c in gate.criteria().items() if m not in COLUMNS and not c.advisory)


@dataclass(frozen=True, slots=True)
class Past:
    """A morning, and what looks before it leave to it."""

    moment: Moment
    known: Known
    """What answers were found to be."""
    histories: Histories
    """What levels have shown."""


def looked(
    cohorts: Cohorts, gate: Gate, today: int, which: Column, past: Past | None = None
) -> npt.NDArray[np.str_]:
    """Give the verdict's kind on the morning of a day, for some of the rollouts."""
    moment = moment_of(cohorts.course, today)
    criteria = gate.criteria()
    past = past or Past(moment, {}, Histories(gate, len(cohorts)))
    kinds = np.full(len(which), Kind.HOLD.value, dtype="<U9")
    rows = np.arange(len(which))
    sets: dict[Metric, list[Finding]] = {}
    places: dict[Metric, Column] = {}
    # What has limits comes first: it is looked at, and remembered, whatever else holds.
    for metric in sorted(criteria, key=lambda m: (m not in past.histories, _dear(m))):
        columns = {k: v[which[rows]] for k, v in COLUMNS[metric](cohorts, today).items()}
        found = _judged(metric, criteria[metric], columns, past, which[rows])
        sets[metric], places[metric] = found
        if _only_holds(criteria, sets) and all(m in sets for m in past.histories):
            # One that holds is enough where nothing judged so far, or still to be, does more.
            on = _undecided([[f.does for f in sets[m]] for m in sets], [*places.values()])
            rows = rows[on]
            places = {name: place[on] for name, place in places.items()}
    codes = _as_one([places[metric] for metric in criteria])
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    alike = [tuple(sets[m][int(places[m][n])] for m in criteria) for n in first]
    verdicts = [kind_of(gate, findings, moment)[0].value for findings in alike]
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
    metric: Metric, criterion: Criterion, columns: Columns, past: Past, which: Column
) -> tuple[list[Finding], Column]:
    """Judge readings, one of each that can be told apart; gives findings and each row's place."""
    limited = metric in past.histories
    alike = [*columns.values(), *([past.histories.column(metric, which)] if limited else [])]
    _, first, place = np.unique(_as_one(alike), return_index=True, return_inverse=True)
    judged = [
        _judge(
            metric,
            criterion,
            {k: int(v[n]) for k, v in columns.items()},
            past,
            past.histories.moment(metric, int(alike[-1][n]), past.moment)
            if limited
            else past.moment,
        )
        for n in first
    ]
    # Findings that do the same to the phase are one from here on; the words were another's.
    same: dict[tuple[object, ...], int] = {}
    index = [same.setdefault((f.state, f.certain, f.does, f.seen), len(same)) for f in judged]
    kept = dict(zip(index, judged, strict=True))
    found, at = [kept[n] for n in range(len(same))], np.array(index, dtype=np.int64)[place]
    if limited:
        past.histories.note(metric, which, [f.seen for f in found], at)
    return found, at


def _judge(
    metric: Metric, criterion: Criterion, values: Mapping[str, int], past: Past, moment: Moment
) -> Finding:
    if metric not in SURVEYS:
        return judge(metric, criterion, reading(metric, values), moment)
    # What answers say changes with the answers, and when the soak ends.
    key = (metric, moment.soaked, *values.values())
    found = past.known.get(key)
    if found is None:
        found = past.known[key] = judge(metric, criterion, reading(metric, values), moment)
    return found


def _as_one(columns: list[Column]) -> Column:
    """Give rows of whole numbers, none negative, as one number each."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        code = code * (int(column.max(initial=0)) + 1) + column
    return code
