"""What is read of simulated phases on a day: the fields of real readings, as arrays."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from config.names import Metric
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

Column = npt.NDArray[np.int64]


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


def _asked(cohorts: Cohorts, today: int) -> dict[str, Column]:
    """Count the cohort, and who was asked where that was not everybody."""
    asked = {"asked": cohorts.asked[:, :today].sum(axis=1)} if cohorts.course.quarters else {}
    return _cohort(cohorts) | asked


def _satisfaction(cohorts: Cohorts, today: int) -> dict[str, Column]:
    marks = cohorts.marks[:, :today].sum(axis=1)
    total = marks @ np.arange(1, 11)
    return _asked(cohorts, today) | {"answered": marks.sum(axis=1), "total": total}


def _nps(cohorts: Cohorts, today: int) -> dict[str, Column]:
    scores = cohorts.scores[:, :today].sum(axis=1)
    counted = {"answered": scores.sum(axis=1), "promoters": scores[:, 2]}
    return _asked(cohorts, today) | counted | {"detractors": scores[:, 0]}


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
