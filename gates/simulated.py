"""Simulated phases: many rollouts of one cohort at once, as arrays, under stated true rates.

People of a cohort are alike and independent, so that what is judged depends on counts only: how
many adopted on each day, answered each mark, called for help. A rollout is a row of such counts,
drawn from one seeded generator. Only numpy is needed, so that `changeover plan` stays quick.

What people are taken to do: an adopter begins on a working day, is active on every working day
from then on, and has adopted once the criterion's days are full; who does not adopt never logs
in. Working days are Monday to Friday of a phase that launches on a Monday. Each person answers
the survey at most once, both questions, and what they answer does not depend on whether they
adopted. A cohort too large to be asked at once is asked by quarters, each person in one of them.
Tickets come at random (Poisson) by the people active.
"""

from dataclasses import dataclass
from functools import cache
from math import lgamma

import numpy as np
import numpy.typing as npt

from rollout.quarters import QUARTERS

Counts = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

WEEK = 7
WORKING = 5
"""Working days of a week."""
RISE = 1.2
"""Shape of the curve of adoption (Weibull): the first days are a little slower."""
SPREAD = 8.0
"""How alike marks are (beta-binomial concentration): a standard deviation near 1.9."""
PROMPT = 0.6
"""Of those who answer, the share who do each day from the day they are asked."""


@dataclass(frozen=True, slots=True)
class Truth:
    """How people really are; every rate is true of each person of the cohort."""

    name: str
    """In words: 80 % adopt."""
    good: bool
    """Whether such a phase should advance."""
    adopters: float = 0.8
    """Share who adopt within the goal's days."""
    half_by: int = 5
    """Working day by which half of those have adopted."""
    trained: float = 0.92
    """Share who come to their training."""
    answering: float = 0.65
    """Share who answer the survey at all."""
    satisfaction: float = 8.0
    """Mean mark, from 1 to 10."""
    promoters: float = 0.45
    detractors: float = 0.15
    launch_tickets: float = 0.6
    """Tickets of an active person in the launch week."""
    later_tickets: float = 0.2
    """Tickets of an active person in a later week."""


@dataclass(frozen=True, slots=True)
class Course:
    """A phase's calendar, in days of the phase; launch day is 1, a Monday."""

    people: int
    soak_day: int = 12
    """The day from which the numbers decide."""
    last_day: int = 28
    """The last day looked at; nobody adopts after it."""
    asked_on: int = 9
    """The day of the survey, where everybody is asked at once."""
    quarters: tuple[int, ...] = ()
    """The days on which the quarters are asked, one after the other; none: all at once."""
    active_days: int = 3
    """Days of activity that make an adopter."""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Rollouts of one cohort: a row each; a second axis counts days 0 to the last, 0 for never."""

    course: Course
    adopting: Counts
    """People by the day on which they have adopted."""
    asked: Counts
    """People by the day on which they were asked."""
    trained: Counts
    """People who came to their training (one axis)."""
    marks: Counts
    """Answers by the day they came and by their mark less one (three axes)."""
    scores: Counts
    """The same answers by day, and detractor, passive or promoter (three axes)."""
    tickets: Counts
    """Tickets by the day they were opened."""

    def __len__(self) -> int:
        """How many rollouts."""
        return len(self.adopting)


def cohorts(truth: Truth, course: Course, runs: int, seed: int) -> Cohorts:
    """Simulate so many rollouts of a cohort; the same seed gives the same ones."""
    dice = np.random.default_rng([seed, course.people, course.soak_day])
    adopting = dice.multinomial(course.people, adoption(truth, course), size=runs)
    asked, answered = _survey(dice, truth, course, runs)
    tickets = dice.poisson(_tickets_expected(truth, course, adopting))
    scores = [truth.detractors, 1 - truth.detractors - truth.promoters, truth.promoters]
    return Cohorts(
        course=course,
        adopting=adopting,
        asked=asked,
        trained=dice.binomial(course.people, truth.trained, size=runs),
        marks=dice.multinomial(answered, marks(truth.satisfaction)),
        scores=dice.multinomial(answered, scores),
        tickets=tickets,
    )


def working_days(last_day: int, active_days: int = 1) -> Counts:
    """Give the days of the phase people work on: every day where a week needs more than five."""
    days = np.arange(1, last_day + 1)
    return days if active_days > WORKING else days[(days - 1) % WEEK < WORKING]


def adoption(truth: Truth, course: Course) -> Shares:
    """Give each person's chance to have adopted on day 1, 2, ...; at 0 the chance of never."""
    days = working_days(course.last_day, course.active_days)
    worked = np.arange(1, len(days) + 1) - course.active_days + 1
    half = max(1, truth.half_by - course.active_days + 1)
    by = 1 - np.exp2(-((np.maximum(worked, 0) / half) ** RISE))
    chance = np.zeros(course.last_day + 1)
    chance[days] = truth.adopters * np.diff(by, prepend=0) / by[-1]
    chance[0] = 1 - truth.adopters
    return chance


def _survey(
    dice: np.random.Generator, truth: Truth, course: Course, runs: int
) -> tuple[Counts, Counts]:
    """Ask people, all at once or by quarters; gives how many by the day of each, and of answers."""
    asked = np.zeros((runs, course.last_day + 1), dtype=np.int64)
    answered = np.zeros_like(asked)
    sizes = np.full((runs, 1), course.people)
    if course.quarters:
        # Whose turn is when was drawn for each person apart, so that quarters differ in size.
        sizes = dice.multinomial(course.people, np.full(QUARTERS, 1 / QUARTERS), size=runs)
    for place, day in enumerate(course.quarters or (course.asked_on,)):
        if day <= course.last_day:
            asked[:, day] += sizes[:, place]
            answered += dice.multinomial(sizes[:, place], answering(truth, course, day))
    answered[:, 0] = 0
    return asked, answered


def answering(truth: Truth, course: Course, asked_on: int) -> Shares:
    """Give each person's chance to answer on day 1, 2, ..., asked on one; at 0 that of never."""
    days = np.arange(asked_on, course.last_day + 1)
    chance = np.zeros(course.last_day + 1)
    chance[days] = truth.answering * PROMPT * (1 - PROMPT) ** np.arange(len(days))
    chance[0] = 1 - chance.sum()
    return chance


def marks(mean: float) -> Shares:
    """Give the chances of the marks 1 to 10: beta-binomial, so that their mean is exact."""
    p = (mean - 1) / 9
    if not 0 < p < 1:
        only: Shares = np.eye(10)[0 if p <= 0 else 9]
        return only
    a, b = SPREAD * p, SPREAD * (1 - p)

    def beta(x: float, y: float) -> float:
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    log = [
        lgamma(10) - lgamma(k + 1) - lgamma(10 - k) + beta(k + a, 9 - k + b) - beta(a, b)
        for k in range(10)
    ]
    chance: Shares = np.exp(log) / np.exp(log).sum()
    return chance


@cache
def activity(last_day: int, active_days: int) -> npt.NDArray[np.bool_]:
    """Tell on which days (columns, from 0) a person of each adoption day (rows) is active.

    Row 0 is whoever never adopts; a row of a day on which nobody can adopt is empty.
    """
    days = working_days(last_day, active_days)
    active = np.zeros((last_day + 1, last_day + 1), dtype=bool)
    for place in range(active_days - 1, len(days)):
        active[days[place], days[place - active_days + 1 :]] = True
    return active


def _tickets_expected(truth: Truth, course: Course, adopting: Counts) -> Shares:
    """Give the tickets expected on each day: by the people active in the week up to it."""
    active = activity(course.last_day, course.active_days)
    begun = np.cumsum(active, axis=1) > 0
    users = adopting @ begun
    days = np.arange(course.last_day + 1)
    rate = np.where(days <= WEEK, truth.launch_tickets, truth.later_tickets) / WEEK
    rate[0] = 0.0
    expected: Shares = users * rate
    return expected
