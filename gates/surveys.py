"""Judging surveys: satisfaction and NPS are samples of people who chose to answer.

Enough people must have answered; an answer without a value could be anything, so that a verdict
stands only where no value it might have had would change it. Before the soak's end answers decide
only where they are certain: because the silent cannot change them, or by a bound that stays honest
however often one looks (`gates.bounded_mean`). That bound takes those who answered for a random
part of the cohort; the note says what the silent could make of it if they are not.
"""

import math
from dataclasses import replace

from config.criteria import EARLY, Nps, Satisfaction
from gates import bounded_mean, lenses
from gates.findings import Judged, Lack, State
from gates.moment import Moment
from gates.readings import NpsReading, SatisfactionReading
from gates.sample import Sample, fewest, nps_sample, satisfaction_sample
from gates.wording import count, left, listed, number, people, percent


def satisfaction(criterion: Satisfaction, reading: SatisfactionReading, moment: Moment) -> Judged:
    """Judge satisfaction."""
    sample = satisfaction_sample(criterion, reading)
    return _discreet(_judge(sample, moment, "mean", ends=("1", "10")), sample)


def nps(criterion: Nps, reading: NpsReading, moment: Moment) -> Judged:
    """Judge NPS."""
    sample = nps_sample(criterion, reading)
    return _discreet(_judge(sample, moment, "NPS", ends=("0", "10")), sample)


def _discreet(judged: Judged, sample: Sample) -> Judged:
    """Say nothing that would show what few people gave; the verdict counts them all the same."""
    few = f"of fewer than {sample.shown_from} people"
    if sample.hidden:
        said = f"{count(sample.answered, 'answer')} of {sample.whom}"
        reason = f"{said}, {sample.need} needed; {few} the marks are not shown"
        now = f"answers from {people(sample.answered)}"
        return replace(judged, reason=reason, now=now, note="", beyond="")
    if sample.pooled:
        pool = (
            f"{people(sample.pooled)} who moved before are counted too: {few} none is shown alone"
        )
        return replace(judged, note="; ".join(filter(None, (judged.note, pool))))
    return judged


def _judge(sample: Sample, moment: Moment, what: str, ends: tuple[str, str]) -> Judged:
    have, arrived = sample.answered, sample.answered + sample.blank
    now = f"{number(sample.scale * sample.total / have) if have else 'nothing'} from {people(have)}"
    note = _silent(sample, ends)
    if have < sample.need and (arrived < sample.need or not moment.soaked):
        few = f"{count(have, 'answer')} of {sample.whom}; {sample.need} needed"
        return Judged(State.UNDECIDED, f"{few}{left(moment.days_left)}", now, note)
    bar = f"{'>' if sample.above else '≥'} {number(sample.scale * sample.bar)}"
    if not moment.soaked:
        return lenses.of_answers(_early(sample, moment, f"{what} {now}", bar, note, now), sample)
    lowest, highest = sample.extremes(sample.blank)
    # A miss that is only noted is no worse than not knowing: then the blanks count as misses.
    unsure = sample.passes(*lowest) != sample.passes(*highest) and not sample.noted
    if have < sample.need or unsure:
        blank = f"{sample.blank} of {count(arrived, 'answer')} came without a value (nan)"
        return Judged(State.NO_DATA, f"answers: {blank}; {what} {now}, to be {bar}", now, note)
    met = sample.passes(*lowest)
    reason = f"{what} {now}, {'' if met else 'not '}{bar}"
    state = State.MET if met else State.MISSED
    judged = Judged(state, reason, now, note, certain=_counted(sample) is not None)
    return lenses.of_answers(judged, sample)


def _silent(sample: Sample, ends: tuple[str, str]) -> str:
    """Say what the silent could make of the number, and how few of them could turn it."""
    if sample.answered >= sample.asked:
        return ""
    extremes = sample.extremes(sample.asked - sample.answered)
    least, most = (f"{sample.scale * total / of:.1f}" for total, of in extremes)
    said = f"if all silent people gave {ends[0]}: {least}; all {ends[1]}: {most}"
    if sample.answered < sample.need or not sample.silent:
        return said
    turns = sample.changes()
    if turns is None:
        return f"{said}; no further answer can turn it"
    return f"{said}; {count(turns, 'further answer')} could turn it"


def _counted(sample: Sample) -> bool | None:
    """Tell what is so whatever the silent say: met, missed; None: they still decide."""
    worst, best = sample.extremes(sample.cohort - sample.answered)
    met = sample.passes(*worst)
    return met if met == sample.passes(*best) else None


def _early(sample: Sample, moment: Moment, said: str, bar: str, note: str, now: str) -> Judged:
    """Judge before the soak's end: only what is certain counts."""
    sure = _counted(sample)
    how = "whatever the others say"
    if sure is None and sample.marks:
        confidence = sample.confidence or EARLY
        sure = _bounded(sample, confidence)
        how = f"{percent(confidence)} certain, whoever answers next"
    if sure is None:
        return Judged(State.UNDECIDED, f"{said}, to be {bar}{left(moment.days_left)}", now, note)
    state = State.MET if sure else State.MISSED
    return Judged(state, f"{said}, {'' if sure else 'not '}{bar}, {how}", now, note, certain=True)


def _bounded(sample: Sample, confidence: float) -> bool | None:
    """Tell what the answers show of the whole cohort; a blank is at its worst either way."""
    worst, best = sample.with_blanks(sample.low), sample.with_blanks(sample.high)
    bar, ends, of = sample.bar, sample.ends, sample.cohort
    if bounded_mean.shows_more(worst, bar, ends, of, confidence):
        return True
    return False if bounded_mean.shows_less(best, bar, ends, of, confidence) else None


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
    samples = [sample for sample in given if sample in wanting or sample.to_come]
    blanks = [s.blank for s in wanting if s.blank and s.answered + s.blank >= s.need]
    if blanks:
        return Lack(f"a value in {count(max(blanks), 'answer')} that came without one")
    more = max(fewest(sample) for sample in samples)
    to_come = min(sample.to_come for sample in wanting)
    if more > to_come:
        verb = "is" if more == 1 else "are"
        still = f"{people(to_come)} can still answer"
        return Lack(f"{count(more, 'more good answer')} {verb} needed and {still}", possible=False)
    if any(sample.hidden for sample in given):
        return Lack(count(more, "more good answer"))
    how = [
        _average(satisfied, more) if satisfied in samples else "",
        _balance(recommend, more) if recommend in samples else "",
    ]
    return Lack(f"{count(more, 'more answer')}, {listed([*filter(None, how)]) or 'of any kind'},")


def surer(sample: Sample) -> Lack | None:
    """Give the fewest further answers that make a mean that is reached sure for people to come."""
    if sample.confidence is None or not sample.marks or _wants(sample):
        return None
    if _sure_with(sample, 0):
        return None
    if not _sure_with(sample, sample.to_come):
        said = "not even the best answer of everybody silent would make it sure for people to come"
        return Lack(said, possible=False)
    low, high = 0, sample.to_come
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _sure_with(sample, middle) else (middle, high)
    return Lack(f"{count(high, 'more answer')} as good as can be")


def _sure_with(sample: Sample, more: int) -> bool:
    """Tell whether so many further answers, the best there are, would show it of people to come."""
    marks = [*sample.with_blanks(sample.low), (sample.high, more)]
    assert sample.confidence is not None  # noqa: S101 - the caller's condition
    return bounded_mean.shows_more(marks, sample.bar, sample.ends, None, sample.confidence)


def _worst(sample: Sample) -> tuple[float, int]:
    """Give the sum and the count of what came, every blank at its lowest."""
    return sample.extremes(sample.blank)[0]


def _wants(sample: Sample) -> bool:
    return sample.answered < sample.need or not sample.passes(*_worst(sample))


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
