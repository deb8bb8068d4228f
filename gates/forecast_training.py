"""A forecast of training: how many of those invited will have come by the end of each day.

Who has not come sits in a session to come; who misses that is invited to the next week's. Of those
expected a part comes, p: before anything is known as 3 of 4 did, as a Beta(3, 1), and then as many
as came of the seats there were.
"""

from dataclasses import dataclass

import numpy as np

from gates.clock import Numbers
from gates.forecast import Forecast, from_futures, never

FUTURES = 4000
PRIOR = (3.0, 1.0)


@dataclass(frozen=True, slots=True)
class Seats:
    """People who are still to come, and the days of the phase of their sessions to come."""

    people: int
    days: tuple[int, ...]


def forecast_training(
    came: int, seats: int, still: tuple[Seats, ...], need: int, begin: int, last_day: int
) -> Forecast | None:
    """Forecast the day by whose end `need` have come; None where they have.

    `came` of the `seats` held so far; `begin` is the last day that is known.
    """
    if came >= need:
        return None
    groups = [group for group in still if any(begin < day <= last_day for day in group.days)]
    if begin >= last_day or came + sum(group.people for group in groups) < need:
        return never(last_day)
    dice = np.random.default_rng([came, seats, need, begin, last_day])
    part = dice.beta(PRIOR[0] + came, PRIOR[1] + max(seats - came, 0), FUTURES)
    gained = np.zeros((FUTURES, last_day - begin), dtype=np.int64)
    for group in groups:
        missing: Numbers = np.full(FUTURES, group.people)
        for day in group.days:
            if begin < day <= last_day:
                now = dice.binomial(missing, part)
                gained[:, day - begin - 1] += now
                missing = missing - now
    return from_futures(came + np.cumsum(gained, axis=1) >= need, begin, last_day)
