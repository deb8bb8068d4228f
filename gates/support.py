"""Judging support: whether its hours can take the next phase's launch week, or how to split it."""

import math
from dataclasses import dataclass

from config.work import Support
from gates.findings import Judged, Lack, State
from gates.moment import Moment
from gates.tickets import comparable_from
from gates.wording import count, day, left, listed, number, people, percent
from gates.work_readings import SupportReading, TierLoad

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Load:
    """What the next phase would ask of a tier in its launch week."""

    tier: TierLoad
    tickets: float
    hours: float
    people: int
    """The most people it can take at once."""


def loads(criterion: Support, reading: SupportReading) -> list[Load]:
    """Give what each tier would have to do: this phase's tickets a person, times the next's."""
    return [_load(criterion, reading, tier) for tier in reading.tiers]


def _load(criterion: Support, reading: SupportReading, tier: TierLoad) -> Load:
    each = tier.tickets * tier.minutes / 60 / reading.cohort
    room = criterion.load_at_most * tier.hours
    # Without tickets a tier can take anybody.
    most = math.floor(round(room / each, 9)) if each else reading.next_size
    return Load(
        tier=tier,
        tickets=tier.tickets / reading.cohort * reading.next_size,
        hours=each * reading.next_size,
        people=min(most, reading.next_size),
    )


def parts(size: int, most: int) -> list[int]:
    """Split people into the fewest groups of at most so many, as even as can be, largest first."""
    groups = math.ceil(size / most)
    return [size // groups + (n < size % groups) for n in range(groups)]


def support(criterion: Support, reading: SupportReading, moment: Moment) -> Judged:
    """Judge whether support can take the next phase."""
    if reading.next_title is None or not reading.next_size:
        said = "nobody moves after this phase"
        return Judged(State.MET, said, said, certain=True)
    found = loads(criterion, reading)
    worst = max(found, key=lambda load: load.hours / load.tier.hours)
    now = (
        f"{number(round(worst.hours, 1))} h of {number(worst.tier.hours)} (tier {worst.tier.tier})"
    )
    week = "" if moment.today >= comparable_from(moment) else ", its launch week is not over"
    reason = (
        f"tier {worst.tier.tier}: {count(worst.tier.tickets, 'ticket')} from"
        f" {people(reading.cohort)} in their launch week; {people(reading.next_size)} next make"
        f" {round(worst.tickets)}, {worst.tier.minutes} minutes each:"
        f" {number(round(worst.hours, 1))} hours {'≤' if _fits(found, reading) else '>'}"
        f" {number(worst.tier.hours * criterion.load_at_most)}{week}{left(moment.days_left)}"
    )
    note = "" if _fits(found, reading) else proposal(criterion, reading)
    if not moment.soaked or week:
        return Judged(State.UNDECIDED, reason, now, note)
    return Judged(State.MET if _fits(found, reading) else State.MISSED, reason, now, note)


def _fits(found: list[Load], reading: SupportReading) -> bool:
    return all(load.people >= reading.next_size for load in found)


def proposal(criterion: Support, reading: SupportReading) -> str:
    """Say how to split the next phase so that support can take each part."""
    most = min(load.people for load in loads(criterion, reading))
    if not most:
        return "support has no hours for a single person of the next phase; give it more"
    sizes = parts(reading.next_size, most)
    groups = NUMBERS[len(sizes) - 1] if len(sizes) <= len(NUMBERS) else str(len(sizes))
    if len(sizes) > len(NUMBERS):
        return f"split {reading.next_title} into {groups} of at most {sizes[0]}"
    return f"split {reading.next_title} into {groups}: {listed([str(size) for size in sizes])}"


def support_needed(criterion: Support, reading: SupportReading | None, _: Moment) -> str:
    """Write what is asked."""
    whose = reading.next_title if reading and reading.next_title else "the next phase"
    full = criterion.load_at_most
    share = "" if full == 1 else f"{percent(full)} of "
    return f"the launch week of {whose} within {share}the hours support has"


def support_lack(criterion: Support, reading: SupportReading, moment: Moment) -> Lack | None:
    """Give what would do: a split of the next phase, or hours."""
    first = comparable_from(moment)
    if moment.today < first:
        return Lack(f"a look from {day(first)} on, when the launch week can be counted,")
    found = loads(criterion, reading)
    if reading.next_title is None or _fits(found, reading):
        return None
    short = [
        f"{number(math.ceil(load.hours / criterion.load_at_most - load.tier.hours))} more hours"
        f" a week for tier {load.tier.tier}"
        for load in found
        if load.people < reading.next_size and criterion.load_at_most
    ]
    return Lack(f"{listed(short) or 'more hours'} (or: {proposal(criterion, reading)})")
