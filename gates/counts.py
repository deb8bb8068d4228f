"""Judging counts of known people: who adopted, who is active, who was trained."""

from config.criteria import Active, Adopted, Target, TrainingCompleted
from gates import denominators, lenses
from gates.findings import Judged, Lack, State
from gates.moment import Moment
from gates.readings import ActiveReading, AdoptedReading, Counted, TrainingReading
from gates.shares import needed
from gates.wording import count, day, left, part, people, percent

WEEK = 7


def adopted(criterion: Adopted, reading: AdoptedReading, moment: Moment) -> Judged:
    """Judge adoption: a census, which can be certain before the soak ends."""
    judged = _census(criterion, reading, moment)
    if judged.state is State.UNDECIDED:
        return judged  # people are still maturing: as a sample they would say too little
    share, some, of = criterion.to_advance, reading.adopted, reading.cohort
    seen = lenses.of_share(judged, some, of, share, criterion.confidence)
    return denominators.held(seen, reading, some, of, share)


def _census(criterion: Adopted, reading: AdoptedReading, moment: Moment) -> Judged:
    share, cohort = criterion.to_advance, reading.cohort
    missing = max(0, needed(share, cohort) - reading.adopted)
    still, when = _still(reading, moment)
    now = part(reading.adopted, cohort, share)
    if not missing:  # adoption does not un-happen
        reason = f"adopted {now} ≥ {percent(share)}"
        until = f", watched until {day(reading.goal_ends_on)}" if reading.goal_ends_on else ""
        goal = f"goal {percent(criterion.goal.share)} in {criterion.goal.days} days each{until}"
        return Judged(State.MET, reason, now, goal, certain=True)
    note = f"{missing} more needed, {still} still can{when}"
    reason = f"adopted {now} < {percent(share)}{left(moment.days_left)}; {note}"
    if still < missing:
        return Judged(State.MISSED, reason, now, note, certain=True)
    if moment.soaked and reading.waiting >= missing and reading.waits_until is not None:
        # Who could not work is not counted as somebody who did not adopt.
        had = f"an outage took days from {people(reading.waiting)}"
        waits = f"{had}; they have until {day(reading.waits_until)}"
        return Judged(State.UNDECIDED, f"{reason}; {waits}", now, waits)
    state = State.MISSED if moment.soaked else State.UNDECIDED
    return Judged(state, reason, now, note)


def _still(reading: AdoptedReading, moment: Moment) -> tuple[int, str]:
    """Give how many others can still adopt, and by when."""
    if moment.soaked:
        return reading.could_still_by_goal, " within their goal's days"
    return reading.could_still_by_soak_end, f" by {day(moment.soak_ends_on)}"


def adopted_needed(criterion: Adopted, reading: AdoptedReading | None, moment: Moment) -> str:
    """Write what is asked."""
    cohort = reading.cohort if reading else None
    on_day = moment.day_of(moment.soak_ends_on)
    return f"adopted ≥ {bar_of(criterion.to_advance, cohort)} at day {on_day}"


def adopted_lack(criterion: Adopted, reading: AdoptedReading, moment: Moment) -> Lack | None:
    """Give the fewest adopters that would do, of a criterion that is not met."""
    need = fewest(criterion, criterion.to_advance, reading.cohort)
    missing = need - reading.adopted
    if missing <= 0:
        return _decided(reading, reading.adopted, reading.cohort, criterion.to_advance)
    still, when = _still(reading, moment)
    if need > reading.cohort:
        return never(reading.cohort)
    if still < missing:
        more = count(missing, "more adopter")
        verb = "is" if missing == 1 else "are"
        return Lack(f"{more} {verb} needed and {still} still can{when}", possible=False)
    return Lack(count(missing, "more adopter"))


def active(criterion: Active, reading: ActiveReading, moment: Moment) -> Judged:
    """Judge how many are active this week: a level, which can fall again."""
    some, of = reading.active, reading.cohort
    judged = level("active", some, of, criterion.at_least, criterion, moment)
    return denominators.held(judged, reading, some, of, criterion.at_least)


def active_needed(criterion: Active, reading: ActiveReading | None, _: Moment) -> str:
    """Write what is asked."""
    bar = bar_of(criterion.at_least, reading.cohort if reading else None)
    when = "this week" if criterion.window == WEEK else f"in {count(criterion.window, 'day')}"
    return f"active {when} ≥ {bar}"


def active_lack(criterion: Active, reading: ActiveReading, _: Moment) -> Lack | None:
    """Give the fewest active people that would do."""
    need = fewest(criterion, criterion.at_least, reading.cohort)
    if need > reading.cohort:
        return never(reading.cohort)
    missing = need - reading.active
    if missing <= 0:
        return _decided(reading, reading.active, reading.cohort, criterion.at_least)
    more = count(missing, "more person active", "more people active")
    within = "a week" if criterion.window == WEEK else count(criterion.window, "day")
    return Lack(f"{more} within {within}")


def trained(criterion: TrainingCompleted, reading: TrainingReading, moment: Moment) -> Judged:
    """Judge how many of those invited were trained."""
    some, of = reading.attended, reading.invited
    judged = level("trained", some, of, criterion.at_least, criterion, moment)
    return denominators.held(judged, reading, some, of, criterion.at_least)


def trained_needed(criterion: TrainingCompleted, reading: TrainingReading | None, _: Moment) -> str:
    """Write what is asked."""
    return f"training ≥ {bar_of(criterion.at_least, reading.invited if reading else None)}"


def trained_lack(criterion: TrainingCompleted, reading: TrainingReading, _: Moment) -> Lack | None:
    """Give the fewest trained people that would do."""
    need = fewest(criterion, criterion.at_least, reading.invited)
    if need > reading.invited:
        return never(reading.invited)
    missing = need - reading.attended
    if missing <= 0:
        return _decided(reading, reading.attended, reading.invited, criterion.at_least)
    return Lack(count(missing, "more person trained", "more people trained"))


def level(what: str, some: int, of: int, share: float, criterion: Target, moment: Moment) -> Judged:
    """Judge a share that may still change: at the soak's end, not before."""
    enough = some >= needed(share, of)
    now = part(some, of, share)
    reason = f"{what} {now} {'≥' if enough else '<'} {percent(share)}{left(moment.days_left)}"
    if not moment.soaked:
        return Judged(State.UNDECIDED, reason, now)
    judged = Judged(State.MET if enough else State.MISSED, reason, now)
    return lenses.of_share(judged, some, of, share, criterion.confidence)


def fewest(criterion: Target, share: float, of: int) -> int:
    """Give the fewest that do, for people to come too where the plan asks for it."""
    need = needed(share, of)
    confidence = criterion.confidence
    return need if confidence is None else max(need, lenses.fewest(of, share, confidence))


def _decided(reading: Counted, some: int, of: int, share: float) -> Lack | None:
    """Say what would settle a target that only a changed cohort meets; None: nothing is lacking."""
    missing = denominators.missing_at_launch(reading, some, of, share)
    if not missing:
        return None
    more = count(missing, "more who did", "more who did")
    return Lack(f"a person's decision, or {more} among those of launch day,")


def never(of: int) -> Lack:
    """Say that not even everybody would do."""
    return Lack(
        f"not even all of {people(of)} would make it sure for people to come", possible=False
    )


def bar_of(share: float, of: int | None) -> str:
    """Write a share, and in people where it is known of how many."""
    return percent(share) if of is None else f"{percent(share)} ({people(needed(share, of))})"
