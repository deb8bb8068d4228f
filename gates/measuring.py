"""Measuring: frames become readings. Vectorised; counts only what happened up to yesterday."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd

from config.criteria import Active, Adopted, Criterion, Gate, Survey, Target, Tickets
from config.names import Metric, Severity
from gates import adoption, grouping, measuring_impact, measuring_work
from gates.adoption import keys
from gates.evidence import Evidence
from gates.frames import Frames
from gates.moment import Moment
from gates.readings import (
    ActiveReading,
    AdoptedReading,
    Group,
    Incident,
    IncidentsReading,
    NpsReading,
    Quality,
    Reading,
    SatisfactionReading,
    TicketsReading,
    TrainingReading,
)

Measure = Callable[[Evidence, Criterion], Reading]


def measure(frames: Frames, gate: Gate, moment: Moment) -> dict[Metric, Reading]:
    """Measure every metric a gate has a criterion for."""
    evidence = Evidence(frames, moment)
    return {
        metric: _with_groups(MEASURES[metric](evidence, criterion), evidence, metric, criterion)
        for metric, criterion in gate.criteria().items()
    }


def _with_groups(
    reading: Reading, evidence: Evidence, metric: Metric, criterion: Criterion
) -> Reading:
    """Measure each site or department apart, too, where the criterion looks at the worst."""
    if not isinstance(criterion, Target) or criterion.scope == "phase":
        return reading
    least, who = 1, None
    if isinstance(criterion, Survey):
        least = criterion.anonymous_below
        who = None if evidence.asked is None else frozenset(evidence.asked.index)
    apart = grouping.parts(evidence.frames, criterion.scope, least, who)
    found = tuple(
        Group(name=name, reading=MEASURES[metric](Evidence(frames, evidence.moment), criterion))
        for name, frames in apart.items()
    )
    return reading.model_copy(update={"groups": found})


def _adopted(evidence: Evidence, criterion: Criterion) -> AdoptedReading:
    frames, moment = evidence.frames, evidence.moment
    found = adoption.census(frames, evidence.activity, cast("Adopted", criterion), moment)
    known = frames.as_of.get("attendance") is not None
    return AdoptedReading(
        **evidence.common("people", "activity"),
        **evidence.changed(found.adopted),
        adopted=int(found.adopted.sum()),
        could_still_by_soak_end=int(found.by_soak_end.sum()),
        could_still_by_goal=int(found.by_goal.sum()),
        waiting=int(found.waiting.sum()),
        waits_until=found.waits_until,
        outages=frames.outages,
        goal_ends_on=found.goal_ends_on,
        series=adoption.series(found, moment),
        stragglers=adoption.stragglers(
            frames, found, evidence.attended if known else None, moment.today
        ),
    )


def _active(evidence: Evidence, criterion: Criterion) -> ActiveReading:
    active = evidence.activity.active_within(cast("Active", criterion).window)
    inactive = keys(evidence.frames.people["person"], ~active)
    return ActiveReading(
        **evidence.common("people", "activity"),
        **evidence.changed(active),
        active=int(active.sum()),
        inactive=inactive,
    )


def _training(evidence: Evidence, _: Criterion) -> TrainingReading:
    people = evidence.frames.people
    invited = people["invited"].to_numpy()
    common = evidence.common("people", "attendance")
    if common["quality"] is Quality.OK and not invited.any():
        common |= {"quality": Quality.EMPTY, "doubt": "nobody was invited to a training"}
    return TrainingReading(
        **common,
        **evidence.changed(invited & evidence.attended),
        invited=int(invited.sum()),
        attended=int((invited & evidence.attended).sum()),
        missing=keys(people["person"], invited & ~evidence.attended),
    )


def _satisfaction(evidence: Evidence, criterion: Criterion) -> SatisfactionReading:
    values = _newest(evidence, criterion)["satisfaction"]
    given, often = np.unique(values.dropna(), return_counts=True)
    return SatisfactionReading(
        **_answered(evidence, values, criterion),
        total=round(float(values.sum()), 6),
        marks=tuple((float(v), int(n)) for v, n in zip(given, often, strict=True)),
    )


def _nps(evidence: Evidence, criterion: Criterion) -> NpsReading:
    values = _newest(evidence, criterion)["nps"]
    return NpsReading(
        **_answered(evidence, values, criterion),
        promoters=int((values >= 9).sum()),
        detractors=int((values <= 6).sum()),
    )


def _newest(evidence: Evidence, criterion: Criterion) -> pd.DataFrame:
    """Give each person's newest answer, of the criterion's window where it has one."""
    answers, asked = evidence.answers, _asked(evidence, criterion)
    if asked is not None:
        # Of those asked alone, and since the day they were: who writes unasked is no random part.
        named = answers.join(asked["first"], on="person")
        since = named["first"].dt.tz_convert(evidence.moment.zone).dt.normalize()
        answers = answers[answers["person"].isna() | (named["at"] >= since)]
    if _pooled(evidence, criterion):
        answers = pd.concat([answers, evidence.before])
    since = _window_begins(evidence, criterion)
    return answers if since is None else answers[answers["at"] >= since]


def _asked(evidence: Evidence, criterion: Criterion) -> pd.DataFrame | None:
    """Give who was asked, within the criterion's window where it has one; None: everybody."""
    since, asked = _window_begins(evidence, criterion), evidence.asked
    return asked if asked is None or since is None else asked[asked["last"] >= since]


def _window_begins(evidence: Evidence, criterion: Criterion) -> pd.Timestamp | None:
    window = cast("Survey", criterion).window
    if window is None:
        return None
    return pd.Timestamp(evidence.moment.now) - pd.Timedelta(days=window)


def _pooled(evidence: Evidence, criterion: Criterion) -> int:
    """Give how many people of earlier phases a cohort too small to be shown alone joins."""
    few = len(evidence.frames.people) < cast("Survey", criterion).anonymous_below
    return evidence.frames.before_people if few and len(evidence.frames.people) else 0


def _answered(evidence: Evidence, values: pd.Series, criterion: Criterion) -> dict[str, Any]:
    pooled, asked = _pooled(evidence, criterion), _asked(evidence, criterion)
    common = evidence.common("people", "answers", *([] if asked is None else ["asked"]))
    common |= {"pooled": pooled, "cohort": common["cohort"] + pooled}
    if asked is not None:
        common |= {"asked": len(asked) + pooled}
    blank = int(values.isna().sum())
    if common["quality"] is Quality.OK and blank and blank == len(values):
        doubt = f"answers: all {blank} came without a value"
        common |= {"quality": Quality.NAN, "doubt": doubt}
    return {**common, "answered": len(values) - blank, "blank": blank}


def _tickets(evidence: Evidence, criterion: Criterion) -> TicketsReading:
    recent = evidence.last(cast("Tickets", criterion).window)
    sheet = evidence.frames.tickets.sort_values(["id", "opened"]).drop_duplicates("id")
    ours = (adoption.rows_of(evidence.frames, sheet["person"]) >= 0) | sheet["person"].isna()
    opened = sheet.loc[ours, "opened"]

    def between(first: date, last: date) -> int:
        # A launch week that has not passed yet ends yesterday too.
        last = min(last, recent[1])
        return int(opened.between(pd.Timestamp(first), pd.Timestamp(last)).sum())

    return TicketsReading(
        **evidence.common("people", "tickets", "activity"),
        launch_tickets=between(*evidence.launch_week),
        launch_active=int(evidence.activity.active_between(*evidence.launch_week).sum()),
        week_tickets=between(*recent),
        week_active=int(evidence.activity.active_between(*recent).sum()),
        launch_days=evidence.activity.days_between(*evidence.launch_week),
        later_tickets=between(*evidence.since_launch_week),
        later_days=evidence.activity.days_between(*evidence.since_launch_week),
    )


def _incidents(evidence: Evidence, _: Criterion) -> IncidentsReading:
    sheet, now = evidence.frames.incidents, pd.Timestamp(evidence.moment.now)
    if sheet.empty:
        return IncidentsReading(**evidence.common("incidents"), open=())
    sheet = sheet.drop_duplicates()
    known = sheet["severity"].isin([severity.value for severity in Severity])
    # One opened in the future is still a sign of trouble: the flaw is told, the brake works.
    is_open = known & sheet["opened"].notna() & ~(sheet["closed"] <= now)
    records = sheet[is_open].to_dict("records")
    found = [
        Incident(
            id=str(row["id"]),
            severity=Severity(row["severity"]),
            title=str(row["title"]),
            opened=row["opened"].to_pydatetime(),
            workaround=row["workaround"] if isinstance(row["workaround"], str) else None,
        )
        for row in records
    ]
    worst = list(Severity)
    found.sort(key=lambda incident: (worst.index(incident.severity), incident.opened, incident.id))
    # Of an id with two contents the worse counts: sorted worst first, read backwards.
    worse = {incident.id: incident for incident in reversed(found)}
    unique = tuple(incident for incident in found if worse[incident.id] is incident)
    return IncidentsReading(**evidence.common("incidents"), open=unique)


MEASURES: dict[Metric, Measure] = {
    Metric.ADOPTED: _adopted,
    Metric.ACTIVE: _active,
    Metric.TRAINING_COMPLETED: _training,
    Metric.SATISFACTION: _satisfaction,
    Metric.NPS: _nps,
    Metric.TICKETS: _tickets,
    Metric.ACCOUNTS: measuring_work.accounts,
    Metric.ACTIVE_DAILY: measuring_work.active_daily,
    Metric.COMPLETING: measuring_work.completing,
    Metric.WORKFLOWS: measuring_work.workflows,
    Metric.WORK_MOVED: measuring_work.work_moved,
    Metric.DEPENDENTS: measuring_work.dependents,
    Metric.SUPPORT: measuring_work.support,
    Metric.IMPACT: measuring_impact.impact,
    Metric.CHECKLIST: measuring_work.checklist,
    Metric.INCIDENTS: _incidents,
}
"""How each metric is measured."""
