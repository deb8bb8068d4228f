"""How often the 80 % intervals of the forecast of adoption hold, over shapes it does not assume.

`./dev bench forecast` simulates 600 cohorts of each shape, twice: with an earlier phase of the
same rollout to learn from (two weeks ahead, its people of the same kind but another final share),
and without. Each is looked at on one morning, while the bar (60 %) or the goal (80 %) is not met.
`--count N` takes fewer, `--seed N` others.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erf, sqrt

import numpy as np
import numpy.typing as npt

from gates.forecast import forecast
from gates.forecast_cloud import Curve
from gates.shares import needed
from gates.simulated import working_days

COUNT = 600
SEED = 1
GOAL_DAYS = 28
APART = 14
"""Days from an earlier phase's launch to this one's."""
SIZES = (21, 60, 200)
EARLIER_SIZES = (9, 21, 60)
SEEN = (4, 6, 9, 11)
"""Days of data at the look."""
BARS = (0.6, 0.8)
KIN = 0.06
"""Standard deviation of the final share between phases of one rollout."""

Numbers = npt.NDArray[np.float64]
DAYS = working_days(GOAL_DAYS)
WORKED = np.arange(1, len(DAYS) + 1, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of curve: the share of adopters who have adopted by each working day."""

    title: str
    by: Callable[[np.random.Generator], Numbers]
    ever: tuple[float, float] = (0.75, 0.95)
    """From and to: the share who adopt at all."""
    before: Callable[[np.random.Generator], Numbers] | None = None
    """The curve of an earlier phase, where it is another."""
    promised: bool = True


def _early(_: np.random.Generator) -> Numbers:
    """Half in two days and a half after the first that is possible, and a long tail."""
    days = np.maximum(WORKED - 1.5, 1e-9)
    return np.array([0.5 * (1 + erf(np.log(d / 2.5) / (0.8 * sqrt(2)))) for d in days])


def _late(_: np.random.Generator) -> Numbers:
    """Hardly anybody in the first week; half by the first day of the third."""
    found: Numbers = 1 / (1 + np.exp(-(WORKED - 11) / 1.8))
    return found


def _waves(_: np.random.Generator) -> Numbers:
    """Half at once, then nobody for a while, then the others."""
    found: Numbers = 0.55 * np.clip((WORKED - 2) / 3, 0, 1) + 0.45 / (
        1 + np.exp(-(WORKED - 12) / 1.5)
    )
    return found


def _plateau(_: np.random.Generator) -> Numbers:
    found: Numbers = 1 - np.exp(-np.maximum(WORKED - 2, 0) / 2.5)
    return found


def _even(_: np.random.Generator) -> Numbers:
    return np.clip((WORKED - 2) / 16, 0, 1)


def _steady(worked: Numbers) -> Numbers:
    found: Numbers = 1 - np.exp2(-((np.maximum(worked - 2, 0) / 3.5) ** 1.2))
    return found


def _outage(dice: np.random.Generator) -> Numbers:
    """Four working days, from the third to the seventh on, on which nothing works."""
    start = int(dice.integers(3, 8))
    return _steady(np.where(start >= WORKED, WORKED, np.maximum(start, WORKED - 4)))


SHAPES = (
    Shape("early risers", _early),
    Shape("late risers", _late),
    Shape("a plateau at 50-75 %", _plateau, ever=(0.5, 0.75)),
    Shape("an outage", _outage, before=lambda _: _steady(WORKED)),
    Shape("two waves", _waves, promised=False),
    Shape("even, day by day", _even, promised=False),
)


@dataclass(frozen=True, slots=True)
class Held:
    """What became of the intervals of one shape."""

    looks: int
    held: float
    """Share of intervals that held the day."""
    claimed: float
    """Mean chance the forecasts gave their intervals."""
    sooner: float
    """Share of days before the interval."""
    later: float


def main(arguments: Sequence[str]) -> int:
    """Print how often the intervals held; 1 where a promised one is outside 75-85 %."""
    parser = argparse.ArgumentParser(prog="bench forecast", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    print(f"{given.count} cohorts of each shape, seed {given.seed}\n")
    print("| shape | looks | held | claimed | sooner | later | held without an earlier phase |")
    print("|---|---|---|---|---|---|---|")
    missed = 0
    for shape in SHAPES:
        kin = held(shape, given.count, given.seed, earlier=True)
        alone = held(shape, given.count, given.seed, earlier=False)
        print(
            f"| {shape.title} | {kin.looks} | {kin.held:.0%} | {kin.claimed:.0%} |"
            f" {kin.sooner:.0%} | {kin.later:.0%} | {alone.held:.0%} |"
        )
        missed += shape.promised and not 0.75 <= kin.held <= 0.85
    return 1 if missed else 0


def held(shape: Shape, count: int, seed: int, *, earlier: bool) -> Held:
    """Forecast so many cohorts of a shape, each once, but for those that had met it already."""
    dice = np.random.default_rng([seed, *shape.title.encode()])
    made = (_one(shape, dice, earlier=earlier) for _ in range(count))
    found = [each for each in made if each is not None]
    day, low, high, claimed = np.array(found, dtype=np.float64).T
    return Held(
        looks=len(found),
        held=float(((low <= day) & (day <= high)).mean()),
        claimed=float(claimed.mean()),
        sooner=float((day < low).mean()),
        later=float((day > high).mean()),
    )


def _one(
    shape: Shape, dice: np.random.Generator, *, earlier: bool
) -> tuple[float, float, float, float] | None:
    people, seen, bar = int(dice.choice(SIZES)), int(dice.choice(SEEN)), float(dice.choice(BARS))
    ever = float(dice.uniform(*shape.ever))
    adopted = _adopted(people, ever, shape.by(dice), dice)
    like = float(np.clip(ever + dice.normal(0, KIN), 0.05, 0.99))
    before = (shape.before or shape.by)(dice)
    size = int(dice.choice(EARLIER_SIZES))
    kin = _adopted(size, like, before, dice)
    need, never = needed(bar, people), GOAL_DAYS + 1
    if adopted[seen - 1] >= need:
        return None
    hit = np.nonzero(np.array(adopted) >= need)[0]
    truth = int(hit[0]) + 1 if len(hit) else never
    known = [Curve(size, kin[: seen + APART])]
    made = forecast(Curve(people, adopted[:seen]), need, GOAL_DAYS, known if earlier else ())
    assert made is not None  # noqa: S101 - it is not met yet
    return truth, made.earliest or never, made.latest or never, made.held


def _adopted(people: int, ever: float, by: Numbers, dice: np.random.Generator) -> tuple[int, ...]:
    """Draw a cohort: people who have adopted by the end of each day of the phase."""
    parts = np.diff(by, prepend=0.0) * ever
    gained = dice.multinomial(people, [*parts, max(0.0, 1 - parts.sum())])
    daily = np.zeros(GOAL_DAYS, dtype=np.int64)
    daily[DAYS - 1] = gained[:-1]
    return tuple(int(n) for n in np.cumsum(daily))
