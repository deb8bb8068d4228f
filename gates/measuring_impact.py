"""Measuring what moving did: everybody's weeks become a panel, and the panel an effect."""

from datetime import date, timedelta
from typing import cast

import numpy as np
import pandas as pd

from config.criteria import Criterion
from config.work import Impact
from gates.adoption import number, numbers
from gates.clock import Numbers
from gates.evidence import Evidence
from gates.setting import Measurable
from gates.wedge import Effect, Matrix, effect
from gates.work_readings import ImpactReading, MeasureReading

WEEK = 7


def impact(evidence: Evidence, criterion: Criterion) -> ImpactReading:
    """Estimate the effect of moving on each measure the criterion names, or on all."""
    asked = cast("Impact", criterion)
    measures = evidence.frames.setting.measures
    chosen = [m for m in measures if not asked.measures or m.name in asked.measures]
    return ImpactReading(
        **evidence.common("everyone", "measured"),
        measures=tuple(_measure(evidence, measure, asked) for measure in chosen),
    )


def _measure(evidence: Evidence, measure: Measurable, asked: Impact) -> MeasureReading:
    values, moved_in = panel(evidence, measure)
    found = effect(values, moved_in, confidence=asked.confidence, minimum=asked.people)
    return reading_of(measure, found)


def reading_of(measure: Measurable, found: Effect) -> MeasureReading:
    """Give an effect the measure's words, and as a share of what would have been."""
    ends = (found.change, found.low, found.high)
    share, low, high = (None if end is None else found.relative(end) for end in ends)
    return MeasureReading(
        **measure.model_dump(include={"name", "what", "unit", "better"}),
        moved=found.moved,
        waiting=found.waiting,
        weeks=found.weeks,
        change=found.change,
        low=found.low,
        high=found.high,
        otherwise=found.otherwise,
        share=share if low is not None and high is not None else None,
        share_low=low if high is not None else None,
        share_high=high if low is not None else None,
    )


def panel(evidence: Evidence, measure: Measurable) -> tuple[Matrix, Numbers]:
    """Lay a measure out as people x whole weeks, and give the week in which each person moved.

    Weeks begin on Mondays, from that of the baseline's first day to the last that is over.
    """
    everyone, today = evidence.frames.everyone, evidence.moment.today
    first = _monday(measure.since)
    weeks = max(0, (_monday(today) - first).days // WEEK)
    sheet = evidence.frames.measured
    sheet = sheet[(sheet["measure"] == measure.name).to_numpy(dtype=bool)]
    person = pd.Index(everyone["person"]).get_indexer(pd.Index(sheet["person"]))
    week = (numbers(sheet["week"]) - number(first)) // WEEK
    kept = (person >= 0) & (week >= 0) & (week < weeks)
    values = np.full((len(everyone), weeks), np.nan)
    values[person[kept], week[kept]] = sheet["value"].to_numpy(dtype=np.float64)[kept]
    moved_in = (numbers(everyone["moved_on"]) - number(first)) // WEEK
    moved_in[everyone["moved_on"].isna().to_numpy()] = weeks
    return values, moved_in


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
