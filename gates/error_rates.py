"""How often a gate is wrong: what it does to simulated phases whose people's rates are known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from config.criteria import Adopted, Criterion, Gate
from config.plan import Phase, Plan
from gates.simulated import WEEK, Course, Truth, cohorts
from gates.simulated_looks import look_daily
from gates.verdict import Kind
from gates.wording import number, percent
from rollout.phases import Dates
from rollout.quarters import ALL_ASKED_UP_TO, QUARTERS

HALF = 0.5
WORSE = 0.15
"""Below the bar: what "too few trained" means here, as a share."""
LESS_PLEASED = 0.5
"""Below the bar, in marks."""
DETRACTED = 10.0
"""Below the bar, in points of NPS."""
RISE = 0.25
"""Above what is allowed: rising calls for help."""
FEW = 0.35
"""Share who answer where few do."""
SLOW = 8
"""Working day by which half of slow adopters have adopted: the Wednesday of the second week."""
KEEN = 0.9


@dataclass(frozen=True, slots=True)
class Rates:
    """What a gate does to a phase whose people are really so; shares of simulated rollouts."""

    truth: Truth
    course: Course
    runs: int
    on_its_day: float
    """Advances by the day the numbers decide."""
    later: float
    """Advances on a later day."""
    paused: float
    rolled_back: float
    median_day: float | None
    """Median day of the verdicts that ended the looks; None where the gate always held."""

    @property
    def advances(self) -> float:
        """On its day or later."""
        return self.on_its_day + self.later

    @property
    def never(self) -> float:
        """Still held on the last day looked at."""
        return max(0.0, 1 - self.advances - self.paused - self.rolled_back)

    @property
    def wrongly_advances(self) -> float | None:
        """Advances though it should not, on any day; None where it should."""
        return None if self.truth.good else self.advances

    @property
    def wrongly_holds(self) -> float | None:
        """Does not advance on its day though it should, and stops nobody; None where not."""
        return self.later + self.never if self.truth.good else None

    @property
    def wrongly_stops(self) -> float | None:
        """Pauses or rolls back though it should advance; None where it should not."""
        return self.paused + self.rolled_back if self.truth.good else None


def rates(gate: Gate, truth: Truth, course: Course, runs: int, seed: int) -> Rates:
    """Simulate so many rollouts of one phase, and count what its gate does to them."""
    found = look_daily(cohorts(truth, course, runs, seed), gate)
    advanced = found.kind == Kind.ADVANCE.value
    ended = found.kind != Kind.HOLD.value
    on_its_day = advanced & (found.day <= course.soak_day)
    return Rates(
        truth=truth,
        course=course,
        runs=runs,
        on_its_day=float(on_its_day.mean()),
        later=float((advanced & ~on_its_day).mean()),
        paused=float((found.kind == Kind.PAUSE.value).mean()),
        rolled_back=float((found.kind == Kind.ROLL_BACK.value).mean()),
        median_day=float(np.median(found.day[ended])) if ended.any() else None,
    )


QUARTERS_ON = (5, 9, 16, 23)
"""Days on which quarters are asked, by the plan's defaults: a Friday, then Tuesdays."""


def course_of(
    gate: Gate,
    people: int,
    soak_day: int = 12,
    asked_on: int = 9,
    quarters: tuple[int, ...] = QUARTERS_ON,
) -> Course:
    """Give a phase's calendar as its gate sees it; only a large one is asked by quarters."""
    criterion = gate.adopted or Adopted()
    return Course(
        people=people,
        soak_day=soak_day,
        last_day=max(criterion.goal.days, soak_day),
        asked_on=asked_on,
        quarters=quarters if people > ALL_ASKED_UP_TO else (),
        active_days=criterion.days,
    )


def course_of_phase(plan: Plan, phase: Phase, dates: Dates, people: int) -> Course:
    """Give the calendar of a plan's phase that has dates, for so many people."""
    assert dates.launch is not None  # noqa: S101 - the caller's condition
    assert dates.soak_ends_on is not None  # noqa: S101 - likewise
    return course_of(
        plan.gate_of(phase),
        people,
        soak_day=(dates.soak_ends_on - dates.launch).days + 1,
        asked_on=WEEK * (phase.weeks - 1) + plan.notices.survey_on,
        quarters=tuple(WEEK * (w - 1) + plan.notices.quarter_on(w) for w in range(1, QUARTERS + 1)),
    )


@cache
def foretold(gate_json: str, course: Course, runs: int, seed: int) -> tuple[Rates, ...]:
    """Simulate a gate (as JSON) on people as hoped, and then on each way they may be amiss."""
    gate = Gate.model_validate_json(gate_json)
    found = (as_hoped(gate), *amiss(gate))
    return tuple(rates(gate, truth, course, runs, seed) for truth in found)


def as_hoped(gate: Gate) -> Truth:
    """Give people who are just as the plan hopes, and well above every other bar."""
    share = (gate.adopted or Adopted()).goal.share
    found = Truth(f"{percent(share)} adopt", good=True, adopters=share)
    if gate.training_completed:
        trained = max(found.trained, min(1.0, gate.training_completed.at_least + 0.1))
        found = replace(found, trained=trained)
    if gate.satisfaction:
        mean = max(found.satisfaction, min(9.5, gate.satisfaction.at_least + 1))
        found = replace(found, satisfaction=mean)
    if gate.nps:
        found = _with_nps(found, max(30.0, min(90.0, gate.nps.above + 30)))
    asked = [c.answers for c in (gate.satisfaction, gate.nps) if c]
    return replace(found, answering=max(found.answering, min(1.0, max(asked, default=0) + 0.1)))


def _with_nps(truth: Truth, score: float) -> Truth:
    """Change how many would recommend it, so that the score is as said."""
    detractors = min(0.25, (1 - abs(score) / 100) / 2)
    if score < 0:
        detractors = detractors - score / 100
    return replace(truth, detractors=detractors, promoters=detractors + score / 100)


def truths(gate: Gate) -> list[Truth]:
    """Give how people may really be, good and bad: one thing that is asked for is wrong each."""
    hoped = as_hoped(gate)
    keen = max(KEEN, hoped.adopters)
    found = [
        replace(hoped, name=f"{percent(keen)} adopt", adopters=keen),
        hoped,
        replace(hoped, name=f"{hoped.name}, slowly", half_by=SLOW),
    ]
    if gate.satisfaction or gate.nps:
        found.append(replace(hoped, name=f"{hoped.name}, few answer", answering=FEW))
    return [*found, *amiss(gate)]


def amiss(gate: Gate) -> list[Truth]:
    """Give people of whom one thing that the gate decides on is amiss, for each."""
    bad = replace(as_hoped(gate), good=False)
    found = []
    if _decides(gate.adopted):
        found.append(replace(bad, name=f"{percent(HALF)} adopt", adopters=HALF))
    if gate.training_completed and _decides(gate.training_completed):
        share = max(0.0, gate.training_completed.at_least - WORSE)
        found.append(replace(bad, name=f"{percent(share)} trained", trained=share))
    if gate.satisfaction and _decides(gate.satisfaction):
        mean = max(1.0, gate.satisfaction.at_least - LESS_PLEASED)
        found.append(replace(bad, name=f"satisfaction {number(mean)}", satisfaction=mean))
    if gate.nps and _decides(gate.nps):
        score = max(-100.0, gate.nps.above - DETRACTED)
        found.append(replace(_with_nps(bad, score), name=f"NPS {number(score)}"))
    if gate.tickets and _decides(gate.tickets):
        rise = gate.tickets.rise_at_most + RISE
        later = bad.launch_tickets * (1 + rise)
        found.append(replace(bad, name=f"calls rise by {percent(rise)}", later_tickets=later))
    return found


def _decides(criterion: Criterion | None) -> bool:
    return criterion is not None and not criterion.advisory and criterion.on_miss != "note"


def every(
    gate: Gate, courses: Sequence[Course], found: Sequence[Truth], runs: int, seed: int
) -> list[list[Rates]]:
    """Simulate each truth (a row) in each course (a column)."""
    return [[rates(gate, truth, course, runs, seed) for course in courses] for truth in found]
