"""Judging surveys: satisfaction and NPS are samples of people who chose to answer.

Enough people must have answered; an answer without a value could be anything, so that a verdict
stands only where no value it might have had would change it.
"""

import math
from dataclasses import dataclass

from config.criteria import Nps, Satisfaction
from gates.findings import Judged, Lack, State
from gates.moment import Moment
from gates.readings import NpsReading, SatisfactionReading
from gates.shares import at_least, needed
from gates.wording import count, left, listed, number, people


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers as a sum of values between a lowest and a highest, whichever the question."""

    cohort: int
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

    def passes(self, total: float, of: int) -> bool:
        """Tell whether a sum of so many values is good enough."""
        if self.above:
            return total > self.bar * of + 1e-9
        return at_least(total, self.bar * of)

    @property
    def silent(self) -> int:
        """People who have not answered."""
        return self.cohort - self.answered - self.blank

    def extremes(self, more: int) -> tuple[tuple[float, int], tuple[float, int]]:
        """Give the lowest and highest sum, each with its count, if so many more had answered."""
        of = self.answered + more
        return (self.total + more * self.low, of), (self.total + more * self.high, of)


def satisfaction_sample(criterion: Satisfaction, reading: SatisfactionReading) -> Sample:
    """See satisfaction as a sample."""
    return Sample(
        cohort=reading.cohort,
        need=max(1, needed(criterion.answers, reading.cohort)),
        answered=reading.answered,
        blank=reading.blank,
        total=reading.total,
        low=1,
        high=10,
        bar=criterion.at_least,
        above=False,
        noted=criterion.on_miss == "note",
    )


def nps_sample(criterion: Nps, reading: NpsReading) -> Sample:
    """See NPS as a sample of -1, 0 and 1."""
    return Sample(
        cohort=reading.cohort,
        need=max(1, needed(criterion.answers, reading.cohort)),
        answered=reading.answered,
        blank=reading.blank,
        total=reading.promoters - reading.detractors,
        low=-1,
        high=1,
        bar=criterion.above / 100,
        above=True,
        noted=criterion.on_miss == "note",
    )


def satisfaction(criterion: Satisfaction, reading: SatisfactionReading, moment: Moment) -> Judged:
    """Judge satisfaction."""
    sample = satisfaction_sample(criterion, reading)
    return _judge(sample, moment, "mean", scale=1, ends=("1", "10"))


def nps(criterion: Nps, reading: NpsReading, moment: Moment) -> Judged:
    """Judge NPS."""
    return _judge(nps_sample(criterion, reading), moment, "NPS", scale=100, ends=("0", "10"))


def _judge(sample: Sample, moment: Moment, what: str, scale: int, ends: tuple[str, str]) -> Judged:
    have, arrived = sample.answered, sample.answered + sample.blank
    value = number(scale * sample.total / have) if have else "nothing"
    now = f"{value} from {people(have)}"
    least, most = (scale * total / of for total, of in sample.extremes(sample.cohort - have))
    note = f"if all silent people gave {ends[0]}: {least:.1f}; all {ends[1]}: {most:.1f}"
    note = note if have < sample.cohort else ""
    if have < sample.need and (arrived < sample.need or not moment.soaked):
        few = f"{count(have, 'answer')} of {people(sample.cohort)}; {sample.need} needed"
        return Judged(State.UNDECIDED, f"{few}{left(moment.days_left)}", now, note)
    lowest, highest = sample.extremes(sample.blank)
    bar = f"{'>' if sample.above else '≥'} {number(scale * sample.bar)}"
    if not moment.soaked:
        reason = f"{what} {now}, to be {bar}{left(moment.days_left)}"
        return Judged(State.UNDECIDED, reason, now, note)
    # A miss that is only noted is no worse than not knowing: then the blanks count as misses.
    unsure = sample.passes(*lowest) != sample.passes(*highest) and not sample.noted
    if have < sample.need or unsure:
        blank = f"{sample.blank} of {count(arrived, 'answer')} came without a value (nan)"
        return Judged(State.NO_DATA, f"answers: {blank}; {what} {now}, to be {bar}", now, note)
    met = sample.passes(*lowest)
    far = sample.extremes(sample.cohort - have)
    certain = sample.passes(*far[0]) == sample.passes(*far[1])
    reason = f"{what} {now}, {'' if met else 'not '}{bar}"
    return Judged(State.MET if met else State.MISSED, reason, now, note, certain)


def satisfaction_needed(
    criterion: Satisfaction, reading: SatisfactionReading | None, _: Moment
) -> str:
    """Write what is asked."""
    asked = f"satisfaction ≥ {number(criterion.at_least)}"
    need = satisfaction_sample(criterion, reading).need if reading else None
    return f"{asked}, from {people(need)}" if need else asked


def nps_needed(criterion: Nps, reading: NpsReading | None, _: Moment) -> str:
    """Write what is asked."""
    asked = f"NPS above {number(criterion.above)}"
    need = nps_sample(criterion, reading).need if reading else None
    return f"{asked}, from {people(need)}" if need else asked


def lacking(satisfied: Sample | None, recommend: Sample | None) -> Lack | None:
    """Give the fewest further answers, and how good, that would do for both questions at once.

    The same people answer both: what is well already must stay so.
    """
    given = [sample for sample in (satisfied, recommend) if sample is not None]
    wanting = [sample for sample in given if _wants(sample)]
    if not wanting:
        return None
    samples = [sample for sample in given if sample in wanting or sample.silent]
    blanks = [s.blank for s in wanting if s.blank and s.answered + s.blank >= s.need]
    if blanks:
        return Lack(f"a value in {count(max(blanks), 'answer')} that came without one")
    more = max(_fewest(sample) for sample in samples)
    silent = min(sample.silent for sample in wanting)
    if more > silent:
        verb = "is" if more == 1 else "are"
        still = f"{people(silent)} can still answer"
        return Lack(f"{count(more, 'more good answer')} {verb} needed and {still}", possible=False)
    how = [
        _average(satisfied, more) if satisfied in samples else "",
        _balance(recommend, more) if recommend in samples else "",
    ]
    return Lack(f"{count(more, 'more answer')}, {listed([*filter(None, how)]) or 'of any kind'},")


def _worst(sample: Sample) -> tuple[float, int]:
    """Give the sum and the count of what came, every blank at its lowest."""
    return sample.extremes(sample.blank)[0]


def _wants(sample: Sample) -> bool:
    return sample.answered < sample.need or not sample.passes(*_worst(sample))


def _fewest(sample: Sample) -> int:
    """Give the fewest further answers that can do, each the best there is."""
    total, of = _worst(sample)
    gap, room = sample.bar * of - total, sample.high - sample.bar
    if room <= 0:
        enough = 0 if gap <= 0 else sample.cohort + 1  # no mean of 10 with a 9 among them
    else:
        steps = round(gap / room, 9)
        enough = math.floor(steps) + 1 if sample.above else math.ceil(steps)
    return max(enough, sample.need - sample.answered, 1)


def _average(sample: Sample | None, more: int) -> str:
    """Say how good so many further answers must be on average; nothing where any would do."""
    if sample is None:
        return ""
    total, of = _worst(sample)
    # Rounded up, so that the printed mean does suffice.
    least = math.ceil(round((sample.bar * (of + more) - total) / more * 100, 6)) / 100
    return f"averaging {number(least)} or better" if least > sample.low else ""


def _balance(sample: Sample | None, more: int) -> str:
    """Say how promoters and detractors among so many further answers must stand."""
    if sample is None:
        return ""
    total, of = _worst(sample)
    net = math.floor(round(sample.bar * (of + more) - total, 9)) + 1
    if net <= -more:
        return ""
    if net > 0:
        return f"with at least {count(net, 'more promoter')} than detractors"
    if net == 0:
        return "with no more detractors than promoters"
    return f"with at most {count(-net, 'more detractor')} than promoters"
