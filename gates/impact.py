"""Judging what moving did to the work: an interval against a bar, in words a manager reads."""

from config.work import Impact
from gates.findings import Judged, Lack, State
from gates.moment import Moment
from gates.wording import left, number, percent
from gates.work_readings import ImpactReading, MeasureReading

AGAINST = "than colleagues not yet moved, same weeks"


def impact(criterion: Impact, reading: ImpactReading, moment: Moment) -> Judged:
    """Judge every measure at the soak's end: the whole interval must be on the right side.

    An interval of 95 % is one for one look: before the soak ends it is shown and decides nothing.
    """
    said = [say(measure, criterion.people) for measure in reading.measures]
    now = "; ".join(said)
    states = {_state(criterion, measure) for measure in reading.measures}
    if not moment.soaked:
        return Judged(State.UNDECIDED, f"{now}{left(moment.days_left)}", now)
    for state in (State.MISSED, State.UNDECIDED):
        if state in states:
            return Judged(state, now, now)
    return Judged(State.MET, now, now)


def _state(criterion: Impact, measure: MeasureReading) -> State:
    """Judge one measure, as a share of what would have been."""
    better = improvement(measure)
    if better is None:
        return State.UNDECIDED
    low, high = better
    bar = -criterion.not_worse_than if criterion.at_least is None else criterion.at_least
    if low >= bar:
        return State.MET
    return State.MISSED if high < bar else State.UNDECIDED


def improvement(measure: MeasureReading) -> tuple[float, float] | None:
    """Give the ends of the interval as shares, better above worse; None: too few to tell."""
    low, high = measure.share_low, measure.share_high
    if low is None or high is None:
        return None
    return (low, high) if measure.better == "higher" else (-high, -low)


def say(measure: MeasureReading, needs: int) -> str:
    """Say a measure's effect as a person reads it."""
    if measure.change is None or measure.low is None or measure.high is None:
        moved = f"{measure.moved} moved, {measure.waiting} not yet"
        return f"{measure.what}: too few to tell: {moved}; needs {needs} each"
    if measure.share is None or measure.share_low is None or measure.share_high is None:
        ends, unit = (measure.change, measure.low, measure.high), f" {measure.unit}"
        shown = [f"{abs(end):.3g}" for end in ends]
    else:
        ends, unit = (measure.share, measure.share_low, measure.share_high), " %"
        shown = [f"{abs(end) * 100:.0f}" for end in ends]
    return f"{measure.what}: {_interval(ends, shown, unit)} {AGAINST}"


def _interval(ends: tuple[float, float, float], shown: list[str], unit: str) -> str:
    """Write "12 % more (5 to 19 %)"; where it may be either, "(from 2 % less to 19 % more)"."""
    (middle, low, high), (size, at_low, at_high) = ends, shown
    head = f"{size}{unit} {_word(middle)}"
    if low <= 0 <= high:
        return f"{head} (from {at_low}{unit} {_word(low)} to {at_high}{unit} {_word(high)})"
    first, last = (at_low, at_high) if low > 0 else (at_high, at_low)
    return f"{head} ({first} to {last}{unit})"


def _word(change: float) -> str:
    return "more" if change >= 0 else "less"


def per_person(measure: MeasureReading) -> str:
    """Say the change in the measure's own unit: what a person saves; empty where it is unknown."""
    if measure.change is None:
        return ""
    return f"{measure.what}: {measure.change:+.3g} {measure.unit} a person"


def impact_needed(criterion: Impact, _reading: ImpactReading | None, _: Moment) -> str:
    """Write what is asked."""
    if criterion.at_least is not None:
        return f"the work is better by {percent(criterion.at_least)} at least, for certain"
    return f"the work is not worse by more than {percent(criterion.not_worse_than)}, for certain"


def impact_lack(criterion: Impact, reading: ImpactReading, _: Moment) -> Lack | None:
    """Say what is missing to tell."""
    few = [m for m in reading.measures if improvement(m) is None]
    if few:
        one = few[0]
        people = f"{one.moved} moved and {one.waiting} not yet"
        return Lack(f"{criterion.people} people measured on either side ({people})")
    bad = [m for m in reading.measures if _state(criterion, m) is not State.MET]
    if not bad:
        return None
    low = min(found[0] for m in bad if (found := improvement(m)) is not None)
    return Lack(f"a better effect on {bad[0].what} (now it may be {number(low * 100)} %)")
