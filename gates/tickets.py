"""Judging calls for help: tickets a person in the last week against the launch week."""

import math
from datetime import date, timedelta

from config.criteria import Tickets
from gates import lenses
from gates.findings import Judged, Lack, State
from gates.moment import Moment
from gates.readings import TicketsReading
from gates.wording import count, day, left, number, people, percent

WEEK = 7


def most(criterion: Tickets, reading: TicketsReading) -> int:
    """Give the most tickets the window may have, by the launch week's rate and who is active."""
    rate = reading.launch_tickets / reading.launch_active * criterion.window / WEEK
    return math.floor(round((1 + criterion.rise_at_most) * rate * reading.week_active, 9))


def comparable_from(moment: Moment) -> date:
    """Give the day of the first look at which the last week is not the launch week itself."""
    return moment.launched_on + timedelta(days=WEEK + 1)


def tickets(criterion: Tickets, reading: TicketsReading, moment: Moment) -> Judged:
    """Judge tickets: at the soak's end, once a day has passed after the launch week."""
    now = (
        f"{number(reading.week_tickets / reading.week_active)} a person"
        f" (launch week {number(reading.launch_tickets / reading.launch_active)})"
    )
    first = comparable_from(moment)
    if moment.today < first:
        # A week compared with itself never rises: that would be a pass without evidence.
        reason = f"nothing but the launch week to compare with before {day(first)}"
        return Judged(State.UNDECIDED, reason, now)
    allowed = most(criterion, reading)
    rising = reading.week_tickets > allowed
    within = f"{count(reading.week_tickets, 'ticket')} in {count(criterion.window, 'day')}"
    reason = (
        f"{within} {'>' if rising else '≤'} {allowed}:"
        f" {reading.launch_tickets} in the launch week when {people(reading.launch_active)} were"
        f" active, now {reading.week_active}{left(moment.days_left)}"
    )
    if not moment.soaked:
        return Judged(State.UNDECIDED, reason, now)
    judged = Judged(State.MISSED if rising else State.MET, reason, now)
    return lenses.of_tickets(judged, reading, 1 + criterion.rise_at_most, criterion.confidence)


def tickets_needed(criterion: Tickets, _reading: TicketsReading | None, _: Moment) -> str:
    """Write what is asked."""
    rise = criterion.rise_at_most
    most_words = f"at most {percent(rise)} above" if rise else "not above"
    return f"tickets a person {most_words} the launch week"


def tickets_lack(criterion: Tickets, reading: TicketsReading, moment: Moment) -> Lack | None:
    """Give the fewest tickets less that would do."""
    first = comparable_from(moment)
    if moment.today < first:
        return Lack(f"a look from {day(first)} on, when the launch week can be compared with,")
    fewer = reading.week_tickets - most(criterion, reading)
    if fewer > 0:
        return Lack(f"{count(fewer, 'ticket')} fewer in {count(criterion.window, 'day')}")
    return Lack("more days with as few tickets") if criterion.confidence else None
