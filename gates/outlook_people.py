"""Outlooks of what people come to one by one: adopting, training, completing key workflows."""

from functools import reduce

import numpy as np

from config.criteria import TrainingCompleted
from config.names import Metric
from config.work import Completing, Workflows
from gates.counts import fewest
from gates.credibility import doubt
from gates.decision import Decision
from gates.forecast import AIM_ALONE, from_futures, never
from gates.forecast_cloud import Curve
from gates.forecast_people import forecast_people, simulate_alone
from gates.forecast_training import Seats, forecast_training
from gates.outlook_scene import Outlook, Scene, goal_ends
from gates.readings import AdoptedReading, TrainingReading
from gates.shares import needed
from gates.wording import day, people, percent
from gates.work_readings import CompletingReading, WorkflowsReading


def adopted(decision: Decision) -> tuple[Outlook, ...]:
    """Forecast the bar and the goal of adoption."""
    criterion, reading = decision.gate.adopted, decision.reading(Metric.ADOPTED)
    if criterion is None or not isinstance(reading, AdoptedReading) or doubt(reading):
        return ()
    weekday = decision.moment.launched_on.weekday()
    stopped = decision.ahead.stopped if decision.ahead else ()
    curve = Curve(reading.cohort, reading.series, weekday, stopped)
    kin = [Curve(e.people, e.adopted, e.launched_on.weekday(), e.stopped) for e in decision.earlier]
    shares = tuple(dict.fromkeys((criterion.to_advance, criterion.goal.share)))
    needs = [needed(share, reading.cohort) for share in shares]
    made = forecast_people(curve, needs, goal_ends(decision), kin)
    pairs = zip(shares, made, strict=True)
    return tuple(Outlook(percent(share), found) for share, found in pairs if found is not None)


def trained(criterion: TrainingCompleted, reading: TrainingReading, scene: Scene) -> Outlook | None:
    """Forecast when enough will have come to a session."""
    need = fewest(criterion, criterion.at_least, reading.invited)
    expected = scene.ahead.expected
    still = tuple(Seats(s.people, tuple(map(scene.day_of, s.days))) for s in expected.seated)
    if reading.attended >= need:
        return None
    if not any(scene.begin < d <= scene.last_day for seats in still for d in seats.days):
        until = day(scene.date_of(scene.last_day))
        return Outlook(why=f"not forecast: no session is planned by {until}")
    made = forecast_training(
        reading.attended, expected.seats, still, need, scene.begin, scene.last_day
    )
    return Outlook(percent(criterion.at_least), made)


def completing(criterion: Completing, reading: CompletingReading, scene: Scene) -> Outlook | None:
    """Forecast when enough will have completed key workflows."""
    need = fewest(criterion, criterion.at_least, reading.cohort)
    if reading.completed >= need:
        return None
    curve = scene.curve(reading.cohort, scene.ahead.completed)
    (made,) = forecast_people(curve, [need], scene.last_day)
    return None if made is None else Outlook(percent(criterion.at_least), made)


def workflows(criterion: Workflows, reading: WorkflowsReading, scene: Scene) -> Outlook | None:
    """Forecast when each key workflow will have been tried by enough people.

    Who of other phases has not tried it yet is not counted on.
    """
    cohort = scene.cohort
    few = [t for t in scene.ahead.tried if t.others + max(t.series, default=0) < criterion.people]
    if reading.phases_after > 1 or not few:
        return None
    what = f"each by {people(criterion.people)}"
    if any(criterion.people - tried.others > cohort for tried in few):
        return Outlook(what, never(scene.last_day))
    met = [
        simulate_alone(scene.curve(cohort, tried.series), scene.last_day)
        >= criterion.people - tried.others
        for tried in few
    ]
    made = from_futures(reduce(np.logical_and, met), scene.begin, scene.last_day, AIM_ALONE)
    return Outlook(what, made)
