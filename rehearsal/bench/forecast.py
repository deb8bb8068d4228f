"""How often the 80 % intervals of forecasts hold, over shapes they do not assume.

`./dev bench forecast` simulates 1,000 cohorts of each shape, twice: with an earlier phase of the
same rollout to learn from (two weeks ahead, its people of the same kind but another final share),
and without. Each is looked at on one morning, while the bar (60 %) or the goal (80 %) is not met.
Then training, answers, calls for help and work moved, of which no earlier phase is asked.
`--count N` takes fewer, `--seed N` others.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import erf, sqrt

import numpy as np
import numpy.typing as npt

from gates.forecast_cloud import Curve
from gates.forecast_people import forecast_people
from gates.shares import needed
from gates.simulated import working_days
from rehearsal.odd_phases import ODD, Look

COUNT = 1000
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
RULED_OUT = 0.2
"""Below this chance no interval is given: "never" alone has more than 80 %."""
STOPPED_DAYS = 4

Numbers = npt.NDArray[np.float64]
DAYS = working_days(GOAL_DAYS)
WORKED = np.arange(1, len(DAYS) + 1, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Course:
    """The share of adopters who have adopted by each working day, and what stopped them."""

    by: Numbers
    stopped: tuple[float, ...] = ()
    """By day of the phase, where an outage was recorded."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of curve."""

    title: str
    course: Callable[[np.random.Generator], Course]
    ever: tuple[float, float] = (0.75, 0.95)
    """From and to: the share who adopt at all."""
    before: Callable[[np.random.Generator], Course] | None = None
    """The curve of an earlier phase, where it is another."""
    promised: bool = True


def _early(_: np.random.Generator) -> Course:
    """Half in two days and a half after the first that is possible, and a long tail."""
    days = np.maximum(WORKED - 1.5, 1e-9)
    return Course(np.array([0.5 * (1 + erf(np.log(d / 2.5) / (0.8 * sqrt(2)))) for d in days]))


def _late(_: np.random.Generator) -> Course:
    """Hardly anybody in the first week; half by the first day of the third."""
    return Course(1 / (1 + np.exp(-(WORKED - 11) / 1.8)))


def _waves(_: np.random.Generator) -> Course:
    """Half at once, then nobody for a while, then the others."""
    first = 0.55 * np.clip((WORKED - 2) / 3, 0, 1)
    return Course(first + 0.45 / (1 + np.exp(-(WORKED - 12) / 1.5)))


def _plateau(_: np.random.Generator) -> Course:
    return Course(1 - np.exp(-np.maximum(WORKED - 2, 0) / 2.5))


def _even(_: np.random.Generator) -> Course:
    return Course(np.clip((WORKED - 2) / 16, 0, 1))


def _steady(worked: Numbers = WORKED) -> Course:
    return Course(1 - np.exp2(-((np.maximum(worked - 2, 0) / 3.5) ** 1.2)))


def _outage(dice: np.random.Generator, *, recorded: bool = False) -> Course:
    """Four working days, from the third to the seventh on, on which nothing works."""
    start = int(dice.integers(3, 8))
    lost = STOPPED_DAYS
    worked = np.where(start >= WORKED, WORKED, np.maximum(start, WORKED - lost))
    stopped = np.zeros(GOAL_DAYS)
    stopped[DAYS[start : start + lost] - 1] = 1.0
    return Course(_steady(worked).by, tuple(stopped.tolist()) if recorded else ())


def _usual(_: np.random.Generator) -> Course:
    return _steady()


SHAPES = (
    Shape("early risers", _early),
    Shape("late risers", _late),
    Shape("a plateau at 50-75 %", _plateau, ever=(0.5, 0.75)),
    Shape("an outage nobody recorded", _outage, before=_usual),
    Shape("an outage, recorded", partial(_outage, recorded=True), before=_usual),
    Shape("two waves", _waves, promised=False),
    Shape("even, day by day", _even, promised=False),
)


@dataclass(frozen=True, slots=True)
class Held:
    """What became of the forecasts of one shape."""

    intervals: int
    held: float
    """Share of intervals that held the day."""
    error: float
    """Standard error of it."""
    claimed: float
    """Mean chance the forecasts gave their intervals."""
    sooner: float
    """Share of days before the interval."""
    later: float
    ruled_out: int
    """Forecasts of a chance below 20 %, without an interval."""
    chance: float
    """Mean chance they gave."""
    came: float
    """Share of them that was met all the same."""


def main(arguments: Sequence[str]) -> int:
    """Print how often the intervals held; 1 where a promised one is outside 75-85 %."""
    parser = argparse.ArgumentParser(prog="bench forecast", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args(arguments)
    print(f"{given.count} cohorts of each shape, seed {given.seed}")
    head = "| | intervals | held | claimed | sooner | later | ruled out: chance given, came true |"
    missed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for title, earlier in (("With an earlier phase", True), ("Without", False)):
            print(f"\n{title}\n\n{head}\n|---|---|---|---|---|---|---|", flush=True)
            jobs = partial(held, count=given.count, seed=given.seed, earlier=earlier)
            for shape, found in zip(SHAPES, pool.map(jobs, SHAPES), strict=True):
                print(_row(shape.title, found), flush=True)
                missed += shape.promised and earlier and not 0.75 <= found.held <= 0.85
        print(f"\nOther criteria\n\n{head}\n|---|---|---|---|---|---|---|", flush=True)
        jobs = partial(others, count=given.count, seed=given.seed)
        for title, found in zip(ODD, pool.map(jobs, ODD), strict=True):
            print(_row(title, found), flush=True)
    return 1 if missed else 0


def _row(title: str, found: Held) -> str:
    out = f"{found.ruled_out}: {found.chance:.0%}, {found.came:.0%}" if found.ruled_out else "0"
    return (
        f"| {title} | {found.intervals} | {found.held:.1%} ± {found.error:.1%} |"
        f" {found.claimed:.0%} | {found.sooner:.0%} | {found.later:.0%} | {out} |"
    )


def held(shape: Shape, count: int, seed: int, *, earlier: bool) -> Held:
    """Forecast so many cohorts of a shape, each once, while it is not met."""
    dice = np.random.default_rng([seed, *shape.title.encode()])
    return summed(_look(shape, dice, earlier=earlier) for _ in range(count))


def others(title: str, count: int, seed: int) -> Held:
    """Forecast so many phases in another criterion, each once, while it is not met."""
    dice = np.random.default_rng([seed, *title.encode()])
    return summed(ODD[title](dice) for _ in range(count))


def summed(looks: Iterator[Look]) -> Held:
    """Sum up what became of forecasts; those that rule it out have no interval."""
    found, out = [], []
    for truth, made in looks:
        never = made.last_day + 1
        if made.chance < RULED_OUT:
            out.append((made.chance, truth < never))
        else:
            low, high = made.earliest or never, made.latest or never
            found.append((low <= truth <= high, truth < low, truth > high, made.held))
    held, sooner, later, claimed = np.mean(found, axis=0) if found else (0.0,) * 4
    chance, came = np.mean(out, axis=0) if out else (0.0, 0.0)
    error = sqrt(held * (1 - held) / max(len(found), 1))
    return Held(len(found), held, error, claimed, sooner, later, len(out), chance, came)


def _look(shape: Shape, dice: np.random.Generator, *, earlier: bool) -> Look:
    """Draw a cohort and a morning on which it is not over, and forecast it."""
    while True:
        people, seen, bar = int(dice.choice(SIZES)), int(dice.choice(SEEN)), dice.choice(BARS)
        ever = float(dice.uniform(*shape.ever))
        course = shape.course(dice)
        adopted = _adopted(people, ever, course.by, dice)
        like = float(np.clip(ever + dice.normal(0, KIN), 0.05, 0.99))
        before = (shape.before or shape.course)(dice)
        size = int(dice.choice(EARLIER_SIZES))
        kin = Curve(size, _adopted(size, like, before.by, dice)[: seen + APART])
        need = needed(float(bar), people)
        if adopted[seen - 1] < need:
            break
    hit = np.nonzero(np.array(adopted) >= need)[0]
    truth = int(hit[0]) + 1 if len(hit) else GOAL_DAYS + 1
    curve = Curve(people, adopted[:seen], stopped=course.stopped[:seen])
    (made,) = forecast_people(curve, [need], GOAL_DAYS, [kin] if earlier else [])
    assert made is not None  # noqa: S101 - it is not met yet
    return truth, made


def _adopted(people: int, ever: float, by: Numbers, dice: np.random.Generator) -> tuple[int, ...]:
    """Draw a cohort: people who have adopted by the end of each day of the phase."""
    parts = np.diff(by, prepend=0.0) * ever
    gained = dice.multinomial(people, [*parts, max(0.0, 1 - parts.sum())])
    daily = np.zeros(GOAL_DAYS, dtype=np.int64)
    daily[DAYS - 1] = gained[:-1]
    return tuple(int(n) for n in np.cumsum(daily))
