"""Other thresholds for a gate: what `changeover gate tune` lets IT choose among."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.criteria import Gate
from config.names import Metric
from gates.error_rates import amiss, as_hoped
from gates.simulated import Truth
from gates.wording import number, percent

AROUND = (-0.10, -0.05, 0.0, 0.05, 0.10)
"""Shares around a bar."""
MARKS_AROUND = (-1.0, -0.5, 0.0, 0.5, 1.0)
POINTS_AROUND = (-20.0, -10.0, 0.0, 10.0, 20.0)
RISES_AROUND = (0.0, 0.1, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Choice:
    """One threshold of a gate with others in its place."""

    name: str
    """As the plan writes it: adopted.to_advance."""
    now: str
    """The present threshold, as the table writes it."""
    gates: Sequence[tuple[str, Gate]]
    """Each threshold in words, and the gate with it."""
    hoped: Truth
    """People the gate should let advance."""
    amiss: Truth
    """People it should not."""


def choices(gate: Gate) -> Iterator[Choice]:
    """Give each threshold that decides; people stay as they are while it changes."""
    good, wrong = as_hoped(gate), amiss(gate)
    deciding = [m for m in ORDER if _decides(gate, m)]
    for metric, bad in zip(deciding, wrong, strict=True):
        yield from _of(gate, metric, good, bad)


ORDER = (
    Metric.ADOPTED,
    Metric.TRAINING_COMPLETED,
    Metric.SATISFACTION,
    Metric.NPS,
    Metric.TICKETS,
)
"""The order of `gates.error_rates.amiss`."""


def _decides(gate: Gate, metric: Metric) -> bool:
    criterion = gate.criteria().get(metric)
    return criterion is not None and not criterion.advisory and criterion.on_miss != "note"


def _of(gate: Gate, metric: Metric, good: Truth, bad: Truth) -> Iterator[Choice]:
    if gate.adopted and metric is Metric.ADOPTED:
        bars = _shares(gate.adopted.to_advance, most=gate.adopted.goal.share)
        yield _choice(gate, metric, "to_advance", bars, good, bad)
    if gate.training_completed and metric is Metric.TRAINING_COMPLETED:
        bars = _shares(gate.training_completed.at_least)
        yield _choice(gate, metric, "at_least", bars, good, bad)
    if gate.satisfaction and metric is Metric.SATISFACTION:
        now = gate.satisfaction.at_least
        bars = [b for d in MARKS_AROUND if 1 <= (b := now + d) <= 10]
        yield _choice(gate, metric, "at_least", bars, good, bad)
        yield _choice(gate, metric, "answers", _shares(gate.satisfaction.answers), good, bad)
    if gate.nps and metric is Metric.NPS:
        bars = [b for d in POINTS_AROUND if -100 <= (b := gate.nps.above + d) <= 99]
        yield _choice(gate, metric, "above", bars, good, bad)
    if gate.tickets and metric is Metric.TICKETS:
        now = gate.tickets.rise_at_most
        bars = sorted({now, *(b for d in RISES_AROUND if (b := round(now + d, 6)) <= 1)})
        yield _choice(gate, metric, "rise_at_most", bars, good, bad)


def _shares(now: float, most: float = 1.0) -> list[float]:
    return [b for d in AROUND if 0 <= (b := round(now + d, 6)) <= most + 1e-9]


def _choice(
    gate: Gate, metric: Metric, key: str, bars: Sequence[float], good: Truth, bad: Truth
) -> Choice:
    criterion = gate.criteria()[metric]
    said = number if key == "above" or (metric, key) == _MARKS else percent
    other = [
        (said(bar), gate.model_copy(update={metric.value: criterion.model_copy(update={key: bar})}))
        for bar in bars
    ]
    now = said(getattr(criterion, key))
    return Choice(f"{metric.value}.{key}", now, other, good, bad)


_MARKS = (Metric.SATISFACTION, "at_least")
