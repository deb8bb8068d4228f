"""The effect of moving: people who have moved against people who have not, in the same weeks.

A phased rollout moves its groups one after the other, so that in most weeks some have moved and
others have not: a stepped wedge (Hussey and Hughes 2007, doi:10.1016/j.cct.2006.05.007). Each
person's own mean before the move says where they started; whoever has not moved yet says what the
week itself did (a season, a price rise, a holiday). What is left is the effect. Comparing before
with after alone would take every trend of the calendar for one.

How it is done. Person and week effects are fitted on what was measured *before* people moved, and
only there; each moved person-week is compared with what those say it would have been; the effect
is the mean of the differences (the imputation estimator of Borusyak, Jaravel and Spiess 2024,
doi:10.1093/restud/rdae007). Unlike one coefficient for "moved" beside person and week effects it
stays right where the effect grows with time or differs between phases, for nobody who has moved is
ever taken as a comparison for others (Goodman-Bacon 2021, doi:10.1016/j.jeconom.2021.03.014).

The interval is that of the jackknife: how much the answer changes when each person in turn is
left out (Efron and Stein 1981, doi:10.1214/aos/1176345462), so that a person's weeks may resemble
each other as they like; with Student's t on the effective number of people (Satterthwaite 1946,
doi:10.2307/3002019), for a few may carry most of the weight.

What it cannot see: something that struck one phase alone in the very weeks it moved (a new
customer, a flood) looks like an effect, for a phase is one group and not many people; that the not
yet moved behave differently because others have; and the effect on the last phase, which has
nobody left to be compared with. `./dev bench wedge` measures how often the interval holds, and how
often it does where one of these is at work.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Matrix = npt.NDArray[np.float64]
Weeks = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MINIMUM = 10
"""People on either side of a comparison below which an interval would promise too much."""
SETTLING = 1
"""Weeks from the move on that count on neither side: the first is partly before it."""
ROUNDS_AT_MOST = 500
CLOSE = 1e-10


@dataclass(frozen=True, slots=True)
class Effect:
    """What moving did to a measure, in the measure's own unit a week and person."""

    moved: int
    """People who have moved and can be compared."""
    waiting: int
    """People not yet moved in the week that has most of them of the weeks compared."""
    weeks: int = 0
    """Weeks in which both are."""
    change: float | None = None
    """Mean difference; None where there are too few to tell."""
    low: float | None = None
    high: float | None = None
    """Ends of the interval."""
    otherwise: float | None = None
    """What the moved people's mean would have been had they not moved."""
    freedom: float | None = None
    """Degrees of freedom of the interval: the effective number of people, less two."""

    def relative(self, change: float) -> float | None:
        """Give a change, or an end of the interval, as a share of what would have been.

        The moved people's own mean is observed; had the change been `change`, it would have been
        that mean less `change`. So an interval's end maps to an interval's end. None where the
        measure could have been nothing or less.
        """
        if self.change is None or self.otherwise is None:
            return None
        base = self.otherwise + self.change - change
        return change / base if base > 0 else None


@dataclass(frozen=True, slots=True)
class _Panel:
    """One row a person, one column a week; only what takes part in the comparison."""

    values: Matrix
    """Nothing is NaN: what was not measured is zero, and masked."""
    before: Flags
    after: Flags


def effect(
    values: Matrix,
    moved_in: Weeks,
    *,
    confidence: float = 0.95,
    minimum: int = MINIMUM,
    settling: int = SETTLING,
) -> Effect:
    """Estimate the effect of moving on a measure.

    `values` has a row a person and a column a calendar week, NaN where nothing was measured;
    `moved_in` gives the column of the week each person moved in, or the number of columns or more
    for whoever had not by the end. With fewer than `minimum` people on either side of a week that
    week is not compared, and with none left there are too few to tell.
    """
    if values.ndim != 2 or moved_in.shape != values.shape[:1]:
        shapes = f"{values.shape} and {moved_in.shape}"
        raise ValueError(f"values must be people x weeks and moved_in one a person; got {shapes}")
    panel = _panel(values, moved_in, minimum, settling)
    moved = int(panel.after.any(axis=1).sum())
    compared = panel.after.any(axis=0)
    found = Effect(
        moved=moved,
        waiting=int(panel.before[:, compared].sum(axis=0).max(initial=0)),
        weeks=int(compared.sum()),
    )
    if moved < minimum or found.waiting < minimum:
        return _too_few(found, values, moved_in, settling)
    return _estimate(panel, found, confidence)


def _panel(values: Matrix, moved_in: Weeks, minimum: int, settling: int) -> _Panel:
    """Keep weeks with enough people before their move, and people measured before theirs."""
    known = np.isfinite(values)
    week = np.arange(values.shape[1])
    before = known & (week < moved_in[:, None])
    after = known & (week >= moved_in[:, None] + settling)
    enough = before.sum(axis=0) >= minimum
    before, after = before & enough, after & enough
    people = before.any(axis=1)
    kept = np.ix_(people, enough)
    return _Panel(np.where(before | after, values, 0.0)[kept], before[kept], after[kept])


def _too_few(found: Effect, values: Matrix, moved_in: Weeks, settling: int) -> Effect:
    """Count who there is on either side, so that the words can say how many more are needed."""
    week = np.arange(values.shape[1])
    known = np.isfinite(values)
    before, after = (
        known & (week < moved_in[:, None]),
        known & (week >= moved_in[:, None] + settling),
    )
    either = after.any(axis=0)
    waiting = before[:, either].sum(axis=0).max(initial=0)
    if not either.any():
        # Nobody's weeks after the move are there yet: those who wait in the last week.
        waiting = before[:, -1:].sum()
    people = int((after.any(axis=1) & before.any(axis=1)).sum())
    return replace(found, moved=people, waiting=int(waiting), weeks=0)


def _estimate(panel: _Panel, found: Effect, confidence: float) -> Effect:
    before = panel.before.astype(np.float64)
    length = before.sum(axis=1, keepdims=True)
    own = (panel.values * before).sum(axis=1, keepdims=True) / length
    system = np.diag(before.sum(axis=0)) - before.T @ (before / length)
    # Only differences between weeks are told: any level will do, and this one makes it regular.
    system += before.sum() / before.shape[1] ** 2
    if np.linalg.matrix_rank(system) < len(system):
        return replace(found, weeks=0)  # groups of weeks that no person connects
    inverse = np.linalg.inv(system)
    centred = before * (panel.values - own)
    week = inverse @ centred.sum(axis=0)
    moved = panel.after.sum(axis=1)
    rest = (panel.values * panel.after).sum(axis=1) - moved * own[:, 0]
    pull = panel.after - moved[:, None] * before / length
    total, all_moved, all_pull = rest.sum(), moved.sum(), pull.sum(axis=0)
    change = (total - all_pull @ week) / all_moved
    left_out = _left_out(before, length, inverse, centred, week)
    without = (total - rest - ((all_pull - pull) * (week - left_out)).sum(axis=1)) / (
        all_moved - moved
    )
    people = len(without)
    error = math.sqrt((people - 1) / people * float(((without - without.mean()) ** 2).sum()))
    freedom = _freedom(panel, before, length, all_pull @ inverse)
    reach = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    mean = float((panel.values * panel.after).sum() / all_moved)
    return replace(
        found,
        change=float(change),
        low=float(change) - reach,
        high=float(change) + reach,
        otherwise=mean - float(change),
        freedom=freedom,
    )


def _left_out(
    before: Matrix, length: Matrix, inverse: Matrix, centred: Matrix, week: Matrix
) -> Matrix:
    """Give, for each person, by how much the week effects change when they are left out.

    The person's own part of the system, C, is taken away from it: (S - C) x = g is solved as
    x = S^-1 (g + C x), again and again, which converges because a person is a part of the whole.
    """
    means = (before * week).sum(axis=1, keepdims=True) / length
    own = centred - before * (week - means)
    change: Matrix = own @ inverse
    for _ in range(ROUNDS_AT_MOST):
        seen = (before * change).sum(axis=1, keepdims=True) / length
        then: Matrix = (own + before * (change - seen)) @ inverse
        done = np.abs(then - change).max(initial=0) <= CLOSE * (1 + np.abs(then).max(initial=0))
        change = then
        if done:
            break
    return change


def _freedom(panel: _Panel, before: Matrix, length: Matrix, week: Matrix) -> float:
    """Give the effective number of people, less two: by how evenly they carry the answer."""
    moved = panel.after.sum(axis=1, keepdims=True)
    mean = (before * week).sum(axis=1, keepdims=True) / length
    weight = before * (moved / length + week - mean)
    carried = panel.after.sum(axis=1) + (weight**2).sum(axis=1)
    return max(1.0, float(carried.sum() ** 2 / (carried**2).sum()) - 2)
