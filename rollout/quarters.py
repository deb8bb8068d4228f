"""Quarters: of a large phase a random quarter is asked each week, so that nobody is asked often.

Whose turn it is follows from the calendar, not from the phase's own weeks: everybody's turn comes
every fourth week, whatever moves, holds, or is tried again. A new draw every four weeks would ask
somebody in the last week of one round and in the first of the next. A person stays in one
quarter, chosen by hash: no list is kept, and who comes late or leaves moves nobody else.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256

from config.names import Notice
from rollout.calendar import local_day, monday_of
from rollout.phase_day import PhaseDay
from rollout.snapshot import Snapshot
from rollout.steps import Step, StepNow, StepState

QUARTERS = 4
ALL_ASKED_UP_TO = 100
"""People of a phase who are still asked all at once."""
MONTH = timedelta(weeks=QUARTERS)
"""Nobody of a larger phase is asked twice within it."""
SURVEY = f"notice.{Notice.SURVEY}"


def is_large(snapshot: Snapshot, phase: str) -> bool:
    """Whether a phase's people are asked by quarters.

    Everybody who ever was of it counts: else one who leaves a phase of 101 would have all the
    others asked in the same week.
    """
    return sum(p.phase == phase for p in snapshot.people.values()) > ALL_ASKED_UP_TO


def quarter_of(rollout: str, phase: str, person: str) -> int:
    """Give a person's quarter, 0 to 3: the same at every look, and another in another phase."""
    digest = sha256(f"{rollout}/{phase}/{person}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % QUARTERS


def turn_of(day: date) -> int:
    """Give the quarter whose turn a calendar week is."""
    return monday_of(day).toordinal() // 7 % QUARTERS


def is_asked(day: PhaseDay, step: Step, week: date) -> bool:
    """Whether a person of a large phase is asked in the week of a day: on their turn.

    Not within a month of when they were asked last, in whichever phase or attempt; but what was
    begun is ended.
    """
    assert step.person is not None  # noqa: S101 - a survey is a person's
    if quarter_of(day.snapshot.rollout, day.phase.name, step.person) != turn_of(week):
        return False
    last = day.snapshot.asked.get(step.person)
    return last is None or day.begun(step) or day.today - local_day(last, day.plan.zone) >= MONTH


def last_asked(steps: Mapping[str, StepNow]) -> dict[str, datetime]:
    """Give when each person was last asked, by the baseline's mail too; by person key."""
    found: dict[str, datetime] = {}
    for key, step in steps.items():
        if key.startswith(f"{SURVEY}:") and step.state not in _NEVER_LEFT:
            person = key.split(":")[2]
            found[person] = max(step.at, found.get(person, step.at))
    return found


_NEVER_LEFT = frozenset({StepState.PLANNED, StepState.REFUSED, StepState.SKIPPED})


def asked_of(snapshot: Snapshot, phase: str) -> dict[str, list[datetime]]:
    """Give when each person was asked since a phase's present attempt launched; by person key.

    A mail that was refused counts: its person was chosen, and is silent. Else few answers would do
    where the mail server lets few mails through.
    """
    attempt, found = str(snapshot.phases[phase].attempt), dict[str, list[datetime]]()
    for key, step in snapshot.steps.items():
        if not key.startswith(f"{SURVEY}:{phase}:") or step.state is StepState.SKIPPED:
            continue
        _, _, person, of, occurrence = key.split(":")
        if of == attempt and occurrence.startswith("w"):
            found.setdefault(person, []).append(step.at)
    return found
