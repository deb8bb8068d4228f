"""Outlooks of levels: numbers of the last days, which can fall and rise."""

from collections.abc import Sequence

import numpy as np

from config.criteria import Active, Tickets
from config.work import ActiveDaily, WorkMoved
from gates.forecast import AIM_ALONE, Forecast, Shares, from_futures
from gates.forecast_cloud import WEEK
from gates.forecast_level import futures
from gates.outlook_scene import Outlook, Scene
from gates.readings import ActiveReading, TicketsReading
from gates.shares import needed
from gates.tickets import comparable_from, most
from gates.wording import percent
from gates.work_readings import WORKING_DAYS, ActiveDailyReading, WorkMovedReading


def active(criterion: Active, reading: ActiveReading, scene: Scene) -> Outlook | None:
    """Forecast when enough people will have been active of late."""
    need = needed(criterion.at_least, reading.cohort)
    if reading.active >= need:
        return None
    series = scene.ahead.active_of_late
    to_come = futures([(n, reading.cohort) for n in series], _same(scene, reading.cohort), "share")
    return Outlook(percent(criterion.at_least), _summed(to_come >= need, scene))


def active_daily(
    criterion: ActiveDaily, reading: ActiveDailyReading, scene: Scene
) -> Outlook | None:
    """Forecast when enough people will be active on a day, as the mean of the five fullest."""
    need = criterion.at_least * reading.cohort
    if reading.mean >= need - 1e-9:
        return None
    seen = [(n, reading.cohort) for n in scene.ahead.active]
    worked = [
        pair
        for pair, number in zip(seen, range(1, len(seen) + 1), strict=True)
        if scene.curve(reading.cohort, ()).works(number)
    ]
    to_come = futures(worked, _same(scene, reading.cohort), "share")
    days = range(scene.begin + 1, scene.last_day + 1)
    works = np.array([scene.curve(reading.cohort, ()).works(number) for number in days])
    whole = _with_past(scene.ahead.active, to_come * works)
    fullest = np.sort(_windows(whole, WEEK, len(days)), axis=-1)[..., -WORKING_DAYS:]
    met = fullest.mean(axis=-1) >= need - 1e-9
    return Outlook(percent(criterion.at_least), _summed(met, scene))


def work_moved(criterion: WorkMoved, reading: WorkMovedReading, scene: Scene) -> Outlook | None:
    """Forecast when enough of a week's work will be done in the new system."""
    if reading.new >= criterion.at_least * (reading.new + reading.old) - 1e-9:
        return None
    worked = scene.ahead.worked
    both = [new + old for new, old in worked]
    of = _as_last_week(both, scene)
    to_come = futures([(new, new + old) for new, old in worked], of, "share")
    new = _summed_windows(_with_past([n for n, _ in worked], to_come), len(of))
    every = _summed_windows(_with_past(both, np.array([of])), len(of))
    met = (every > 0) & (new >= criterion.at_least * every - 1e-9)
    return Outlook(percent(criterion.at_least), _summed(met, scene))


def tickets(criterion: Tickets, reading: TicketsReading, scene: Scene) -> Outlook | None:
    """Forecast when a window's tickets will not be above the launch week's, a person active."""
    moment = scene.decision.moment
    first = scene.day_of(comparable_from(moment)) - 1
    if scene.begin >= first and reading.week_tickets <= most(criterion, reading):
        return None
    of = _as_last_week(scene.ahead.active, scene)
    opened = scene.ahead.tickets
    seen = list(zip(opened, scene.ahead.active, strict=True))
    whole = _with_past(opened, futures(seen, of, "rate"))
    launch_week = whole[:, :WEEK].sum(axis=1, keepdims=True)
    ratio = reading.week_active / reading.launch_active * criterion.window / WEEK
    allowed = np.floor(np.round((1 + criterion.rise_at_most) * ratio * launch_week, 9))
    days = np.arange(scene.begin + 1, scene.last_day + 1)
    window = _windows(whole, criterion.window, len(of)).sum(axis=-1)
    rise = criterion.rise_at_most
    what = f"at most {percent(rise)} above the launch week" if rise else "not above the launch week"
    return Outlook(what, _summed((window <= allowed) & (days >= first), scene))


def _summed(met: np.ndarray, scene: Scene) -> Forecast:
    return from_futures(met, scene.begin, scene.last_day, AIM_ALONE)


def _same(scene: Scene, of: int) -> list[float]:
    return [float(of)] * (scene.last_day - scene.begin)


def _as_last_week(seen: Sequence[float], scene: Scene) -> list[float]:
    """Give each day to come what the same weekday of the last week had."""
    week = [*([0.0] * WEEK), *map(float, seen)][-WEEK:]
    return [week[n % WEEK] for n in range(scene.last_day - scene.begin)]


def _with_past(past: Sequence[float], to_come: Shares) -> Shares:
    """Put what was before each possible future, after a week of nothing."""
    known = np.broadcast_to(np.array(past, dtype=np.float64), (len(to_come), len(past)))
    return np.concatenate([known, to_come], axis=1)


def _windows(whole: Shares, days: int, last: int) -> Shares:
    """Give the last so many days at the end of each of the last days."""
    padded = np.pad(whole, ((0, 0), (days - 1, 0)))
    found: Shares = np.lib.stride_tricks.sliding_window_view(padded, days, axis=1)[:, -last:]
    return found


def _summed_windows(whole: Shares, last: int) -> Shares:
    found: Shares = _windows(whole, WEEK, last).sum(axis=-1)
    return found
