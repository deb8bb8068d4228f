"""A sample: answers of people who chose to answer, whichever the question."""

import math
from dataclasses import dataclass

from config.criteria import Nps, Satisfaction, Survey
from gates.bounded_mean import Marks
from gates.readings import Answered, NpsReading, SatisfactionReading
from gates.shares import at_least, needed
from gates.wording import people


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers as a sum of values between a lowest and a highest, whichever the question."""

    cohort: int
    asked: int
    """People of the cohort who were asked."""
    need: int
    """Answers needed; never none, for nobody's silence is a pass."""
    answered: int
    blank: int
    total: float
    """Sum of the values: of the marks, or of +1 a promoter and -1 a detractor."""
    low: int
    high: int
    bar: float
    """Mean of the values to reach."""
    above: bool
    """Whether the bar itself is not enough."""
    noted: bool
    """Whether a miss is only noted."""
    marks: Marks
    """The values, and how many gave each; empty where a reading does not tell."""
    scale: int
    """What a value is shown times: NPS is shown times 100."""
    steps: int
    """Equal steps of the scale that bounds are shown in."""
    pooled: int
    """People of earlier phases among the cohort."""
    shown_from: int
    """Fewer people's values are not shown."""
    confidence: float | None
    """How surely the answers must also hold for people to come."""

    def passes(self, total: float, of: int) -> bool:
        """Tell whether a sum of so many values is good enough."""
        if self.above:
            return total > self.bar * of + 1e-9
        return at_least(total, self.bar * of)

    @property
    def silent(self) -> int:
        """People who were asked and have not answered."""
        return self.asked - self.answered - self.blank

    @property
    def to_come(self) -> int:
        """People who can still answer: the silent, and those whose turn is yet to come."""
        return self.cohort - self.answered - self.blank

    @property
    def whom(self) -> str:
        """Of whom answers are counted: 24 people, or 51 people asked."""
        return f"{people(self.asked)}{'' if self.asked == self.cohort else ' asked'}"

    @property
    def hidden(self) -> bool:
        """Whether so few are asked that what they gave is not shown."""
        return self.asked < self.shown_from

    @property
    def ends(self) -> tuple[int, int]:
        """The lowest and the highest value there is."""
        return self.low, self.high

    def with_blanks(self, value: int) -> Marks:
        """Give the values, and how many gave each, with every blank's at `value`."""
        return [*self.marks, (value, self.blank)]

    def changes(self) -> int | None:
        """Give the fewest further answers that could turn what the numbers say; None: none can."""
        met = self.passes(*self.extremes(self.blank)[0])
        more = self._to_miss() if met else fewest(self)
        return more if more <= self.silent else None

    def _to_miss(self) -> int:
        total, of = self.extremes(self.blank)[0]
        spare, room = total - self.bar * of, self.bar - self.low
        if room <= 0:
            return self.cohort + 1
        steps = round(spare / room, 9)
        return math.ceil(steps) if self.above else math.floor(steps) + 1

    def extremes(self, more: int) -> tuple[tuple[float, int], tuple[float, int]]:
        """Give the lowest and highest sum, each with its count, if so many more had answered."""
        of = self.answered + more
        return (self.total + more * self.low, of), (self.total + more * self.high, of)


def satisfaction_sample(criterion: Satisfaction, reading: SatisfactionReading) -> Sample:
    """See satisfaction as a sample."""
    return Sample(
        cohort=reading.cohort,
        asked=_asked(reading),
        need=_need(criterion, reading),
        answered=reading.answered,
        blank=reading.blank,
        total=reading.total,
        low=1,
        high=10,
        bar=criterion.at_least,
        above=False,
        noted=criterion.on_miss == "note",
        marks=reading.marks,
        scale=1,
        steps=36,
        pooled=reading.pooled,
        shown_from=criterion.anonymous_below,
        confidence=criterion.confidence,
    )


def nps_sample(criterion: Nps, reading: NpsReading) -> Sample:
    """See NPS as a sample of -1, 0 and 1."""
    p, d = reading.promoters, reading.detractors
    return Sample(
        cohort=reading.cohort,
        asked=_asked(reading),
        need=_need(criterion, reading),
        answered=reading.answered,
        blank=reading.blank,
        total=p - d,
        low=-1,
        high=1,
        bar=criterion.above / 100,
        above=True,
        noted=criterion.on_miss == "note",
        marks=((1, p), (0, reading.answered - p - d), (-1, d)),
        scale=100,
        steps=40,
        pooled=reading.pooled,
        shown_from=criterion.anonymous_below,
        confidence=criterion.confidence,
    )


def _asked(reading: Answered) -> int:
    return reading.cohort if reading.asked is None else reading.asked


def _need(criterion: Survey, reading: Answered) -> int:
    """Give the answers needed: never none, nor more than there are people."""
    share = needed(criterion.answers, _asked(reading))
    return max(1, share, min(criterion.answers_at_least, reading.cohort))


def fewest(sample: Sample) -> int:
    """Give the fewest further answers that can do, each the best there is."""
    total, of = sample.extremes(sample.blank)[0]
    gap, room = sample.bar * of - total, sample.high - sample.bar
    if room <= 0:
        enough = 0 if gap <= 0 else sample.cohort + 1  # no mean of 10 with a 9 among them
    else:
        steps = round(gap / room, 9)
        enough = math.floor(steps) + 1 if sample.above else math.ceil(steps)
    return max(enough, sample.need - sample.answered, 1)
