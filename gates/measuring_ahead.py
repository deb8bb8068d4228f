"""Measuring how a phase's numbers came about, day by day: what forecasts are made from.

Only what a gate's criteria ask for, and only the phase's own days, so that it costs no more on a
late day of a long rollout than on an early one.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from config.criteria import Gate
from gates.adoption import number, numbers, rows_of
from gates.ahead import Ahead, TriedBy
from gates.clock import Flags, Numbers
from gates.evidence import Evidence
from gates.frames import Frames
from gates.moment import Moment

DAYS_AT_MOST = 180
"""Of a phase that holds longer only so many days are forecast from."""


def ahead_of(frames: Frames, gate: Gate, moment: Moment) -> Ahead:
    """Measure what forecasts of a gate's criteria are made from."""
    if moment.day - 1 > DAYS_AT_MOST or frames.people.empty:
        return Ahead()
    evidence = Evidence(frames, moment)
    surveyed = gate.satisfaction is not None or gate.nps is not None
    return Ahead(
        cohort=len(frames.people),
        expected=frames.setting.expected,
        stopped=stopped(evidence),
        answers=_answers(evidence) if surveyed else (),
        completed=_completed(evidence, every=gate.completing.which == "all")
        if gate.completing
        else (),
        tried=_tried(evidence) if gate.workflows else (),
        tickets=_tickets(evidence) if gate.tickets else (),
        active=_active(evidence, 1) if gate.active_daily or gate.tickets else (),
        active_of_late=_active(evidence, gate.active.window) if gate.active else (),
        worked=_worked(evidence) if gate.work_moved else (),
        old_logins=_old_logins(evidence, gate.dependents.days) if gate.dependents else (),
    )


def stopped(evidence: Evidence) -> tuple[float, ...]:
    """Give the share of the cohort whose clock an outage stopped on each day of the phase."""
    if not evidence.frames.outages:
        return ()
    clock, moment = evidence.activity.clock, evidence.moment
    shares = np.zeros(moment.day - 1)
    place = clock.days - number(moment.launched_on)
    inside = (place >= 0) & (place < len(shares))
    shares[place[inside]] = clock.lost.mean(axis=0)[inside]
    return tuple(round(float(share), 6) for share in shares)


def _by_day(evidence: Evidence, days: Numbers, weights: np.ndarray | None = None) -> np.ndarray:
    """Count or add up what happened on each day of the phase, up to yesterday."""
    moment = evidence.moment
    place = days - number(moment.launched_on)
    keep = (place >= 0) & (place < moment.day - 1)
    chosen = None if weights is None else weights[keep]
    found = np.bincount(place[keep], weights=chosen, minlength=moment.day - 1)
    return np.asarray(found)


def _reached(evidence: Evidence, days: Numbers) -> tuple[int, ...]:
    """Count who had come to something by the end of each day; each counts from their day on."""
    since = np.maximum(days, number(evidence.moment.launched_on))
    return tuple(int(n) for n in np.cumsum(_by_day(evidence, since)))


def _answers(evidence: Evidence) -> tuple[int, ...]:
    sheet, moment = evidence.frames.answers, evidence.moment
    since = pd.Timestamp(moment.launched_on, tz=ZoneInfo(moment.zone))
    sheet = sheet[(sheet["at"] >= since) & (sheet["at"] <= pd.Timestamp(moment.now))]
    named = sheet[rows_of(evidence.frames, sheet["person"]) >= 0].groupby("person")["at"].min()
    nameless = sheet.loc[sheet["person"].isna(), ["id", "at"]].drop_duplicates("id")["at"]
    local = pd.concat([named, nameless]).dt.tz_convert(ZoneInfo(moment.zone))
    return _reached(evidence, numbers(local.dt.tz_localize(None).dt.normalize()))


def _first(person: Numbers, day: Numbers, people: int) -> Numbers:
    """Give the first of each person's days; a day in the far future for who has none."""
    found = np.full(people, np.iinfo(np.int64).max // 2)
    np.minimum.at(found, person, day)
    return found


def _done(evidence: Evidence) -> pd.DataFrame:
    """Give the rows of key workflows that were done, those rolled up by the day among them."""
    sheet, days = evidence.frames.workflows, evidence.frames.days.get("workflows")
    sheet = sheet[sheet["times"] != 0]
    return sheet if days is None else pd.concat([sheet, days.as_rows()], ignore_index=True)


def _key_work(evidence: Evidence) -> tuple[Numbers, Numbers, Numbers]:
    """Give each completion of a key workflow since its person's activation: person, day, which."""
    frames = evidence.frames
    sheet = _done(evidence)
    person, day = rows_of(frames, sheet["person"]), numbers(sheet["day"])
    which = pd.Index(frames.setting.workflows).get_indexer(pd.Index(sheet["workflow"]))
    start = numbers(frames.people["activated_on"], missing=number(evidence.moment.today))
    keep = (person >= 0) & (which >= 0) & (day < number(evidence.moment.today))
    keep[keep] = day[keep] >= start[person[keep]]
    return person[keep], day[keep], np.asarray(which[keep], dtype=np.int64)


def _completed(evidence: Evidence, *, every: bool) -> tuple[int, ...]:
    person, day, which = _key_work(evidence)
    people, kinds = len(evidence.frames.people), range(len(evidence.frames.setting.workflows))
    if not kinds:
        return ()
    first = [_first(person[which == kind], day[which == kind], people) for kind in kinds]
    return _reached(evidence, np.maximum.reduce(first) if every else np.minimum.reduce(first))


def _tried(evidence: Evidence) -> tuple[TriedBy, ...]:
    frames = evidence.frames
    sheet = _done(evidence)
    past = sheet[sheet["day"] < pd.Timestamp(evidence.moment.today)]
    person, day = rows_of(frames, past["person"]), numbers(past["day"])
    found = []
    for workflow in frames.setting.workflows:
        this = past["workflow"].eq(workflow).to_numpy(bool)
        ours = this & (person >= 0)
        first = _first(person[ours], day[ours], len(frames.people))
        others = past["person"][this & (person < 0)].nunique()
        series = _reached(evidence, first)
        found.append(TriedBy(workflow=workflow, others=int(others), series=series))
    return tuple(found)


def _tickets(evidence: Evidence) -> tuple[int, ...]:
    sheet = evidence.frames.tickets.sort_values(["id", "opened"]).drop_duplicates("id")
    ours: Flags = (rows_of(evidence.frames, sheet["person"]) >= 0) | sheet["person"].isna()
    return tuple(int(n) for n in _by_day(evidence, numbers(sheet.loc[ours, "opened"])))


def _active(evidence: Evidence, window: int) -> tuple[int, ...]:
    """Count the people active within so many days up to the end of each, from launch on."""
    activity, days = evidence.activity, evidence.moment.day - 1
    place = activity.days - number(evidence.moment.launched_on)
    inside = place >= 0
    seen = np.zeros((days, activity.people), dtype=bool)
    seen[place[inside]] = activity.seen[inside]
    found = seen.copy()
    for back in range(1, min(window, days)):
        found[back:] |= seen[:-back]
    return tuple(int(many) for many in found.sum(axis=1))


def _worked(evidence: Evidence) -> tuple[tuple[float, float], ...]:
    def done(name: str) -> np.ndarray:
        sheet = evidence.frames.table(name)
        if name in evidence.frames.days:
            since = number(evidence.moment.launched_on)
            sheet = pd.concat([sheet, evidence.frames.days[name].as_rows(since)])
        ours = rows_of(evidence.frames, sheet["person"]) >= 0
        times = sheet["times"].fillna(1).to_numpy(float)
        return _by_day(evidence, numbers(sheet["day"])[ours], times[ours])

    pairs = zip(done("workflows"), done("old_work"), strict=True)
    return tuple((round(float(new), 6), round(float(old), 6)) for new, old in pairs)


def _old_logins(evidence: Evidence, days: int) -> tuple[date, ...]:
    """Give the newest log-in of each person who counts as a dependent now."""
    frames = evidence.frames
    start = numbers(frames.people["activated_on"], missing=number(evidence.moment.today))
    person, day = rows_of(frames, frames.old_logins["person"]), numbers(frames.old_logins["day"])
    keep = (person >= 0) & (day > number(evidence.moment.today) - days)
    keep[keep] = day[keep] > start[person[keep]]
    newest = np.full(len(frames.people), -1)
    np.maximum.at(newest, person[keep], day[keep])
    found = np.sort(newest[newest >= 0])[::-1]
    return tuple(date(1970, 1, 1) + timedelta(days=int(d)) for d in found)
