"""How often the interval of an effect holds it, over simulated organisations with a planted one.

`./dev bench wedge` takes 2,000 organisations for each world below; `--count N` fewer. Every world
has a trend of the calendar, which comparing before with after takes for an effect.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from gates.wedge import Effect, effect

COUNT = 2000
SEED = 20260302
SHARES = (0.15, 0.35, 0.5)
BASELINE, BETWEEN = 6, 3
"""Weeks before the first move, and from one move to the next."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class World:
    """One kind of organisation."""

    title: str
    people: tuple[int, int]
    """From and to."""
    shape: Callable[[Matrix], Matrix]
    """Share of the effect there is so many weeks after the move."""
    counted: bool = False
    """Whether the measure is a count a week (errors) and not a level (orders an hour)."""
    promised: bool = True
    """Whether the interval is promised to hold the effect here."""
    struck: float = 0.0
    """What strikes one phase in its first weeks after the move, beside the effect."""


def _at_once(_: Matrix) -> Matrix:
    return np.ones_like(_)


def _growing(since: Matrix) -> Matrix:
    grown: Matrix = 1 - 0.6**since
    return grown


def _fading(since: Matrix) -> Matrix:
    faded: Matrix = 0.8**since
    return faded


WORLDS = {
    "at-once": World("60 to 240 people, the effect is there at once", (60, 240), _at_once),
    "growing": World("60 to 240 people, the effect grows with the weeks", (60, 240), _growing),
    "fading": World("60 to 240 people, the effect fades", (60, 240), _fading),
    "small": World("34 to 45 people, some 10 move last", (34, 45), _growing),
    "errors": World("60 to 240 people, counts of errors a week", (60, 240), _growing, counted=True),
    "struck": World(
        "as growing, but luck strikes one phase when it moves",
        (60, 240),
        _growing,
        promised=False,
        struck=1.5,
    ),
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A simulated one: people x weeks."""

    values: Matrix
    planted: Matrix
    """The effect alone, with the same gaps."""
    moved_in: npt.NDArray[np.int64]


def organisation(world: World, dice: np.random.Generator) -> Organisation:
    """Simulate one: people differ, their weeks resemble each other, the calendar drifts."""
    people = int(dice.integers(*world.people, endpoint=True))
    weeks = BASELINE + BETWEEN * len(SHARES)
    phase = dice.permutation(np.searchsorted(np.cumsum(SHARES), (np.arange(people) + 0.5) / people))
    moved_in = BASELINE + BETWEEN * phase
    since = np.arange(weeks) - moved_in[:, None]
    own = 20 + 4 * dice.standard_normal((people, 1)) - 1.5 * phase[:, None]
    # A trend upwards, a season and a jolt that everybody feels.
    week = np.arange(weeks)
    drift = dice.uniform(0.2, 0.6) * week + dice.normal(0, 0.7, weeks)
    drift = drift + 1.5 * np.sin(2 * np.pi * (week + dice.uniform(0, 26)) / 26)
    lasting = dice.uniform(0.3, 0.7)
    noise = dice.standard_t(5, (people, weeks)) * dice.uniform(1, 2, (people, 1))
    for number in range(1, weeks):
        noise[:, number] += lasting * noise[:, number - 1]
    size = dice.normal(dice.uniform(-2, 3), 0.7, (people, 1))
    planted = np.where(since > 0, size * world.shape(since.astype(np.float64).clip(0)), 0.0)
    lucky = dice.normal(0, world.struck, len(SHARES))[phase][:, None] if world.struck else 0.0
    level = own + drift + planted + np.where((since >= 0) & (since < BETWEEN + 1), lucky, 0.0)
    values = (
        dice.poisson(np.clip(level, 0.1, None)).astype(float) if world.counted else level + noise
    )
    gone = dice.random((people, weeks)) < 0.08
    return Organisation(np.where(gone, np.nan, values), np.where(gone, np.nan, planted), moved_in)


def before_and_after(one: Organisation, confidence: float = 0.95) -> tuple[float, float]:
    """Give the interval of people's own mean after the move less that before it (paired t)."""
    since = np.arange(one.values.shape[1]) - one.moved_in[:, None]
    known = np.isfinite(one.values)
    sides = [known & (since > 0), known & (since < 0)]
    both = sides[0].any(axis=1) & sides[1].any(axis=1)
    filled = np.where(known, one.values, 0.0)
    after, before = ((filled * side).sum(axis=1)[both] / side.sum(axis=1)[both] for side in sides)
    gain = after - before
    reach = stats.t.ppf((1 + confidence) / 2, len(gain) - 1) * gain.std(ddof=1) / sqrt(len(gain))
    return float(gain.mean() - reach), float(gain.mean() + reach)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of many organisations of one world."""

    held: float
    """Share of intervals that hold the planted effect."""
    fooled: float
    """Share of before-and-after's intervals that do."""
    bias: float
    """Mean of estimate less planted."""
    width: float
    """Mean width of the interval."""
    told: int
    """Organisations with enough people to tell."""


def calibrate(world: World, count: int, seed: int = SEED) -> Figures:
    """Simulate so many organisations and count."""
    dice = np.random.default_rng([seed, *world.title.encode()])
    held: list[bool] = []
    naive: list[bool] = []
    bias: list[float] = []
    width: list[float] = []
    for _ in range(count):
        one = organisation(world, dice)
        found, truth = effect(one.values, one.moved_in), _truth(one)
        if found.low is None or found.high is None or found.change is None:
            continue
        held.append(found.low <= truth <= found.high)
        low, high = before_and_after(one)
        naive.append(low <= truth <= high)
        bias.append(found.change - truth)
        width.append(found.high - found.low)
    return Figures(
        held=float(np.mean(held)),
        fooled=float(np.mean(naive)),
        bias=float(np.mean(bias)),
        width=float(np.mean(width)),
        told=len(held),
    )


def _truth(one: Organisation) -> float:
    """Give the mean of what was planted over the person-weeks compared.

    With nothing measured but what was planted there is no noise, so the answer is that mean.
    """
    found: Effect = effect(one.planted, one.moved_in)
    return found.change or 0.0


def main(arguments: Sequence[str]) -> None:
    """Print the table of docs/explanation/impact.md."""
    parser = argparse.ArgumentParser(prog="./dev bench wedge", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="organisations of each world")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    print("| world | 95 % intervals that hold | before against after | bias | width |")
    print("|---|--:|--:|--:|--:|")
    began = time.perf_counter()
    for world in WORLDS.values():
        found = calibrate(world, asked.count, asked.seed)
        told = "" if found.told == asked.count else f" (of {found.told} that can tell)"
        said = world.title if world.promised else f"{world.title} *(not promised)*"
        print(
            f"| {said}{told} | {found.held:.1%} | {found.fooled:.1%}"
            f" | {found.bias:+.3f} | {found.width:.2f} |"
        )
    print(f"\n{asked.count} organisations a world in {time.perf_counter() - began:.0f} s")
