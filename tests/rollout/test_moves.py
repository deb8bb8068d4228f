"""When a phase's dates move because the one before it has not passed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import config
from config.loading import parse
from rollout.moves import new_dates
from rollout.phase_day import PhaseDay
from rollout.phases import DECOMMISSION, Dates, PhaseNow, State
from rollout.snapshot import Snapshot

TEXT = (Path(config.__file__).parent / "examples" / "phased.yaml").read_text(encoding="utf-8")
PLAN = parse(TEXT, "phased.yaml")
THURSDAY, FRIDAY, SATURDAY = date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 14)
"""Before the core team's launch on Monday the 16th."""


def moved(today: date, before: State, *, unapproved: bool) -> list[str]:
    """Give the phases whose dates move, while the early adopters stand so."""
    at = datetime(today.year, today.month, today.day, 10, tzinfo=UTC)
    standing = {
        "early-adopters": (before, Dates(date(2026, 3, 2), FRIDAY)),
        "core-team": (State.READY, Dates(date(2026, 3, 16), date(2026, 3, 27))),
        "remaining-users": (State.PLANNED, Dates(date(2026, 3, 31), date(2026, 4, 10))),
        DECOMMISSION: (State.PLANNED, Dates(date(2026, 4, 13), None)),
    }
    phases = {n: PhaseNow(n, state, 1, dates, at) for n, (state, dates) in standing.items()}
    waiting = frozenset({"early-adopters"} if unapproved else ())
    snapshot = Snapshot(
        PLAN.rollout,
        rehearsal=True,
        paused=False,
        people={},
        phases=phases,
        steps={},
        unapproved=waiting,
    )
    days = {p.name: PhaseDay(PLAN, snapshot, p, at) for p in PLAN.phases}
    return [m.phase for m in new_dates(PLAN, days)]


BOTH = ["core-team", "remaining-users"]


@pytest.mark.parametrize(("today", "expected"), [(THURSDAY, []), (FRIDAY, BOTH)])
def test_the_last_look_moves_what_comes_after(today: date, expected: list[str]) -> None:
    assert moved(today, State.LIVE, unapproved=False) == expected


@pytest.mark.parametrize(("today", "expected"), [(FRIDAY, []), (SATURDAY, BOTH)])
def test_what_lacks_an_approval_alone_has_that_day(today: date, expected: list[str]) -> None:
    assert moved(today, State.LIVE, unapproved=True) == expected


def test_what_was_met_before_a_pause_does_not_count() -> None:
    assert moved(FRIDAY, State.PAUSED, unapproved=True) == BOTH
