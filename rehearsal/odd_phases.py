"""Phases of kinds that forecasts do not assume, to measure how often their intervals hold.

Each gives one look on a morning at which its criterion is not met: the day it is met in truth (the
one after the last: never) and what was forecast. Phases launch on a Monday, and a goal's 28 days
are looked ahead.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from config.criteria import Criterion, Gate, Satisfaction, Tickets, TrainingCompleted
from config.names import Metric
from config.work import WorkMoved
from gates.ahead import Ahead
from gates.decision import take
from gates.forecast import Forecast
from gates.moment import Moment
from gates.outlook import outlooks
from gates.readings import Reading, SatisfactionReading, TicketsReading, TrainingReading
from gates.setting import Asked, Expected, Seated
from gates.shares import needed
from gates.work_readings import WorkMovedReading

Look = tuple[int, Forecast]
Dice = np.random.Generator
LAUNCH = date(2026, 3, 2)
DAYS = 28
WEEK = 7
SIZES = (21, 60, 200)
TRIES_AT_MOST = 1000
WORKED = np.array([(day - 1) % WEEK < 5 for day in range(1, DAYS + 1)])


def on(day: int) -> date:
    """Give the date of a day of the phase."""
    return LAUNCH + timedelta(days=day - 1)


def _forecast(
    metric: Metric, criterion: Criterion, reading: Reading, ahead: Ahead, seen: int
) -> Forecast | None:
    today = on(seen + 1)
    moment = Moment(
        phase="core-team",
        now=datetime(today.year, today.month, today.day, 9, tzinfo=UTC),
        today=today,
        launched_on=LAUNCH,
        soak_ends_on=on(12),
    )
    taken = take(Gate.model_validate({metric.value: criterion}), {metric: reading}, moment)
    found = outlooks(taken.model_copy(update={"ahead": ahead})).get(metric, ())
    return found[0].forecast if found else None


def _truth(met: npt.NDArray[np.bool_], seen: int) -> int:
    """Give the first day after those seen that ends with it met."""
    later = np.nonzero(met[seen:])[0]
    return seen + 1 + int(later[0]) if len(later) else DAYS + 1


def training(dice: Dice) -> Look:
    """People differ: some come to each session, some to hardly any; sessions are on Wednesdays."""
    for _ in range(TRIES_AT_MOST):
        people, seen = int(dice.choice(SIZES)), int(dice.choice((1, 3, 10)))
        comes = dice.beta(2.5, 1.0, people)
        first = np.full(people, DAYS + 1)
        for day in (3, 10, 17, 24):
            there = (dice.random(people) < comes) & (first > DAYS)
            first[there] = day
        met = np.array([(first <= d).sum() >= needed(0.8, people) for d in range(1, DAYS + 1)])
        came = int((first <= seen).sum())
        ahead = Ahead(
            cohort=people,
            expected=Expected(
                seats=sum(int((first >= day).sum()) for day in (3, 10) if day <= seen),
                seated=(
                    Seated(
                        people=people - came,
                        days=tuple(on(d) for d in (3, 10, 17, 24) if d > seen),
                    ),
                )
                if came < people
                else (),
            ),
        )
        reading = TrainingReading(cohort=people, invited=people, attended=came)
        criterion = TrainingCompleted()
        made = _forecast(Metric.TRAINING_COMPLETED, criterion, reading, ahead, seen)
        if made is not None:
            return _truth(met, seen), made
    raise RuntimeError(f"no training to forecast in {TRIES_AT_MOST} tries")


def answers(dice: Dice) -> Look:
    """People answer after a delay that is log-normal, at once or after days; marks are normal."""
    for _ in range(TRIES_AT_MOST):
        people, seen = int(dice.choice(SIZES)), int(dice.choice((8, 9, 10, 12, 16)))
        at = np.full(people, DAYS + 9)
        for asked, replies in ((9, dice.uniform(0.2, 0.7)), (16, 0.2), (23, 0.15)):
            will = (dice.random(people) < replies) & (at > asked)
            delay = np.exp(dice.normal(0.2, 1.0, people)).astype(int)
            at = np.where(will, np.minimum(at, asked + delay), at)
        marks = np.clip(np.round(dice.normal(dice.uniform(6.5, 8), 1.9, people)), 1, 10)
        need = needed(0.4, people)
        by = [marks[at <= d] for d in range(1, DAYS + 1)]
        met = np.array([len(m) >= need and m.mean() >= 7 for m in by])
        reading = _satisfaction(people, by[seen - 1])
        ahead = Ahead(
            cohort=people,
            expected=Expected(
                asked=(Asked(day=on(9), people=people),) if seen >= 9 else (),
                asks=(Asked(day=on(9), people=people),) if seen < 9 else (),
            ),
            answers=tuple(len(m) for m in by[:seen]),
        )
        made = _forecast(Metric.SATISFACTION, Satisfaction(), reading, ahead, seen)
        # Of the first few answers only how many there will be is forecast.
        counted = np.array([len(m) >= need for m in by])
        if made is not None:
            return _truth(met if len(by[seen - 1]) >= 3 else counted, seen), made
    raise RuntimeError(f"no survey to forecast in {TRIES_AT_MOST} tries")


def _satisfaction(people: int, given: npt.NDArray[np.float64]) -> SatisfactionReading:
    values, often = np.unique(given, return_counts=True)
    pairs = zip(values, often, strict=True)
    return SatisfactionReading(
        cohort=people,
        answered=len(given),
        total=float(given.sum()),
        marks=tuple((float(v), int(n)) for v, n in pairs),
    )


def tickets(dice: Dice) -> Look:
    """Calls rise in the second week before they fall, or fall at once, or do not."""
    for _ in range(TRIES_AT_MOST):
        people, seen = int(dice.choice(SIZES)), int(dice.choice((8, 10, 13)))
        rate = np.full(DAYS, dice.uniform(0.03, 0.1))
        rate[7:14] *= dice.uniform(0.7, 1.6)
        rate[14:] *= dice.uniform(0.3, 1.2)
        active = np.where(WORKED, dice.binomial(people, 0.7, DAYS), 0)
        opened = dice.poisson(rate * active * dice.gamma(6, 1 / 6, DAYS))
        week = np.array([opened[max(0, d - WEEK) : d].sum() for d in range(1, DAYS + 1)])
        met = (week <= opened[:WEEK].sum()) & (np.arange(1, DAYS + 1) >= 8)
        reading = TicketsReading(
            cohort=people,
            launch_tickets=int(opened[:WEEK].sum()),
            launch_active=people,
            week_tickets=int(week[seen - 1]),
            week_active=people,
        )
        ahead = Ahead(
            cohort=people,
            tickets=tuple(map(int, opened[:seen])),
            active=tuple(map(int, active[:seen])),
        )
        made = _forecast(Metric.TICKETS, Tickets(), reading, ahead, seen)
        if made is not None:
            return _truth(met, seen), made
    raise RuntimeError(f"no tickets to forecast in {TRIES_AT_MOST} tries")


def work_moved(dice: Dice) -> Look:
    """Work moves in one steep rise, some time in the first three weeks, up to a last share."""
    for _ in range(TRIES_AT_MOST):
        people, seen = int(dice.choice(SIZES)), int(dice.choice((6, 9, 13)))
        middle, ends = dice.uniform(4, 16), dice.uniform(0.7, 0.98)
        share = ends / (1 + np.exp(-(np.arange(1, DAYS + 1) - middle) / 2.5))
        both = np.where(WORKED, dice.poisson(2 * people, DAYS), 0)
        new = dice.binomial(both, share)

        def week(of: npt.NDArray[np.int64], d: int) -> int:
            return int(of[max(0, d - WEEK) : d].sum())

        met = np.array([week(new, d) >= 0.8 * week(both, d) for d in range(1, DAYS + 1)])
        done = week(new, seen)
        reading = WorkMovedReading(cohort=people, new=done, old=week(both, seen) - done)
        pairs = zip(new[:seen], both[:seen], strict=True)
        ahead = Ahead(cohort=people, worked=tuple((float(n), float(b - n)) for n, b in pairs))
        made = _forecast(Metric.WORK_MOVED, WorkMoved(), reading, ahead, seen)
        if made is not None:
            return _truth(met, seen), made
    raise RuntimeError(f"no work to forecast in {TRIES_AT_MOST} tries")


ODD: Mapping[str, Callable[[Dice], Look]] = {
    "training": training,
    "answers": answers,
    "tickets": tickets,
    "work in the new system": work_moved,
}
