"""Denominators are evidence: a share may be reached only because others are counted.

Whoever left or was excluded since launch is put back as a miss, and whoever joined since is taken
out. Where a target is met with the people counted now, and would not be with those of launch day,
nobody can tell from the number whether things went well: a person decides.
"""

from dataclasses import replace

from gates.findings import Judged, State
from gates.readings import Counted
from gates.shares import needed
from gates.wording import listed, people


def at_launch(reading: Counted, some: int, of: int) -> tuple[int, int]:
    """Give a count and its denominator with the people of launch day."""
    return some - reading.come, of - reading.come + reading.gone


def missing_at_launch(reading: Counted, some: int, of: int, share: float) -> int:
    """Give how many more it takes to reach a share of the people of launch day, too."""
    then, cohort = at_launch(reading, some, of)
    return max(0, needed(share, cohort) - then)


def held(judged: Judged, reading: Counted, some: int, of: int, share: float) -> Judged:
    """Leave a target that is met to a person where only a changed cohort meets it."""
    if judged.state is not State.MET or not missing_at_launch(reading, some, of, share):
        return judged
    then, cohort = at_launch(reading, some, of)
    who = [
        f"{people(number)} {how}"
        for number, how in (
            (reading.gone, "left or excluded since launch"),
            (reading.come, "joined since"),
        )
        if number
    ]
    said = f"{judged.reason}, but {then} of {cohort} with {listed(who)} counted as on launch day"
    return replace(
        judged,
        state=State.UNDECIDED,
        reason=f"{said}: only a changed cohort makes the difference, and a person decides",
        certain=False,
        person=True,
    )
