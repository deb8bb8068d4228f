"""Judging the work: who does it in the new tool, who still needs the old one, what is confirmed."""

from config.work import Accounts, ActiveDaily, Checklist, Completing, Dependents, WorkMoved
from config.work import Workflows as WorkflowsCriterion
from gates.counts import bar_of, fewest, level, never
from gates.findings import Judged, Lack, State
from gates.moment import Moment
from gates.shares import at_least, needed
from gates.wording import count, left, listed, number, part, people, percent
from gates.work_readings import (
    AccountsReading,
    ActiveDailyReading,
    ChecklistReading,
    CompletingReading,
    DependentsReading,
    WorkflowsReading,
    WorkMovedReading,
)

NAMED_AT_MOST = 5


def accounts(criterion: Accounts, reading: AccountsReading, moment: Moment) -> Judged:
    """Judge how many have an open account."""
    enough = reading.opened >= needed(criterion.at_least, reading.cohort)
    now = part(reading.opened, reading.cohort, criterion.at_least)
    sign = "≥" if enough else "<"
    reason = f"accounts open {now} {sign} {percent(criterion.at_least)}{left(moment.days_left)}"
    return _at_the_end(moment, reason, now, met=enough)


def accounts_needed(criterion: Accounts, reading: AccountsReading | None, _: Moment) -> str:
    """Write what is asked."""
    return f"accounts open ≥ {bar_of(criterion.at_least, reading.cohort if reading else None)}"


def accounts_lack(criterion: Accounts, reading: AccountsReading, _: Moment) -> Lack | None:
    """Give the fewest accounts that would do."""
    missing = needed(criterion.at_least, reading.cohort) - reading.opened
    return Lack(count(missing, "more open account")) if missing > 0 else None


def active_daily(criterion: ActiveDaily, reading: ActiveDailyReading, moment: Moment) -> Judged:
    """Judge how many are active on a day."""
    share = reading.mean / reading.cohort
    enough = at_least(share, criterion.at_least)
    now = f"{number(reading.mean)} of {reading.cohort} a day = {share:.0%}"
    sign = "≥" if enough else "<"
    reason = f"active {now} {sign} {percent(criterion.at_least)}{left(moment.days_left)}"
    return _at_the_end(moment, reason, now, met=enough)


def active_daily_needed(
    criterion: ActiveDaily, _reading: ActiveDailyReading | None, _: Moment
) -> str:
    """Write what is asked."""
    return f"active on a day ≥ {percent(criterion.at_least)}, mean of the five fullest of seven"


def active_daily_lack(
    criterion: ActiveDaily, reading: ActiveDailyReading, _: Moment
) -> Lack | None:
    """Give the fewest active people that would do."""
    missing = needed(criterion.at_least, reading.cohort) - reading.mean
    if missing <= 1e-9:
        return None
    return Lack(f"{number(missing)} more people active a day")


def completing(criterion: Completing, reading: CompletingReading, moment: Moment) -> Judged:
    """Judge how many do the key workflows in the new tool."""
    what = f"completed {_which(criterion)}"
    return level(what, reading.completed, reading.cohort, criterion.at_least, criterion, moment)


def completing_needed(criterion: Completing, reading: CompletingReading | None, _: Moment) -> str:
    """Write what is asked."""
    bar = bar_of(criterion.at_least, reading.cohort if reading else None)
    return f"completed {_which(criterion)} ≥ {bar}"


def completing_lack(criterion: Completing, reading: CompletingReading, _: Moment) -> Lack | None:
    """Give the fewest people that would do."""
    need = fewest(criterion, criterion.at_least, reading.cohort)
    if need > reading.cohort:
        return never(reading.cohort)
    missing = need - reading.completed
    what = f"who completed {_which(criterion)}"
    return Lack(f"{people(missing)} more {what}") if missing > 0 else None


def _which(criterion: Completing) -> str:
    return "a key workflow" if criterion.which == "any" else "every key workflow"


def workflows(criterion: WorkflowsCriterion, reading: WorkflowsReading, moment: Moment) -> Judged:
    """Judge whether each key workflow was tried by enough people before the last phase."""
    few = [t for t in reading.tried if t.people < criterion.people]
    tried = len(reading.tried) - len(few)
    now = f"{tried} of {len(reading.tried)} workflows by {people(criterion.people)} or more"
    said = listed([f"{t.workflow} by {t.people}" for t in few])
    note = f"too few so far: {said}" if few else ""
    if reading.phases_after > 1:
        reason = f"{now}; asked before the last phase, not yet"
        return Judged(State.MET, reason, now, note, certain=True)  # whatever is still to come
    if not few:
        return Judged(State.MET, now, now, certain=True)  # what was tried stays tried
    reason = f"{said}; {criterion.people} needed of each{left(moment.days_left)}"
    return Judged(State.MISSED if moment.soaked else State.UNDECIDED, reason, now, note)


def workflows_needed(
    criterion: WorkflowsCriterion, _reading: WorkflowsReading | None, _: Moment
) -> str:
    """Write what is asked."""
    return f"each key workflow completed by {people(criterion.people)} before the last phase"


def workflows_lack(
    criterion: WorkflowsCriterion, reading: WorkflowsReading, _: Moment
) -> Lack | None:
    """Give the fewest people that would do."""
    few = [(t.workflow, criterion.people - t.people) for t in reading.tried]
    said = [f"{count(n, 'more person', 'more people')} for {w}" for w, n in few if n > 0]
    return Lack(listed(said)) if said and reading.phases_after <= 1 else None


def work_moved(criterion: WorkMoved, reading: WorkMovedReading, moment: Moment) -> Judged:
    """Judge how much of the work is done in the new system."""
    done, both = round(reading.new), round(reading.new + reading.old)
    enough = at_least(reading.new / (reading.new + reading.old), criterion.at_least)
    now = part(done, both, criterion.at_least)
    sign = "≥" if enough else "<"
    reason = (
        f"work done in the new system in 7 days {now} {sign} {percent(criterion.at_least)}"
        f"{left(moment.days_left)}"
    )
    return _at_the_end(moment, reason, now, met=enough)


def work_moved_needed(criterion: WorkMoved, _reading: WorkMovedReading | None, _: Moment) -> str:
    """Write what is asked."""
    return f"work done in the new system ≥ {percent(criterion.at_least)} of both"


def work_moved_lack(criterion: WorkMoved, reading: WorkMovedReading, _: Moment) -> Lack | None:
    """Give the least work that would have to be done in the other system."""
    missing = needed(criterion.at_least, round(reading.new + reading.old)) - round(reading.new)
    if missing <= 0:
        return None
    return Lack(f"{count(missing, 'piece')} of work a week done in the new system, not the old")


def dependents(criterion: Dependents, reading: DependentsReading, moment: Moment) -> Judged:
    """Judge how many who have moved still log in to the old system."""
    found, most = len(reading.dependents), _most(criterion, reading)
    now = part(found, reading.moved, criterion.at_most)
    few = found <= most
    sign = "≤" if few else ">"
    reason = (
        f"still log in to the old system {now} {sign} {percent(criterion.at_most)}"
        f"{left(moment.days_left)}"
    )
    shown = reading.dependents[:NAMED_AT_MOST]
    more = found - len(shown)
    note = listed([*shown, *([f"{more} more"] if more else [])])
    return _at_the_end(moment, reason, now, note, met=few)


def _most(criterion: Dependents, reading: DependentsReading) -> int:
    """Give the most that may: 20 % of 4 people is nobody."""
    return reading.moved - needed(1 - criterion.at_most, reading.moved)


def dependents_needed(criterion: Dependents, reading: DependentsReading | None, _: Moment) -> str:
    """Write what is asked."""
    most = f" ({people(_most(criterion, reading))})" if reading and reading.moved else ""
    days = count(criterion.days, "day")
    return f"still in the old system ≤ {percent(criterion.at_most)}{most} in {days}"


def dependents_lack(criterion: Dependents, reading: DependentsReading, _: Moment) -> Lack | None:
    """Give the fewest people who would have to stop."""
    many = len(reading.dependents) - _most(criterion, reading)
    who = count(many, "person", "people")
    return Lack(f"{who} fewer logging in to the old system") if many > 0 else None


def checklist(criterion: Checklist, reading: ChecklistReading, moment: Moment) -> Judged:
    """Judge whether everything is confirmed that must be."""
    still, every = len(reading.open), len(reading.open) + reading.confirmed
    now = f"{reading.confirmed} of {every} confirmed"
    if still <= criterion.open_at_most:
        return Judged(State.MET, f"{still} open ≤ {criterion.open_at_most}", now, certain=True)
    reason = f"{still} open > {criterion.open_at_most}: {listed(list(reading.open))}"
    state = State.MISSED if moment.soaked else State.UNDECIDED
    return Judged(state, f"{reason}{left(moment.days_left)}", now, listed(list(reading.open)))


def checklist_needed(criterion: Checklist, _reading: ChecklistReading | None, _: Moment) -> str:
    """Write what is asked."""
    most = criterion.open_at_most
    return f"checklist: at most {most} open" if most else "checklist: nothing open"


def checklist_lack(criterion: Checklist, reading: ChecklistReading, _: Moment) -> Lack | None:
    """Give the fewest items that would do."""
    many = len(reading.open) - criterion.open_at_most
    if many <= 0:
        return None
    items = listed(list(reading.open)[:NAMED_AT_MOST])
    return Lack(f"{count(many, 'item')} confirmed (`changeover confirm`: {items})")


def _at_the_end(moment: Moment, reason: str, now: str, note: str = "", *, met: bool) -> Judged:
    """Judge a level that may still change: at the soak's end, not before."""
    if not moment.soaked:
        return Judged(State.UNDECIDED, reason, now, note)
    return Judged(State.MET if met else State.MISSED, reason, now, note)
